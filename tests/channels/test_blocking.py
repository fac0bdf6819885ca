"""Blocking people on every platform, over the real SDKs: what is kept away, who may, and what the log keeps."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from channels.connectors import connector_for
from channels.errors import ChannelError
from channels.models import Account
from channels.types import Action, Route
from inbox.actions import hidden_spam, perform
from inbox.models import Block, Conversation, Event, Message
from inbox.outbox import checks, queue
from inbox.triage import assignment, closing
from tests import factories
from tests.support.sandbox_accounts import connect, control, said, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
KINDS = {"x": "dm", "facebook": "message", "instagram": "message", "whatsapp": "text"}


def _who(platform: str) -> dict[str, str]:
    return {"id": "31612345678", "name": "Boos"} if platform == "whatsapp" else {"username": "boos", "name": "Boos"}


def _say(sandbox: Running, platform: str, kind: str, **more: Any) -> dict[str, Any]:
    body = {"platform": platform, "kind": kind, "from": _who(platform), "text": "Hé", **more}
    answer = requests.post(f"{sandbox.url}/control/messages", json=body, timeout=10)
    told: dict[str, Any] = answer.json()
    return told


def _person(sandbox: Running, account: Account) -> Conversation:
    """Somebody who wrote in private, and the conversation with them."""
    _say(sandbox, account.platform, KINDS[account.platform])
    (row,) = [row for row in said(sandbox, platform=account.platform) if not row["by_brand"]]
    message = factories.make_inbound(
        account, "Hé", kind="dm", visibility="private", external_id=row["id"],
        author=factories.author("Boos", external_id=row["from"]["id"]),
    )  # fmt: skip
    assert message.conversation is not None
    return message.conversation


@pytest.mark.parametrize("platform", ["x", "facebook", "instagram", "whatsapp"])
def test_e10_blocked_person_is_not_heard_until_unblocked(platforms: Running, platform: str) -> None:
    account = connect(platforms, platform)
    lead = factories.make_user("lead")
    conversation = _person(platforms, account)
    perform.perform_on_person(conversation, Action.BLOCK, lead, reason="threat")
    assert "has blocked" in _say(platforms, platform, KINDS[platform])["error"]
    assert Block.objects.get().by == lead
    event = Event.objects.get(verb="person_blocked")
    assert (event.actor, event.data["reason"]) == (lead, "threat")
    with pytest.raises(checks.Refused) as refused:
        queue.queue_reply(
            conversation, lead, text="Hoi", route=Route.PRIVATE_MESSAGE, reply_to=None, seen_message_id=None
        )
    assert refused.value.reason == "blocked_by_us"
    perform.perform_on_person(conversation, Action.BLOCK, lead, reason="threat")
    assert Event.objects.filter(verb="person_blocked").count() == 1, "twice is once"
    perform.perform_on_person(conversation, Action.UNBLOCK, lead)
    assert "id" in _say(platforms, platform, KINDS[platform])
    assert not Block.objects.exists() and Event.objects.filter(verb="person_unblocked").count() == 1


def test_on_x_what_they_write_in_public_still_comes_in(platforms: Running) -> None:
    account = connect(platforms, "x")
    perform.perform_on_person(_person(platforms, account), Action.BLOCK, factories.make_user("lead"), reason="spam")
    assert "id" in _say(platforms, "x", "post", text="@veldhuis en in het openbaar")


def test_on_facebook_they_can_no_longer_comment_either(platforms: Running) -> None:
    account = connect(platforms, "facebook")
    control(platforms, "POST", "/control/messages", platform="facebook", kind="post", text="Nieuw", **{
        "from": {"id": account.external_id},
    })  # fmt: skip
    perform.perform_on_person(_person(platforms, account), Action.BLOCK, factories.make_user("admin"), reason="insult")
    assert "has blocked" in _say(platforms, "facebook", "comment")["error"]


def test_old_whatsapp_contact_cannot_be_blocked_and_says_so(platforms: Running) -> None:
    account = connect(platforms, "whatsapp")
    old = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    say(platforms, "whatsapp", "text", "x", "Lang geleden", at=old)
    _say(platforms, "whatsapp", "text", at=old)
    with contextlib.closing(connector_for(account)) as connector, pytest.raises(ChannelError) as caught:
        connector.act(Action.BLOCK, "31612345678")
    assert (caught.value.reason, caught.value.code) == ("too_late_to_block", "131047")
    message = factories.make_inbound(
        account, "Hé", kind="dm", visibility="private", sent_at=datetime.now(UTC) - timedelta(days=2),
        author=factories.author("Boos", external_id="31612345678"),
    )  # fmt: skip
    assert message.conversation is not None
    with pytest.raises(checks.Refused) as refused:
        perform.perform_on_person(message.conversation, Action.BLOCK, factories.make_user("lead"), reason="insult")
    assert refused.value.reason == "too_late_to_block" and not Block.objects.exists()


def test_agents_block_only_where_an_admin_allowed_it(platforms: Running) -> None:
    account = connect(platforms, "x")
    conversation, agent = _person(platforms, account), factories.make_user()
    with pytest.raises(checks.Refused):
        perform.perform_on_person(conversation, Action.BLOCK, agent, reason="insult")
    Account.objects.filter(pk=account.pk).update(agents_may_block=True)
    conversation.account.refresh_from_db()
    perform.perform_on_person(conversation, Action.BLOCK, agent, reason="insult")
    assert Block.objects.get().by == agent


def test_spam_is_hidden_where_possible_and_logged(platforms: Running) -> None:
    account = connect(platforms, "facebook")
    control(platforms, "POST", "/control/messages", platform="facebook", kind="post", text="Nieuw", **{
        "from": {"id": account.external_id},
    })  # fmt: skip
    made = _say(platforms, "facebook", "comment", text="Win een telefoon")
    message = factories.make_inbound(account, "Win een telefoon", kind="comment", external_id=made["id"])
    gone = factories.make_inbound(account, "Weg", kind="comment", external_id="1_2")
    lead = factories.make_user("lead")
    conversation = message.conversation
    assert conversation is not None
    closing.close(conversation, lead, reason="spam")
    hidden_spam.hide(conversation.pk)
    message.refresh_from_db()
    assert message.hidden_at is not None
    (row,) = [row for row in said(platforms, platform="facebook") if row["id"] == made["id"]]
    assert row["hidden"]
    assert Event.objects.filter(verb="hide", actor=lead, message=message).exists()
    assert Event.objects.filter(verb="hide_refused", message=gone).exists(), "what could not be hidden is told too"
    assert Message.objects.get(pk=gone.pk).hidden_at is None


def test_spam_is_hidden_later_when_platform_or_queue_is_away(platforms: Running) -> None:
    account, lead = connect(platforms, "facebook"), factories.make_user("lead")
    conversation, message = _spam(platforms, account)
    closing.close(conversation, lead, reason="spam")
    assert hidden_spam.waiting() == [conversation.pk], "its row says so, whatever became of its task"
    control(platforms, "POST", "/control/faults", fault="server_error_html", n=1)
    hidden_spam.hide(conversation.pk)
    message.refresh_from_db()
    assert message.hidden_at is None and hidden_spam.waiting() == [conversation.pk]
    hidden_spam.hide(conversation.pk)
    message.refresh_from_db()
    assert message.hidden_at is not None and hidden_spam.waiting() == []


def test_what_was_opened_again_meanwhile_is_not_hidden(platforms: Running) -> None:
    account, lead = connect(platforms, "facebook"), factories.make_user("lead")
    conversation, message = _spam(platforms, account)
    closing.close(conversation, lead, reason="spam")
    assignment.reopen(conversation, lead)
    hidden_spam.hide(conversation.pk)
    message.refresh_from_db()
    assert message.hidden_at is None and hidden_spam.waiting() == []


def test_reopening_between_two_posts_spares_the_second(platforms: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    account, lead = connect(platforms, "facebook"), factories.make_user("lead")
    conversation, first = _spam(platforms, account)
    made = _say(platforms, "facebook", "comment", text="En een auto")
    factories.make_inbound(account, "En een auto", kind="comment", external_id=made["id"])
    closing.close(conversation, lead, reason="spam")
    act = perform.perform

    def act_and_open(*arguments: Any) -> None:
        act(*arguments)
        assignment.reopen(conversation, lead)

    monkeypatch.setattr(hidden_spam, "perform", act_and_open)
    hidden_spam.hide(conversation.pk)
    assert Message.objects.filter(conversation=conversation, hidden_at=None).get() == first
    hidden_spam.hide(conversation.pk)
    assert hidden_spam.waiting() == []


def test_an_account_that_cannot_be_asked_now_is_not(platforms: Running) -> None:
    account, lead = connect(platforms, "facebook"), factories.make_user("lead")
    conversation, _message = _spam(platforms, account)
    closing.close(conversation, lead, reason="spam")
    Account.objects.filter(pk=account.pk).update(rate_limited_until=datetime.now(UTC) + timedelta(minutes=5))
    assert hidden_spam.waiting() == []
    Account.objects.filter(pk=account.pk).update(rate_limited_until=datetime.now(UTC) - timedelta(minutes=5))
    assert hidden_spam.waiting() == [conversation.pk]


def test_unreachable_platform_is_given_up_after_a_day(platforms: Running) -> None:
    account, lead = connect(platforms, "facebook"), factories.make_user("lead")
    conversation, message = _spam(platforms, account)
    closing.close(conversation, lead, reason="spam")
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=datetime.now(UTC) - timedelta(days=2))
    control(platforms, "POST", "/control/faults", fault="server_error_html", n=1)
    hidden_spam.hide(conversation.pk)
    assert hidden_spam.waiting() == []
    assert Event.objects.filter(verb="hide_refused", message=message).exists()


def test_spam_without_hiding_leaves_nothing_to_do(platforms: Running) -> None:
    account = connect(platforms, "whatsapp")
    conversation = factories.make_conversation(account)
    closing.close(conversation, factories.make_user("lead"), reason="spam")
    assert hidden_spam.waiting() == []


def _spam(platforms: Running, account: Account) -> tuple[Conversation, Message]:
    control(platforms, "POST", "/control/messages", platform="facebook", kind="post", text="Nieuw", **{
        "from": {"id": account.external_id},
    })  # fmt: skip
    made = _say(platforms, "facebook", "comment", text="Win een telefoon")
    message = factories.make_inbound(account, "Win een telefoon", kind="comment", external_id=made["id"])
    assert message.conversation is not None
    return message.conversation, message

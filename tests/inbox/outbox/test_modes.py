"""What may leave: nothing while an account listens, no answers to found posts while it reacts (G7, G8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channels.connectors import connector_for
from channels.models import Account
from channels.types import Action, Route, Visibility
from inbox.actions import hidden_spam, perform
from inbox.models import Block, Conversation, Event, Message, User
from inbox.outbox import approval, autoreply, checks, deliver, queue
from inbox.triage import closing
from tests.factories import author, make_account, make_answer, make_inbound, make_user
from tests.support.composer import reply_address, reply_form
from tests.support.fake_platform import FakeConnector
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
PLATFORMS = ["x", "facebook", "instagram", "whatsapp"]
ROUTES = [Route.PUBLIC_REPLY, Route.PRIVATE_REPLY, Route.PRIVATE_MESSAGE, Route.TEMPLATE]


@pytest.fixture
def lead() -> User:
    """Who tries everything."""
    return make_user("lead", undo_seconds=0, language="en")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """Every connector that would have been asked."""
    asked: list[Account] = []

    def ask(account: Account) -> Any:
        asked.append(account)
        return connector_for(account)

    for module in (deliver, perform):
        monkeypatch.setattr(module, "connector_for", ask)
    return asked


def talk(platform: str, **fields: Any) -> Message:
    """A customer's message on a channel, in private where it has nothing else."""
    account = make_account(platform, mode="engage", automatic_on=True, automatic_nl="Wij zijn gesloten.")
    private = {"kind": "dm", "visibility": Visibility.PRIVATE} if platform == "whatsapp" else {"kind": "comment"}
    return make_inbound(account, **private | fields)


def home_of(message: Message) -> Conversation:
    """Where a message stands."""
    assert message.conversation is not None
    return message.conversation


def refused(act: Callable[[], object]) -> str:
    """Why something was refused; "" where it was not."""
    try:
        act()
    except checks.Refused as error:
        return error.reason
    except closing.CannotClose as error:
        return error.message
    return ""


@pytest.mark.parametrize("platform", PLATFORMS)
def test_g7_listening_refuses_every_call_on_every_channel(platform: str, lead: User, calls: list[Account]) -> None:
    message = talk(platform)
    conversation, account = message.conversation, message.account
    assert conversation is not None
    waiting = make_answer(conversation, lead, state="queued", external_id=None, route="public_reply")
    asked = make_answer(conversation, make_user("trainee"), state="approval", external_id=None, route="public_reply")
    failed = make_answer(conversation, lead, state="failed", external_id=None, route="private_message")
    ours = make_answer(conversation, lead)
    Account.objects.filter(pk=account.pk).update(mode="listen")
    message.refresh_from_db()

    for route in ROUTES:
        reply: dict[str, Any] = {"text": "Hallo", "route": route, "reply_to": message, "seen_message_id": None}
        assert refused(lambda: queue.queue_reply(conversation, lead, **reply)) == "listen_only"  # noqa: B023
    assert refused(lambda: queue.retry(failed, lead)) == "listen_only"
    assert refused(lambda: approval.approve(asked, lead, seen=None)) == "listen_only"
    assert refused(lambda: approval.approve_by_link(asked, "Iris", seen=asked.pk, files="")) == "listen_only"
    for action in (Action.LIKE, Action.UNLIKE, Action.HIDE, Action.UNHIDE):
        assert refused(lambda: perform.perform(message, action, lead)) == "listen_only"  # noqa: B023
    own = Message.objects.select_related("account").get(pk=ours.pk)
    assert refused(lambda: perform.perform(own, Action.DELETE_OWN, lead)) == "listen_only"
    this = Conversation.objects.for_rows().get(pk=conversation.pk)
    for action in (Action.BLOCK, Action.UNBLOCK):
        assert refused(lambda: perform.perform_on_person(this, action, lead)) == "listen_only"  # noqa: B023
    deliver.deliver(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error_reason) == ("failed", "listen_only")
    assert autoreply.due() == []
    closing.close(this, lead, reason="spam")
    hidden_spam.hide(this.pk)
    assert (calls, Block.objects.count()) == ([], 0)


def test_g7_automatic_message_stays_when_it_listens_by_then(lead: User, calls: list[Account]) -> None:
    message = talk("whatsapp")
    assert message.conversation is not None
    written = make_answer(message.conversation, None, state="queued", external_id=None, automatic=True,
                          route="private_message")  # fmt: skip
    Account.objects.update(mode="listen")
    deliver.deliver(written.pk)
    written.refresh_from_db()
    assert written.state in ("failed", "cancelled")
    assert calls == []


@pytest.mark.usefixtures("fake_platform")
@pytest.mark.parametrize(
    ("mode", "kind", "reason"),
    [
        ("react", "found", "react_only"), ("react", "mention", ""), ("react", "comment", ""), ("engage", "found", ""),
        ("listen", "mention", "listen_only"),
    ],
)  # fmt: skip
def test_g8_reacting_answers_only_who_addressed_us(lead: User, mode: str, kind: str, reason: str) -> None:
    account = make_account("fake", mode=mode)
    for name in ("Karin", ""):
        message = make_inbound(account, kind=kind, author=author(name or "Joost"))
        reply: dict[str, Any] = {
            "text": "Hallo",
            "route": Route.PUBLIC_REPLY,
            "seen_message_id": message.pk,
            "why": "x",
        }
        reply["reply_to"] = message if name else None
        found = refused(lambda: queue.queue_reply(home_of(message), lead, **reply))  # noqa: B023
        assert found == reason


@pytest.mark.usefixtures("fake_platform")
def test_g8_private_message_to_who_was_only_found_is_refused(lead: User) -> None:
    message = make_inbound(make_account("x", mode="react"), kind="found")
    assert message.conversation is not None
    reply: dict[str, Any] = {"text": "Hallo", "route": Route.PRIVATE_MESSAGE, "reply_to": None, "seen_message_id": None}
    assert refused(lambda: queue.queue_reply(home_of(message), lead, **reply)) == "react_only"
    make_inbound(message.account, "@VeldhuisNL hallo?")
    assert refused(lambda: queue.queue_reply(home_of(message), lead, **reply)) != "react_only", "now they did"


@pytest.mark.usefixtures("fake_platform")
def test_g8_what_was_queued_before_stays_when_we_only_react(lead: User) -> None:
    message = make_inbound(make_account("fake", mode="engage"), kind="found")
    assert message.conversation is not None
    answer = queue.queue_reply(
        message.conversation, lead, text="Hallo", route=Route.PUBLIC_REPLY, reply_to=message,
        seen_message_id=message.pk, why="Zij zoekt hulp",
    )  # fmt: skip
    Account.objects.update(mode="react")
    deliver.deliver(answer.pk)
    answer.refresh_from_db()
    assert (answer.state, answer.error_reason, FakeConnector.sent) == ("failed", "react_only", [])
    assert refused(lambda: queue.retry(answer, lead)) == "react_only"
    Account.objects.update(mode="engage")
    queue.retry(answer, lead)
    for pk in deliver.sweep(timezone.now() + timedelta(seconds=1)):
        deliver.deliver(pk)
    assert len(FakeConnector.sent) == 1


def test_g8_composer_says_why_a_found_post_is_not_answered(lead: User) -> None:
    message = make_inbound(make_account("x", mode="react"), kind="found")
    assert message.conversation is not None
    page = signed_in(lead)
    html = page.get(message.conversation.get_absolute_url()).content.decode()
    assert "no posts that a search found" in html
    page.post(reply_address(message.conversation), reply_form(message.conversation, "Hallo"))
    assert not Message.objects.filter(direction="outbound").exists()


def test_g7_changing_the_mode_is_logged_with_what_it_was() -> None:
    account, admin = make_account("x", mode="listen"), make_user("admin", language="en")
    page: Client = signed_in(admin)
    form = page.get(reverse("account", args=[account.code])).context["form"]
    values = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    page.post(reverse("account", args=[account.code]), values | {"mode": "react"})
    event = Event.objects.get(verb="account_changed")
    assert (event.actor, event.data["was"], event.data["now"]) == (admin, "listen", "react")
    html = page.get("/log/").content.decode()
    assert "Listen only" in html
    assert "Answer" in html.split("Listen only")[1][:200]

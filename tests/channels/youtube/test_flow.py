"""A comment's whole way: into the list, answered, and the answer under it on YouTube exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from channels.models import Account, QuotaUse
from channels.types import Action, Route
from inbox.actions import blocking, perform
from inbox.models import Block, Conversation, Message, User
from inbox.outbox import queue
from inbox.outbox.checks import Refused
from tests.factories import make_user
from tests.support.html import text_of
from tests.support.sandbox_accounts import connect, control, fault, said, say
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(platforms: Running) -> Account:
    """The brand's channel, connected by hand, with a video."""
    account = connect(platforms, "youtube")
    say(platforms, "youtube", "upload", "veldhuis", "Zo zet je bank Fjord in elkaar")
    return account


@pytest.fixture
def question(platforms: Running, channel: Account) -> Message:
    """A comment that came in."""
    say(platforms, "youtube", "comment", "karin", "Past de hoes in de was?")
    poll(channel, "comments")
    return Message.objects.select_related("conversation", "account").get(direction="inbound")


def send(question: Message, agent: User, text: str = "Ja, op dertig graden.") -> Message:
    assert question.conversation is not None
    message = queue.queue_reply(
        question.conversation,
        agent,
        text=text,
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=question.pk,
    )
    return work(message)


def answers(sandbox: Running) -> list[tuple[str, str]]:
    """What the brand said under comments, and under which."""
    rows = said(sandbox, platform="youtube")
    return [(row["text"], row["in_reply_to"]) for row in rows if row["by_brand"] and row["kind"] == "comment"]


def test_a2_comment_is_a_conversation_and_its_answer_stands_once(
    platforms: Running, channel: Account, question: Message, client: Client
) -> None:
    client.force_login(make_user(language="en"))
    listed = client.get("/inbox/").content.decode()
    assert 'id="p-youtube"' in listed and "Past de hoes in de was?" in text_of(listed)
    assert question.conversation is not None
    shown = text_of(client.get(question.conversation.get_absolute_url()).content.decode())
    assert "Zo zet je bank Fjord in elkaar" in shown
    message = send(question, make_user(undo_seconds=0))
    assert message.state == "sent"
    poll(channel, "comments")
    assert answers(platforms) == [("Ja, op dertig graden.", question.external_id)]
    assert list(Message.objects.filter(direction="outbound")) == [message]
    assert Conversation.objects.get().waiting_since is None


def test_a2_uncertain_answer_is_looked_up_before_it_is_repeated(
    platforms: Running, channel: Account, question: Message
) -> None:
    fault(platforms, "reset_after_accept", "POST /youtube/v3/comments")
    message = send(question, make_user(undo_seconds=0))
    assert message.state == "unknown"
    message = work(message, timedelta(seconds=16))
    assert message.state == "sent"
    assert len(answers(platforms)) == 1


def test_a2_answer_that_did_not_arrive_is_sent_again(platforms: Running, channel: Account, question: Message) -> None:
    fault(platforms, "backend_error", "POST /youtube/v3/comments")
    message = send(question, make_user(undo_seconds=0))
    for seconds in (16, 70, 75):  # looked for twice, then sent again
        message = work(message, timedelta(seconds=seconds))
    assert message.state == "sent"
    assert len(answers(platforms)) == 1


def test_a2_comment_that_youtube_holds_back_is_shown_as_hidden(platforms: Running, channel: Account) -> None:
    held = say(platforms, "youtube", "comment", "spammer", "Zonnebrillen!", moderation="likelySpam")
    poll(channel, "comments")
    message = Message.objects.get(external_id=held)
    assert message.hidden_at is not None
    control(platforms, "PATCH", f"/control/messages/{held}", moderation="published")
    poll(channel, "comments")
    message.refresh_from_db()
    assert message.hidden_at is None


def test_a_held_comment_says_who_sees_it_and_is_let_through(
    platforms: Running, channel: Account, client: Client
) -> None:
    held = say(platforms, "youtube", "comment", "karin", "Past de hoes in de was?", moderation="heldForReview")
    poll(channel, "comments")
    message = Message.objects.select_related("conversation").get(external_id=held)
    assert message.conversation is not None
    client.force_login(make_user(language="en"))
    page = message.conversation.get_absolute_url()
    shown = client.get(page).content.decode()
    assert "Held for review" in shown
    assert "On YouTube only who manages" in text_of(shown)
    assert "Others read this only once the comment is let through." in shown
    assert "data-answers-hidden" in shown
    client.post(f"/inbox/messages/{message.code}/unhide/", {"on": message.conversation.code})
    message.refresh_from_db()
    assert message.hidden_at is None
    shown = client.get(page).content.decode()
    assert "On YouTube only who manages" not in text_of(shown)
    assert "data-answers-hidden" not in shown and "Hold for review" in shown
    poll(channel, "comments")
    message.refresh_from_db()
    assert message.hidden_at is None


def test_who_is_blocked_is_rejected_with_their_newest_comment(platforms: Running, question: Message) -> None:
    conversation, lead = question.conversation, make_user("lead")
    assert conversation is not None
    perform.perform_on_person(conversation, Action.BLOCK, lead, reason="insult")
    assert Block.objects.get().by == lead
    say(platforms, "youtube", "comment", "karin", "En nu?")
    statuses = [row["extra"].get("moderation") for row in said(platforms, platform="youtube") if not row["by_brand"]]
    assert statuses == ["rejected", "rejected"]
    # YouTube has no way back by its API: none is offered.
    offer = blocking.offer_for(conversation, lead)
    assert offer is not None and not offer.can_be_undone
    with pytest.raises(Refused):
        perform.perform_on_person(conversation, Action.UNBLOCK, lead)


def test_the_days_units_stand_on_the_health_page(platforms: Running, channel: Account, client: Client) -> None:
    client.force_login(make_user("admin", language="en"))
    address = f"/accounts/{channel.code}/health/"
    assert "of 10,000 units used today" in text_of(client.get(address).content.decode())
    QuotaUse.objects.update(units=7_200)
    assert "What is left is kept for answers" in text_of(client.get(address).content.decode())
    QuotaUse.objects.update(units=10_000)
    assert "no answer leaves until" in text_of(client.get(address).content.decode())


def test_a2_answers_to_two_people_under_one_comment_stay_apart(
    platforms: Running, channel: Account, question: Message
) -> None:
    top = question.external_id
    say(platforms, "youtube", "comment", "piet", "Wil ik ook weten", in_reply_to=top)
    poll(channel, "comments")
    of_piet = Message.objects.select_related("conversation", "account").get(text="Wil ik ook weten")
    agent = make_user(undo_seconds=0)
    first, second = send(question, agent), send(of_piet, agent)
    poll(channel, "comments")
    assert answers(platforms) == [("Ja, op dertig graden.", top), ("@piet Ja, op dertig graden.", top)]
    assert set(Message.objects.filter(direction="outbound")) == {first, second}
    assert first.conversation != second.conversation

"""A public picture leaves when somebody else than its author has looked at it (A11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from channels.models import Account
from channels.types import Route, Visibility
from inbox.models import Contact, Conversation, Draft, Event, Message, Notification, Team, User
from inbox.outbox import (
    approval,
    checks,
    deliver,
    queue,
)
from inbox.team import organisation
from tests.factories import author, limit, make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0)


@pytest.fixture
def colleague() -> User:
    """Who looks."""
    return make_user(first_name="Guus")


@pytest.fixture
def question(agent: User) -> Message:
    """What is answered, where public pictures need a second person."""
    organisation.change(agent, approves_pictures=True)
    return make_inbound(make_account("fake", mode="engage"))


def picture() -> SimpleUploadedFile:
    """A picture somebody sends along."""
    return SimpleUploadedFile("meme.png", b"png", "image/png")


def answer(question: Message, agent: User, text: str = "Kijk eens.", **options: Any) -> Message:
    """Queue an answer with a picture as the page does."""
    assert question.conversation is not None
    usual: dict[str, Any] = {
        "route": Route.PUBLIC_REPLY,
        "reply_to": question,
        "seen_message_id": question.pk,
        "files": [picture()],
    }
    return queue.queue_reply(question.conversation, agent, text=text, **usual | options)


def run_outbox() -> None:
    """Do what the sweep's tasks do, and what a clumsy caller might."""
    for pk in {*deliver.sweep(), *Message.objects.filter(direction="outbound").values_list("pk", flat=True)}:
        deliver.deliver(pk)


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a11_public_picture_waits_for_another_persons_approval(question: Message, agent: User, colleague: User) -> None:
    message = answer(question, agent)
    run_outbox()
    queue.retry(message, agent)
    run_outbox()
    assert (state_of(message), FakeConnector.sent) == ("approval", [])
    assert Conversation.objects.get().waiting_since == question.sent_at, "the customer still waits"

    assert approval.approve(message, colleague, seen=message.pk)
    assert not approval.approve(message, colleague, seen=message.pk), "once is enough"
    run_outbox()

    assert (state_of(message), message.approved_by) == ("sent", colleague)
    assert len(FakeConnector.sent) == 1
    assert list(
        Event.objects.filter(verb__in=["approval_asked", "approved"]).order_by("pk").values_list("verb", "actor")
    ) == [
        ("approval_asked", agent.pk),
        ("approved", colleague.pk),
    ]


def test_a11_words_and_private_pictures_need_no_approval(question: Message, agent: User) -> None:
    assert answer(question, agent, files=[]).state == "queued"
    private = make_inbound(make_account("x"), visibility=Visibility.PRIVATE, author=author("Kees"))
    assert answer(private, agent, route=Route.PRIVATE_MESSAGE, reply_to=None).state == "queued"
    organisation.change(agent, approves_pictures=False)
    assert answer(question, agent, "Nog eens.").state == "queued"


def test_a11_the_author_cannot_approve_their_own(question: Message, agent: User) -> None:
    message = answer(question, agent)
    with pytest.raises(checks.Refused):
        approval.approve(message, agent, seen=message.pk)
    with pytest.raises(checks.Refused):
        approval.give_back(message, agent, "Toch niet.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(approved_by=agent, state="queued")
    assert state_of(message) == "approval"


def test_a11_only_who_may_answer_from_the_account_approves(question: Message, agent: User, colleague: User) -> None:
    elsewhere = make_user()
    limit(elsewhere, make_account("fake"))
    Team.objects.create(name="Woordvoering", handles_press=True).members.add(agent)
    message = answer(question, agent)
    with pytest.raises(checks.Refused):
        approval.approve(message, elsewhere, seen=message.pk)
    Contact.objects.update(kind=Contact.Kind.PRESS)
    with pytest.raises(checks.Refused) as refused:
        approval.approve(message, colleague, seen=message.pk)
    assert (refused.value.reason, state_of(message)) == ("press", "approval")


def test_a11_approvers_are_told_until_it_is_decided(question: Message, agent: User, colleague: User) -> None:
    elsewhere = make_user()
    limit(elsewhere, make_account("fake"))
    message = answer(question, agent)
    unread = Notification.objects.filter(kind="approval", read_at=None)
    assert [notification.user for notification in unread.all()] == [colleague]
    approval.approve(message, colleague, seen=message.pk)
    assert not unread.exists()


def test_a11_given_back_text_becomes_draft_with_a_note(question: Message, agent: User, colleague: User) -> None:
    Account.objects.update(signature="initials")
    message = answer(question, agent, "Kijk eens. 🙈")
    assert message.conversation is not None
    Draft.objects.create(conversation=message.conversation, user=agent, tab="public", text="Al iets begonnen.")
    with pytest.raises(checks.Refused):
        approval.give_back(message, colleague, "  ")

    assert approval.give_back(message, colleague, "Deze meme kan niet.")
    assert not approval.give_back(message, colleague, "Deze meme kan niet.")
    run_outbox()

    assert (state_of(message), FakeConnector.sent) == ("cancelled", [])
    draft = Draft.objects.get(user=agent)
    assert (draft.text, draft.tab, draft.reply_to) == ("Kijk eens. 🙈\n\nAl iets begonnen.", "public", question)
    note = Message.objects.get(direction="note")
    assert (note.text, note.author) == ("Deze meme kan niet.", colleague)
    notification = Notification.objects.get(kind="returned")
    assert (notification.user, notification.message, notification.by) == (agent, note, colleague)
    assert not Notification.objects.filter(kind="approval", read_at=None).exists()
    assert Event.objects.filter(verb="given_back", actor=colleague).count() == 1


def test_a11_the_author_takes_it_back_and_nobody_else_does(question: Message, agent: User, colleague: User) -> None:
    message = answer(question, agent)
    assert not queue.cancel(message, colleague)
    assert queue.cancel(message, agent)
    assert state_of(message) == "cancelled"
    assert not Notification.objects.filter(kind="approval", read_at=None).exists()


def test_a11_news_after_the_approver_looked_is_read_first(question: Message, agent: User, colleague: User) -> None:
    message = answer(question, agent)
    later = make_inbound(question.account, "Laat maar, hij is er!")
    for seen in (None, message.pk):
        with pytest.raises(checks.Overtaken):
            approval.approve(message, colleague, seen=seen)
    assert state_of(message) == "approval"

    assert approval.approve(message, colleague, seen=later.pk)
    run_outbox()
    assert state_of(message) == "sent"


def test_a11_what_comes_in_after_approving_holds_it(question: Message, agent: User, colleague: User) -> None:
    message = answer(question, agent)
    approval.approve(message, colleague, seen=message.pk)
    make_inbound(question.account, "Laat maar, hij is er!")
    run_outbox()
    assert (state_of(message), FakeConnector.sent) == ("held", [])


def test_a11_a_numbered_thread_waits_and_goes_as_one(question: Message, agent: User, colleague: User) -> None:
    message = answer(question, agent, "Een lang verhaal over een kast. " * 12, split=True)
    parts = Message.objects.filter(direction="outbound")
    assert set(parts.values_list("state", flat=True)) == {"approval"}
    approval.approve(message, colleague, seen=message.pk)
    for _round in range(3):
        run_outbox()
    assert set(parts.values_list("state", flat=True)) == {"sent"}
    assert [reply.files != () for _id, reply in FakeConnector.sent] == [True] + [False] * (parts.count() - 1)


def test_a11_a_numbered_thread_comes_back_as_one_text(question: Message, agent: User, colleague: User) -> None:
    Account.objects.update(signature="initials")
    text = ("Een lang verhaal over een kast. " * 12).strip()
    approval.give_back(answer(question, agent, text, split=True), colleague, "Korter.")
    assert Draft.objects.get(user=agent).text == text
    assert set(Message.objects.filter(direction="outbound").values_list("state", flat=True)) == {"cancelled"}


def test_a11_the_database_lets_nothing_sent_wait_for_approval(question: Message, agent: User) -> None:
    message = answer(question, agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(external_id="9001")

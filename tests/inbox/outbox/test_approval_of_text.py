"""Answers in words that a second person looks at first: which, changed by whom, and until when (G12)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from channels.models import Account
from channels.types import Route, Visibility
from inbox.models import Approval, Conversation, Draft, Event, Identity, Label, Message, Notification, User
from inbox.outbox import approval, checks, deliver, queue
from inbox.team import organisation
from inbox.triage import labels
from tests.factories import author, make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def mila() -> User:
    """Who is in training."""
    return make_user("trainee", first_name="Mila", last_name="Boer", undo_seconds=0)


@pytest.fixture
def sanne() -> User:
    """Who looks."""
    return make_user("lead", first_name="Sanne")


@pytest.fixture
def question() -> Message:
    """What is answered."""
    return make_inbound(make_account("fake", mode="engage"), "Is deze lamp ook in het zwart?")


def answer(question: Message, agent: User, text: str = "Hij komt in december terug.", **options: Any) -> Message:
    """Queue an answer as the page does."""
    assert question.conversation is not None
    usual: dict[str, Any] = {"route": Route.PUBLIC_REPLY, "reply_to": question, "seen_message_id": question.pk}
    return queue.queue_reply(question.conversation, agent, text=text, **usual | options)


def run_outbox() -> None:
    """Do what the sweep's tasks do."""
    for pk in deliver.sweep():
        deliver.deliver(pk)


def test_g12_everything_a_trainee_writes_is_approved_first(question: Message, mila: User, sanne: User) -> None:
    private = make_inbound(make_account("x"), visibility=Visibility.PRIVATE, author=author("Kees"))
    answers = [answer(question, mila), answer(private, mila, route=Route.PRIVATE_MESSAGE, reply_to=None)]
    run_outbox()
    assert {*Message.objects.filter(direction="outbound").values_list("state", flat=True)} == {"approval"}
    assert [request.why for request in Approval.objects.all()] == ["trainee", "trainee"]
    other = make_user("trainee")
    with pytest.raises(checks.Refused):
        approval.approve(answers[0], other, seen=answers[0].pk)
    assert other.pk not in Notification.objects.filter(kind="approval").values_list("user", flat=True)
    assert approval.approve(answers[0], sanne, seen=answers[0].pk)
    assert answer(question, sanne, "En in het wit.", seen_message_id=None).state == "queued", "an agent needs nobody"


def test_g12_rules_of_the_organisation_ask_for_it(question: Message, sanne: User) -> None:
    conversation = question.conversation
    assert conversation is not None
    assert checks.wants_approval(conversation, sanne, Route.PUBLIC_REPLY, ()) == ""

    label = Label.objects.create(name="Juridisch", needs_approval=True)
    labels.add_label(conversation, label, sanne)
    assert checks.wants_approval(conversation, sanne, Route.PUBLIC_REPLY, ()) == "label"

    Identity.objects.update(followers=10_000)
    organisation.change(sanne, approves_followers=10_001)
    assert checks.wants_approval(conversation, sanne, Route.PUBLIC_REPLY, ()) == "label"
    organisation.change(sanne, approves_followers=10_000)
    assert checks.wants_approval(conversation, sanne, Route.PRIVATE_MESSAGE, ()) == "followers"

    organisation.change(sanne, approves_negative=True)
    for mood, why in (("angry", "negative"), ("annoyed", "negative"), ("neutral", "followers"), ("", "followers")):
        conversation.mood = mood
        assert checks.wants_approval(conversation, sanne, Route.PUBLIC_REPLY, ()) == why
    conversation.mood = "angry"
    assert checks.wants_approval(conversation, sanne, Route.PRIVATE_MESSAGE, ()) == "followers", "in public only"


def test_g12_approver_changes_words_and_the_author_signs(question: Message, mila: User, sanne: User) -> None:
    Account.objects.update(signature="initials")
    message = answer(question, mila, "Helaas, in december. ^MB")
    assert (message.text, Approval.objects.get().written) == ("Helaas, in december. ^MB", "Helaas, in december.")
    with pytest.raises(checks.Refused):
        approval.approve(message, sanne, seen=message.pk, text="  ")
    with pytest.raises(checks.Refused):
        approval.approve(message, sanne, seen=message.pk, text="lang " * 5000)

    assert approval.approve(message, sanne, seen=message.pk, text="We verwachten hem in december.")
    message.refresh_from_db()
    request = Approval.objects.get()
    assert message.text == "We verwachten hem in december. ^MB"
    assert (request.outcome, request.changed, request.decided_by) == ("approved", True, sanne)
    assert request.written == "Helaas, in december."
    run_outbox()
    assert [reply.text for _id, reply in FakeConnector.sent] == ["We verwachten hem in december. ^MB"]
    assert "december" not in str(list(Event.objects.values_list("data", flat=True)))


def test_g12_unchanged_words_count_as_unchanged(question: Message, mila: User, sanne: User) -> None:
    message = answer(question, mila, "Hij komt terug.\nIn december.")
    approval.approve(message, sanne, seen=message.pk, text="Hij komt terug.\r\nIn december. ")
    assert not Approval.objects.get().changed


def test_g12_a_numbered_thread_is_given_back_not_changed(question: Message, mila: User, sanne: User) -> None:
    message = answer(question, mila, "Een lang verhaal over een kast. " * 12, split=True)
    with pytest.raises(checks.Refused):
        approval.approve(message, sanne, seen=message.pk, text="Kort.")
    assert approval.give_back(message, sanne, "Korter.")
    assert Draft.objects.get(user=mila).text == ("Een lang verhaal over een kast. " * 12).strip()
    assert Approval.objects.get().outcome == "returned"


def test_g12_private_words_come_back_as_a_private_draft(mila: User, sanne: User) -> None:
    private = make_inbound(make_account("x"), visibility=Visibility.PRIVATE, author=author("Kees"))
    approval.give_back(answer(private, mila, route=Route.PRIVATE_MESSAGE, reply_to=None), sanne, "Vriendelijker.")
    assert Draft.objects.get(user=mila).tab == "private"


def test_g12_taken_back_by_its_author_nobody_decides(question: Message, mila: User, sanne: User) -> None:
    message = answer(question, mila)
    queue.cancel(message, mila)
    assert Approval.objects.get().outcome == "taken_back"
    assert not approval.approve(message, sanne, seen=message.pk)


def test_g12_what_was_approved_needs_no_second_approval(question: Message, mila: User, sanne: User) -> None:
    message = answer(question, mila)
    approval.approve(message, sanne, seen=message.pk)
    Message.objects.filter(pk=message.pk).update(state="failed")
    queue.retry(message, mila)
    run_outbox()
    assert len(FakeConnector.sent) == 1


@pytest.mark.parametrize(
    ("fallback", "state", "verb"),
    [("tell", "approval", "approval_overdue"), ("return", "cancelled", "approval_expired")],
)
def test_g12_nothing_is_sent_by_itself_when_time_passes(
    question: Message, mila: User, sanne: User, fallback: str, state: str, verb: str
) -> None:
    organisation.change(sanne, approval_minutes=15, approval_fallback=fallback)
    message = answer(question, mila)
    assert approval.pass_deadlines(timezone.now() + timedelta(minutes=14)) == 0
    later = timezone.now() + timedelta(minutes=15)
    assert (approval.pass_deadlines(later), approval.pass_deadlines(later)) == (1, 0), "once"
    run_outbox()
    message.refresh_from_db()
    assert (message.state, FakeConnector.sent) == (state, [])
    event = Event.objects.get(verb=verb)
    assert event.actor is None
    if fallback == "return":
        assert Draft.objects.get(user=mila).text == "Hij komt in december terug."
        assert Notification.objects.get(kind="returned").user == mila
    else:
        assert Notification.objects.filter(kind="approval", user=sanne).count() == 2, "told again"
        assert approval.approve(message, sanne, seen=message.pk), "it can still be decided"


def test_g12_sent_without_approval_only_where_chosen(question: Message, mila: User, sanne: User) -> None:
    organisation.change(sanne, approval_minutes=15, approval_fallback="send")
    held = answer(question, mila)
    make_inbound(question.account, "Laat maar.")
    later = timezone.now() + timedelta(minutes=15)
    assert approval.pass_deadlines(later) == 1
    held.refresh_from_db()
    assert held.state == "approval", "something came in: a person looks"
    queue.cancel(held, mila)
    message = answer(question, mila, "Goed.", seen_message_id=None)
    approval.pass_deadlines(timezone.now() + timedelta(minutes=15))
    run_outbox()
    message.refresh_from_db()
    assert (message.state, Approval.objects.get(message=message).outcome) == ("sent", "skipped")
    assert Event.objects.filter(verb="approval_skipped", actor=None).count() == 1


def test_g12_time_to_the_decision_is_kept(question: Message, mila: User, sanne: User) -> None:
    message = answer(question, mila)
    asked = timezone.now() - timedelta(minutes=7)
    Approval.objects.update(asked_at=asked)
    approval.approve(message, sanne, seen=message.pk)
    request = Approval.objects.get()
    assert request.decided_at is not None
    assert 420 <= (request.decided_at - request.asked_at).total_seconds() < 480


@pytest.mark.django_db(transaction=True)
def test_g12_two_approvals_at_once_send_it_once(question: Message, mila: User, sanne: User) -> None:
    message, other = answer(question, mila), make_user("lead")
    barrier, gone = threading.Barrier(2), []

    def approve(person: User, text: str) -> None:
        barrier.wait()
        gone.append(approval.approve(message, person, seen=message.pk, text=text))
        connection.close()

    people = [(sanne, "Sanne zegt het zo."), (other, "De ander zegt het zo.")]
    threads = [threading.Thread(target=approve, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_outbox()
    run_outbox()
    assert sorted(gone) == [False, True]
    assert len(FakeConnector.sent) == 1
    message.refresh_from_db()
    assert (message.approved_by == sanne) == (message.text == "Sanne zegt het zo."), "whoever approved has the words"
    assert Conversation.objects.get().waiting_since is None

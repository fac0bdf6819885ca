"""Asking a lead or a spokesperson when in doubt: the customer's answer waits for theirs (G2)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from channels.types import Route
from inbox.lists.queue_counts import read_counts
from inbox.models import Conversation, Escalation, Event, Message, Notification, Team, User
from inbox.outbox import checks, deliver, queue
from inbox.routing.advisers import advisers_on
from inbox.team import members
from inbox.triage import assignment, escalation
from tests.factories import limit, make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def farah() -> User:
    """Who is in doubt."""
    return make_user(undo_seconds=0)


@pytest.fixture
def sanne() -> User:
    """A lead."""
    return make_user("lead", first_name="Sanne", undo_seconds=0)


@pytest.fixture
def message() -> Message:
    """What the customer wrote."""
    return make_inbound(make_account("fake", mode="engage"), "Krijg ik mijn € 389 terug?")


@pytest.fixture
def conversation(message: Message) -> Conversation:
    """Where."""
    assert message.conversation is not None
    return message.conversation


def asked(conversation: Conversation, by: User | None, to: User | None) -> Escalation:
    """A question that stands open."""
    question = escalation.ask(conversation, "Mag ik dit terugbetalen?", to=to, by=by)
    assert question is not None
    return question


def reply(message: Message, agent: User) -> Message:
    """Answer the customer as the page does."""
    assert message.conversation is not None
    return queue.queue_reply(
        message.conversation, agent, text="Dat doen we.", route=Route.PUBLIC_REPLY, reply_to=message,
        seen_message_id=message.pk,
    )  # fmt: skip


def run_outbox() -> None:
    """Do what the sweep's tasks do."""
    for pk in deliver.sweep():
        deliver.deliver(pk)


def test_g2_leads_and_spokespeople_who_see_it_are_asked(conversation: Conversation, farah: User, sanne: User) -> None:
    spokesperson, elsewhere = make_user(first_name="Wim"), make_user("lead")
    Team.objects.create(name="Woordvoering", handles_press=True).members.add(spokesperson)
    limit(elsewhere, make_account("fake"))
    assert {*advisers_on(conversation, farah)} == {sanne, spokesperson}
    assert {*advisers_on(conversation, sanne)} == {spokesperson}, "nobody asks themselves"
    for person in (elsewhere, make_user()):
        with pytest.raises(ValueError, match="not asked"):
            escalation.ask(conversation, "Mag dit?", to=person, by=farah)


def test_g2_the_customers_answer_waits_for_the_question(message: Message, farah: User, sanne: User) -> None:
    conversation = message.conversation
    assert conversation is not None
    waiting_since = conversation.waiting_since
    question = asked(conversation, farah, sanne)
    for agent in (farah, make_user()):
        with pytest.raises(checks.Refused) as refused:
            reply(message, agent)
        assert refused.value.reason == "asked"
    conversation.refresh_from_db()
    assert conversation.waiting_since == waiting_since is not None, "the response clock runs on"

    assert escalation.answer(question, sanne, "Ja, tot € 400.")
    assert reply(message, farah).state == "queued"
    run_outbox()
    assert len(FakeConnector.sent) == 1


def test_g2_what_was_about_to_leave_is_held_for_the_asker(message: Message, farah: User, sanne: User) -> None:
    answer = reply(message, farah)
    assert message.conversation is not None
    question = asked(message.conversation, farah, sanne)
    run_outbox()
    answer.refresh_from_db()
    assert (answer.state, answer.error_reason, FakeConnector.sent) == ("held", "asked", [])
    with pytest.raises(checks.Refused):
        queue.retry(answer, farah)
    escalation.answer(question, sanne, "", approved=True)
    queue.retry(answer, farah)
    run_outbox()
    assert len(FakeConnector.sent) == 1


def test_g2_question_and_answer_stand_in_thread_log_and_lists(
    conversation: Conversation, farah: User, sanne: User
) -> None:
    question = asked(conversation, farah, sanne)
    assert list(Escalation.objects.asked_of(sanne)) == [question]
    assert not Escalation.objects.asked_of(farah).exists()
    told = Notification.objects.get(kind="escalated", read_at=None)
    assert (told.user, told.message, told.by) == (sanne, question.question, farah)

    escalation.answer(question, sanne, "Ja, tot € 400.")
    assert escalation.answer(question, sanne, "Nee.") is None, "once is enough"
    notes = Message.objects.filter(direction="note").order_by("pk").values_list("author", "text")
    assert list(notes) == [(farah.pk, "Mag ik dit terugbetalen?"), (sanne.pk, "Ja, tot € 400.")]
    assert not Escalation.objects.asked_of(sanne).exists()
    assert not Notification.objects.filter(kind="escalated", read_at=None).exists()
    assert Notification.objects.get(kind="advised").user == farah
    events = Event.objects.filter(verb__startswith="question").order_by("pk")
    assert list(events.values_list("verb", "actor")) == [
        ("question_asked", farah.pk),
        ("question_answered", sanne.pk),
    ]
    assert "terugbetalen" not in str(list(events.values_list("data", flat=True))), "the log keeps no words"


@pytest.mark.django_db(transaction=True)
def test_g2_open_pages_find_out_whatever_is_done(conversation: Conversation, farah: User, sanne: User) -> None:
    def versions() -> list[int]:
        return list(Conversation.objects.values_list("version", flat=True))

    seen = [versions()]
    steps: list[Callable[[], object]] = [
        lambda: escalation.ask(conversation, "Mag dit?", to=sanne, by=farah),
        lambda: escalation.answer(Escalation.objects.open().get(), sanne, "Ja."),
        lambda: escalation.ask(conversation, "En dit?", to=sanne, by=farah),
        lambda: members.deactivate(sanne, by=None),
        lambda: escalation.withdraw(Escalation.objects.open().get(), farah),
    ]
    for step in steps:
        step()
        seen.append(versions())
    assert len({*map(tuple, seen)}) == len(seen)


def test_g2_every_lead_is_asked_where_nobody_is_named(conversation: Conversation, farah: User, sanne: User) -> None:
    other_lead, spokesperson = make_user("admin"), make_user()
    Team.objects.create(name="Woordvoering", handles_press=True).members.add(spokesperson)
    question = asked(conversation, None, None)
    assert {*Notification.objects.filter(kind="escalated").values_list("user", flat=True)} == {sanne.pk, other_lead.pk}
    for person, count in ((sanne, 1), (other_lead, 1), (farah, 0), (spokesperson, 0)):
        assert Escalation.objects.asked_of(person).count() == count
        assert sum(read_counts([conversation.account_id], person.pk).get(("asked", 0), {}).values()) == count
    with pytest.raises(PermissionError):
        escalation.answer(question, farah, "Ja.")
    assert escalation.answer(question, other_lead, "Ja.")
    assert Event.objects.get(verb="question_to_leads").actor is None


def test_g2_whom_was_asked_may_answer_the_customer(message: Message, farah: User, sanne: User) -> None:
    assert message.conversation is not None
    asked(message.conversation, farah, sanne)
    assert reply(message, sanne).state == "queued"
    assert Escalation.objects.get().outcome == "answered"
    run_outbox()
    assert len(FakeConnector.sent) == 1


def test_g2_the_asker_or_a_lead_withdraws_it(conversation: Conversation, farah: User, sanne: User) -> None:
    question = asked(conversation, farah, sanne)
    with pytest.raises(PermissionError):
        escalation.withdraw(question, make_user())
    assert escalation.withdraw(question, farah)
    assert not escalation.withdraw(question, farah)
    assert (Escalation.objects.get().outcome, Escalation.objects.get().answer) == ("withdrawn", None)
    assert not Notification.objects.filter(kind="escalated", read_at=None).exists()


def test_g2_closing_ends_the_question(conversation: Conversation, farah: User, sanne: User) -> None:
    asked(conversation, farah, sanne)
    assignment.close(conversation, farah)
    assert Escalation.objects.get().outcome == "closed"
    assert escalation.ask(conversation, "En nu?", to=sanne, by=farah) is None, "nobody waits there"


def test_g2_who_may_no_longer_be_asked_passes_it_on(conversation: Conversation, farah: User, sanne: User) -> None:
    boss = make_user("admin")
    asked(conversation, farah, sanne)
    sanne.role = User.Role.AGENT
    members.change(sanne, by=boss)
    assert Escalation.objects.get().asked is None
    assert Escalation.objects.asked_of(boss).exists()


def test_g2_the_database_allows_one_open_question(conversation: Conversation, farah: User, sanne: User) -> None:
    question = asked(conversation, farah, sanne)
    assert escalation.ask(conversation, "Nog eens.", to=sanne, by=farah) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(conversation=conversation, asked=sanne, question=question.question)
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.filter(pk=question.pk).update(asked_by=sanne)


@pytest.mark.django_db(transaction=True)
def test_g2_two_who_answer_at_once_answer_once(conversation: Conversation, farah: User, sanne: User) -> None:
    question, other = asked(conversation, farah, None), make_user("lead")
    barrier, answers = threading.Barrier(2), []

    def answer(person: User) -> None:
        barrier.wait()
        answers.append(escalation.answer(question, person, f"{person.first_name} zegt ja."))
        connection.close()

    threads = [threading.Thread(target=answer, args=[person]) for person in (sanne, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found is not None for found in answers) == 1
    assert Message.objects.filter(direction="note").count() == 2

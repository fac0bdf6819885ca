"""Sorting the work: every act is logged once, and twice is as good as once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from inbox.ingest.receive import receive
from inbox.models import Conversation, Event, Notification
from inbox.triage import assignment
from tests.factories import incoming, make_account, make_inbound, make_user, minutes_ago, outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> Conversation:
    """One that waits."""
    make_inbound(sent_at=minutes_ago(20))
    return Conversation.objects.select_related("account").get()


def verbs() -> list[str]:
    """What was logged, in order."""
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_each_act_twice_is_logged_once(conversation: Conversation) -> None:
    agent, until = make_user(), timezone.now() + timedelta(hours=1)
    for _twice in range(2):
        assignment.assign(conversation, agent, by=agent)
    for _twice in range(2):
        assignment.snooze(conversation, until, by=agent)
    for _twice in range(2):
        assignment.close(conversation, by=agent, reason="spam")
    for _twice in range(2):
        assignment.reopen(conversation, by=agent)
    for _twice in range(2):
        assignment.assign(conversation, None, by=agent)
    assert verbs() == ["assigned", "snoozed", "closed", "reopened", "unassigned"]
    assert (conversation.status, conversation.assignee_id) == ("open", None)


def test_closing_without_an_answer_ends_the_wait_for_good(conversation: Conversation) -> None:
    assignment.close(conversation, by=None, reason="no_question")
    conversation.refresh_from_db()
    assert conversation.waiting_since is None

    again = incoming("Nog iets", sent_at=minutes_ago(2))
    receive(conversation.account, [again])
    conversation.refresh_from_db()
    assert conversation.waiting_since == again.sent_at

    receive(conversation.account, [outgoing(parent_id=again.external_id, sent_at=minutes_ago(1))])
    assert conversation.responses.get().started_at == again.sent_at


def test_taking_a_close_back_brings_the_wait_back(conversation: Conversation) -> None:
    since = conversation.waiting_since
    assignment.close(conversation, by=None, reason="no_question")
    assignment.reopen(conversation, by=make_user())
    conversation.refresh_from_db()
    assert conversation.waiting_since == since


def test_late_message_after_closing_waits(conversation: Conversation) -> None:
    assignment.close(conversation, by=None, reason="no_question")
    late = incoming("Dit had u moeten zien", sent_at=minutes_ago(15))
    receive(conversation.account, [late])
    conversation.refresh_from_db()
    assert (conversation.status, conversation.waiting_since) == ("open", late.sent_at)


def test_a_wait_that_was_answered_stays_counted_after_closing(conversation: Conversation) -> None:
    receive(conversation.account, [outgoing(parent_id=str(conversation.messages.get().external_id))])
    assignment.close(conversation, by=None)
    receive(conversation.account, [incoming("Dank!", sent_at=timezone.now() + timedelta(minutes=1))])
    assert conversation.responses.count() == 1


def test_a_closed_case_with_a_successor_stays_closed(conversation: Conversation) -> None:
    assignment.close(conversation, by=None)
    receive(conversation.account, [incoming("Nieuw", sent_at=timezone.now() + timedelta(hours=80))])
    assert not assignment.reopen(conversation, by=make_user())


def test_a_snoozed_case_wakes_at_its_time(conversation: Conversation) -> None:
    until = timezone.now() + timedelta(hours=1)
    assignment.snooze(conversation, until, by=None)
    assert assignment.wake_snoozed(until - timedelta(seconds=1)) == 0
    assert assignment.wake_snoozed(until) == 1
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_opened_conversation_is_read_until_news_comes_in(conversation: Conversation) -> None:
    assert conversation.is_unread
    assert assignment.mark_seen(conversation)
    conversation.refresh_from_db()
    assert not conversation.is_unread
    receive(conversation.account, [incoming(sent_at=timezone.now() + timedelta(seconds=1))])
    conversation.refresh_from_db()
    assert conversation.is_unread


def test_a_note_does_not_end_the_wait(conversation: Conversation) -> None:
    since = conversation.waiting_since
    note = assignment.write_note(conversation, make_user(), "  Belde ook al.  ")
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.message_count, note.text) == (since, 1, "Belde ook al.")
    with pytest.raises(ValueError, match="text"):
        assignment.write_note(conversation, make_user(), " ")


def test_a_reason_nobody_knows_is_refused(conversation: Conversation) -> None:
    with pytest.raises(ValueError, match="bored"):
        assignment.close(conversation, by=None, reason="bored")


def test_the_log_cannot_be_rewritten(conversation: Conversation) -> None:
    assignment.close(conversation, by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(verb="nothing")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()


def test_accounts_have_conversations_of_their_own() -> None:
    for account in (make_account(), make_account()):
        make_inbound(account)
    assert Conversation.objects.count() == 2


def test_what_is_closed_cannot_be_snoozed(conversation: Conversation) -> None:
    agent = make_user()
    assignment.close(conversation, agent)
    assert not assignment.snooze(conversation, timezone.now() + timedelta(hours=1), by=agent)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == ("closed", None)


def test_b2_who_names_themselves_in_a_note_is_not_told(conversation: Conversation) -> None:
    farah, joost = (make_user(first_name=name) for name in ("Farah", "Joost"))
    assignment.write_note(conversation, farah, "@Joost, vraag het anders aan @Farah.")
    assert list(Notification.objects.values_list("user", flat=True)) == [joost.pk]

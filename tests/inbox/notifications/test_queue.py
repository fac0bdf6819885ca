"""Telling people of something: once for each occasion, whom it concerns alone, and nothing that leaves the house."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from channels.models import Account
from inbox.live import announce
from inbox.models import Conversation, Notification, Team, User
from inbox.notifications import lines, queue, waits, words
from inbox.tasks import forget_notifications, record_late, tell_of_waits
from inbox.triage import assignment
from tests import factories
from tests.support.pages import signed_in

Kind = Notification.Kind
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def told(person: User) -> list[str]:
    """What somebody was told and has not read, oldest first."""
    return list(Notification.objects.filter(user=person, read_at=None).order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_occasion_is_told_once_by_two_workers_at_once(account: Account) -> None:
    conversation, people = factories.make_conversation(account), [factories.make_user() for _n in range(3)]
    barrier, made = threading.Barrier(4), []

    def work() -> None:
        try:
            barrier.wait(10)
            made.extend(queue.tell(people, Kind.RULE, occasion="rule:1", conversation=conversation))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert len(made) == Notification.objects.count() == 3


def test_who_did_it_and_who_may_not_see_it_are_not_told(
    agent: User, lead: User, outsider: User, conversation: Conversation
) -> None:
    gone = factories.make_user(is_active=False)
    people = [agent, lead, outsider, gone]
    assert len(queue.tell(people, Kind.ESCALATED, conversation=conversation, by=agent)) == 1
    assert Notification.objects.get().user == lead


@pytest.mark.django_db(transaction=True)
def test_pages_hear_of_it_after_the_commit_alone(lead: User, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, heard = factories.make_conversation(account), []
    monkeypatch.setattr(announce, "_publish", lambda codes, event="change": heard.append((event, set(codes))))
    with transaction.atomic():
        queue.tell([lead], Kind.LATE, conversation=conversation)
        assert heard == []
    assert heard == [("told", {lead.code})]


def test_nothing_is_told_of_nowhere(lead: User) -> None:
    with pytest.raises(ValueError, match="leads"):
        queue.tell([lead], Kind.SPIKE)


def test_telling_many_takes_three_statements(
    conversation: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [factories.make_user() for _n in range(9)]
    with django_assert_num_queries(3):
        queue.tell(people, Kind.RULE, conversation=conversation)


@pytest.mark.parametrize("kind", Kind.values)
def test_what_leaves_the_page_has_no_words_of_a_customer(agent: User, lead: User, kind: str) -> None:
    message = factories.make_inbound(text="Geheimwoord", author=factories.author("Zwijgzame Klant", handle="zwijger"))
    assert message.conversation
    queue.tell([lead], kind, conversation=message.conversation, message=message, by=agent, subject="Wonen")
    row = Notification.objects.get()
    said = words.words_of(row) + words.address_of(row)
    assert not any(secret in said for secret in ("Geheimwoord", "Zwijgzame", "zwijger"))
    assert words.address_of(row) == f"/inbox/{message.conversation.code}/#message-{message.code}"


def test_a_conversation_given_by_itself_is_news_too(agent: User, conversation: Conversation) -> None:
    assignment.assign(conversation, agent, None)
    assert told(agent) == ["assigned"]


@pytest.mark.django_db
def test_f2_holder_is_told_at_four_fifths_and_when_late() -> None:
    agent, lead = factories.make_user(), factories.make_user("lead")
    with time_machine.travel(NOON, tick=False) as now:
        conversation = factories.make_inbound(sent_at=NOON).conversation
        assert conversation
        assignment.assign(conversation, agent, agent)
        now.move_to(NOON + 48 * MINUTE - timedelta(seconds=1))
        tell_of_waits()
        assert told(agent) == []
        now.move_to(NOON + 48 * MINUTE)
        tell_of_waits()
        tell_of_waits()
        assert told(agent) == ["nearly_late"]
        now.move_to(NOON + 60 * MINUTE)
        record_late()
        record_late()
        tell_of_waits()
        assert told(agent) == ["late"]  # which says more than nearly
        assert told(lead) == []
        factories.make_answer(conversation, agent)
        tell_of_waits()
        assert told(agent) == []


@pytest.mark.django_db
def test_f2_leads_of_the_team_are_told_where_nobody_holds_it() -> None:
    own, other, agent = factories.make_user("lead"), factories.make_user("lead"), factories.make_user()
    team = Team.objects.create(name="Wonen")
    team.members.add(own, agent)
    with time_machine.travel(NOON, tick=False) as now:
        of_team = factories.make_inbound(sent_at=NOON).conversation
        of_nobody = factories.make_inbound(sent_at=NOON).conversation
        assert of_team
        assert of_nobody
        Conversation.objects.filter(pk=of_team.pk).update(team=team)
        now.move_to(NOON + 50 * MINUTE)
        tell_of_waits()
    near = Notification.objects.filter(kind=Kind.NEARLY_LATE)
    assert set(near.filter(conversation=of_team).values_list("user", flat=True)) == {own.pk}
    assert set(near.filter(conversation=of_nobody).values_list("user", flat=True)) == {own.pk, other.pk}
    assert told(agent) == []


@pytest.mark.django_db
def test_what_is_put_aside_asks_for_nobody() -> None:
    lead = factories.make_user("lead")
    with time_machine.travel(NOON, tick=False) as now:
        conversation = factories.make_inbound(sent_at=NOON).conversation
        assert conversation
        assignment.snooze(conversation, NOON + timedelta(days=2), lead)
        now.move_to(NOON + timedelta(days=1))
        tell_of_waits()
        record_late()
    assert told(lead) == []


def test_notifications_are_kept_for_thirty_days(lead: User, conversation: Conversation) -> None:
    for days in (29, 31):
        queue.tell([lead], Kind.RULE, conversation=conversation)
        newest = Notification.objects.order_by("-pk").first()
        assert newest
        Notification.objects.filter(pk=newest.pk).update(at=timezone.now() - timedelta(days=days))
    forget_notifications()
    assert Notification.objects.count() == 1


def test_one_is_dealt_with_by_its_owner_alone(agent: User, lead: User, conversation: Conversation) -> None:
    first, second = (queue.tell([lead], Kind.LATE, conversation=conversation)[0] for _n in range(2))
    assert signed_in(agent).post(f"/inbox/notifications/{first}/settle/").status_code == 404
    page = signed_in(lead)
    page.post(f"/inbox/notifications/{first}/settle/")
    assert list(Notification.objects.filter(read_at=None).values_list("pk", flat=True)) == [second]
    assert page.get("/inbox/notifications/").content.decode().count("Dealt with</button>") == 1
    page.post("/inbox/notifications/settle/")
    assert "Dealt with</button>" not in page.get("/inbox/notifications/?all").content.decode()


def test_the_list_goes_on_by_cursor_and_misses_none(lead: User, conversation: Conversation) -> None:
    pks = [queue.tell([lead], Kind.MENTION, conversation=conversation)[0] for _n in range(7)]
    Notification.objects.update(at=timezone.now())  # all at one moment
    found, older = [], ""
    while True:
        page = lines.page_of(lead, older=older, size=3)
        found += [line.row.pk for line in page.lines]
        older = page.older
        if not older:
            break
    assert found == sorted(pks, reverse=True)


def test_a_page_of_many_costs_what_one_costs(lead: User, account: Account) -> None:
    page, counts = signed_in(lead), []
    for _n in range(2):
        for _k in range(4):
            queue.tell([lead], Kind.LATE, conversation=factories.make_conversation(account))
            queue.tell([lead], Kind.SPIKE, account=account, subject="Twee keer zo druk")
        page.get("/inbox/notifications/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page.get("/inbox/notifications/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_bell_counts_what_is_about_an_account_too(lead: User, account: Account, page: Client) -> None:
    queue.tell([lead], Kind.SPIKE, account=account, subject="Twee keer zo druk")
    html = signed_in(lead).get("/inbox/notifications/?after=0").content.decode()
    assert 'data-unread="1"' in html
    assert "Twee keer zo druk" in html
    assert f"/inbox/?account={account.code}" in html


@pytest.mark.django_db
def test_who_was_told_of_a_wait_is_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {waits._NEAR}", {"now": timezone.now(), "due": timezone.now(), "after": 0, "most": 1})
        assert "Seq Scan on inbox_notification" not in str(cursor.fetchall())

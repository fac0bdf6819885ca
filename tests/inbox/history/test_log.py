"""The log: everything that was done, readable by leads, narrowed, and exported harmlessly."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from inbox.history import log
from inbox.models import Conversation, Event, Label, Team, User
from inbox.team import members
from inbox.triage import assignment, labels
from tests import factories
from tests.support import many
from tests.support.pages import page_of, signed_in
from tests.support.plans import steps_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en", first_name="Sanne", last_name="Kuipers")


@pytest.fixture
def talk() -> Conversation:
    return factories.make_conversation(factories.make_account(handle="lijnnoord"))


def rows_of(client: Client, **data: Any) -> list[list[str]]:
    """The export's rows without its head."""
    response: Any = client.get("/log/csv/", data)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def lines(reader: User, **asked: str) -> list[str]:
    """The log as lines: who and what."""
    with translation.override("en"):
        found = log.page_of(reader, log.LogQuery.of(asked)).entries
        return [f"{entry.told.who} {entry.told.line}" for entry in found]


def test_acts_are_told_with_what_was_and_became(lead: User, talk: Conversation) -> None:
    joost = factories.make_user(first_name="Joost", last_name="Willems")
    team, label = Team.objects.create(name="Nacht"), Label.objects.create(name="Bezorging")
    team.members.add(joost)
    assignment.assign(talk, lead, lead)
    assignment.assign(talk, joost, lead)
    labels.give_to_team(talk, team, joost)
    labels.add_label(talk, label, lead)
    assignment.close(talk, joost, "no_question")
    assert lines(lead)[::-1] == [
        "Sanne Kuipers took it",
        "Sanne Kuipers gave it to Joost Willems, before: Sanne Kuipers",
        "Joost Willems gave it to team Nacht",
        "Sanne Kuipers added label Bezorging",
        "Joost Willems closed it, No question",
    ]


def test_log_is_narrowed_by_person_kind_account_and_conversation(lead: User, talk: Conversation) -> None:
    joost = factories.make_user(first_name="Joost", last_name="Willems")
    other = factories.make_conversation(factories.make_account("facebook"))
    for row, person in ((talk, joost), (other, lead)):
        assignment.assign(row, person, person)
        assignment.close(row, person, "spam")
    assert len(lines(lead)) == 4
    assert lines(lead, person=str(joost.code)) == ["Joost Willems closed it, Spam", "Joost Willems took it"]
    assert lines(lead, kind="closing") == ["Sanne Kuipers closed it, Spam", "Joost Willems closed it, Spam"]
    assert lines(lead, account=str(other.account.code)) == lines(lead, conversation=str(other.code))
    assert len(lines(lead, conversation=str(other.code))) == 2
    assert lines(lead, person="webcare") == []


def test_log_is_narrowed_to_days_of_the_clock(lead: User) -> None:
    now = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [now - timedelta(seconds=1), now, now + timedelta(hours=23, minutes=59)]
    for at in moments:
        Event.objects.create(verb="signed_in", actor=lead, at=at)
    today = now.date().isoformat()
    assert len(lines(lead, since=today)) == 2
    assert len(lines(lead, until=today)) == 3
    assert len(lines(lead, since=today, until=today)) == 2
    assert len(lines(lead, until=(now - timedelta(days=1)).date().isoformat())) == 1
    assert len(lines(lead, since="yesterday", until="9999-12-31")) == 3


def test_log_goes_on_by_place_without_gaps(lead: User) -> None:
    same = timezone.now()
    Event.objects.bulk_create(Event(verb="signed_in", actor=lead, at=same) for _n in range(log.PAGE * 2 + 3))
    seen: list[int] = []
    after = ""
    for _page in range(3):
        page = log.page_of(lead, log.LogQuery(), after=after)
        seen += [entry.event.pk for entry in page.entries]
        after = page.after
    assert after == ""
    assert seen == sorted(Event.objects.values_list("pk", flat=True), reverse=True)


def test_limited_lead_reads_only_visible_accounts(lead: User, talk: Conversation) -> None:
    other = factories.make_conversation(factories.make_account("facebook"))
    for row in (talk, other):
        assignment.close(row, lead, "spam")
        Event.note("account_paused", actor=lead, account=row.account)
    # an answer that left from an account of ours the reader sees, in a conversation they do not see
    Event.note("queued", actor=lead, conversation=other, account=talk.account)
    factories.limit(lead, talk.account)
    page, told = signed_in(lead), lines(lead)
    assert told == ["Sanne Kuipers paused the account", "Sanne Kuipers closed it, Spam"]
    assert str(other.code) not in page_of(page, "/log/")
    assert [row[9] for row in rows_of(page)] == ["", str(talk.code)]
    assert lines(lead, conversation=str(other.code)) == []


def test_agent_may_not_open_the_log(client: Client) -> None:
    agent = signed_in(factories.make_user())
    assert agent.get("/log/").status_code == 403
    assert agent.get("/log/csv/").status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_exported_cell_is_never_a_formula(lead: User, talk: Conversation, start: str) -> None:
    talk.identity.name = f"{start}cmd|' /C calc'!A0"
    talk.identity.save()
    assignment.close(talk, lead, "spam")
    (row,) = rows_of(signed_in(lead))
    assert row[8].startswith("'")
    assert row[7] == "'@lijnnoord"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)


def test_export_is_streamed_in_the_readers_language(lead: User, talk: Conversation) -> None:
    lead.language = "nl"
    lead.save()
    assignment.close(talk, lead, "spam")
    Event.objects.bulk_create(Event(verb="signed_in", actor=lead) for _n in range(log.BATCH + 5))
    response: Any = signed_in(lead).get("/log/csv/")
    assert response.streaming and "attachment" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.count("logde in") == log.BATCH + 5
    assert "rondde het af,,Spam" in text
    assert text.startswith("Wanneer,Wie,Wat")


def test_statements_do_not_grow_with_the_log(lead: User, talk: Conversation) -> None:
    page = signed_in(lead)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert page.get("/log/").status_code == 200
        return len(found)

    assignment.assign(talk, factories.make_user(), lead)
    page.get("/log/")
    few = asked()
    for _n in range(20):
        row = factories.make_conversation(factories.make_account("facebook"))
        assignment.assign(row, factories.make_user(), factories.make_user())
        labels.add_label(row, Label.objects.create(name=f"L{row.pk}"), lead)
    page.get("/log/")
    assert asked() == few


def test_deactivated_colleague_is_still_named(lead: User) -> None:
    joost = factories.make_user(first_name="Joost", last_name="Willems")
    members.deactivate(joost, by=lead)
    assert lines(lead, kind="people")[0] == "Sanne Kuipers ended the access of Joost Willems"


_EVENTS = """
INSERT INTO inbox_event (verb, at, actor_id, account_id, conversation_id, data)
SELECT CASE WHEN n %% 1000 = 0 THEN 'line_crossed' WHEN n %% 10 = 0 THEN 'closed' ELSE 'sent' END,
    now() - make_interval(secs => (%(count)s - n) * 30), (%(people)s::bigint[])[1 + (n / 7) %% 40],
    (%(accounts)s::bigint[])[1 + (n / 40) %% 4], 1 + n / 8, '{}'
FROM generate_series(1, %(count)s) n
"""
LOOKED_AT = 8_000  # rows; a page shows 50


def test_no_way_to_narrow_reads_the_whole_log(lead: User) -> None:
    people = [factories.make_user() for _n in range(40)]
    accounts, count = many.accounts(), 120_000
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            _EVENTS,
            {"count": count, "people": [row.pk for row in people], "accounts": [row.pk for row in accounts]},
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE inbox_event")
    day = (timezone.now() - timedelta(days=20)).date().isoformat()
    ways: list[dict[str, str]] = [
        {}, {"person": str(people[3].code)}, {"kind": "sorting"}, {"kind": "answering"}, {"kind": "people"},
        {"account": str(accounts[1].code)}, {"until": day}, {"since": day, "until": day},
        {"person": str(people[3].code), "until": day}, {"conversation": str(factories.make_conversation().code)},
    ]  # fmt: skip
    read = {}
    for way in ways:
        found = log.LogQuery.of(way).narrow(log.readable_by(lead)).order_by("-at", "-id")[:51]
        (plan,) = _plan(found)
        looked = [
            sum(step.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter")) * step["Actual Loops"]
            for step in steps_of(plan)
            if step.get("Relation Name") == "inbox_event"
        ]
        if max(looked, default=0) > LOOKED_AT:
            read[str(way)] = looked
    assert read == {}


def _plan(found: Any) -> list[dict[str, Any]]:
    sql, parameters = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
        (plans,) = cursor.fetchone()
    return [plans[0]["Plan"]]

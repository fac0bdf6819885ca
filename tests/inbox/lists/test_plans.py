"""No statement of a page reads more than it shows, however many conversations are open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.guard.repeats import earlier_same_answer
from inbox.history.log import LogQuery
from inbox.library import reference
from inbox.lists import urgency
from inbox.lists.navigation import Nav
from inbox.lists.queue_counts import mend_counts
from inbox.lists.queues import QUEUES, SORTS
from inbox.live import announce
from inbox.models import Conversation, Event, Notification, Team
from inbox.notifications import waits
from inbox.triage import dividing
from reports.rows import BEGUN
from reports.scope import scope_of
from tests.support import many
from tests.support.profiles import is_thorough

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
OPEN = 50_000 if is_thorough() else 5_000
MOST = 1000  # rows that one step of a plan may look at; the longest list shows 31
_BIG = {"inbox_conversation", "inbox_message", "inbox_contact", "inbox_identity", "inbox_event", "inbox_notification"}
_MESSAGES = """
INSERT INTO inbox_message (code, account_id, conversation_id, identity_id, direction, kind, visibility, external_id,
    first_external_id, earlier_ids, thread_id, parent_external_id, parent_missing, context_state, text, permalink,
    sent_at, sent_at_is_ours, received_at, opens_window, state, route, attempts, lookups, error, error_code,
    error_reason, closes_after, mood, language, automatic, our_emoji, shown)
SELECT gen_random_uuid(), c.account_id, c.id, c.identity_id, 'inbound', 'mention', 'public', 'bench-' || c.id,
    'bench-' || c.id, '{}', '', '', false, '', 'Vraag', '', c.last_message_at, false, now(), false, '', '', 0, 0,
    '', '', '', false, '', 'nl', false, '', '[]'
FROM inbox_conversation c WHERE c.status = 'open'
"""


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan, sub-selects too."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from steps(inner)


def plan_of(statement: str, parameters: Any) -> Iterator[dict[str, Any]]:
    """Every step of a statement's plan, as it was run."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        (found,) = cursor.fetchone()
    plans = found if isinstance(found, list) else json.loads(found)
    return steps(plans[0]["Plan"])


def faults_of(statement: str, parameters: Any, most: int = MOST) -> list[str]:
    """What a statement does that costs more with more conversations."""
    faults = []
    for step in plan_of(statement, parameters):
        looked_at = sum(step.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter")) * step["Actual Loops"]
        if step.get("Relation Name") in _BIG and looked_at > most:
            faults.append(f"{step['Node Type']} of {step['Relation Name']} looks at {looked_at:.0f} rows")
        if step.get("Parent Relationship") == "SubPlan" and step["Actual Loops"] > most:
            faults.append(f"{step['Subplan Name']} runs {step['Actual Loops']} times")
    return faults


def _fill() -> None:
    """Many conversations that were there before: without triggers, by which all would be news of this transaction."""
    many.accounts()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        many.conversations(OPEN)
        many.conversations(OPEN // 10, "closed")
        cursor.execute(_MESSAGES)
        # One of many has a team that is closed to who looks.
        closed = Team.objects.create(name="Personeel", is_closed=True)
        cursor.execute("UPDATE inbox_conversation SET team_id = %s WHERE id %% 20 = 0", [closed.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    mend_counts()


def test_no_statement_of_a_page_reads_more_than_it_shows(client: Client) -> None:
    client.force_login(person := many.person())
    _fill()
    token = announce.token()
    newest = Conversation.objects.open().visible_to(person).latest("pk")
    Conversation.objects.filter(pk=newest.pk).update(seen_at=None)
    queues = [f"/inbox/?queue={key}" for key in QUEUES]
    sorts = [f"/inbox/?sort={key}" for key in SORTS]
    more = ["/inbox/menu/", "/inbox/notifications/", f"/inbox/updates/?since={token}", newest.get_absolute_url()]
    faults: dict[tuple[str, str], list[str]] = {}
    for address in [*queues, *sorts, *more]:
        client.get(address)
        with _noted() as asked:
            assert client.get(address).status_code == 200, address
        faults |= {(address, sql[:300]): found for sql, given in asked if (found := faults_of(sql, given))}
    assert faults == {}


def test_the_leads_list_reads_few_where_nearly_all_are_closed(client: Client) -> None:
    client.force_login(many.person())
    many.accounts()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        many.conversations(OPEN)
        many.conversations(OPEN * 4, "closed")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    mend_counts()
    client.get("/lead/")
    with _noted() as asked:
        page = client.get("/lead/").content.decode()
    assert "Vraag van klant" in page
    (listed,) = [
        step
        for sql, given in asked
        if "LIMIT" in sql and "excerpt" in sql
        for step in plan_of(sql, given)
        if step.get("Relation Name") == "inbox_conversation"
    ]
    # Of a million it would sort all who wait, for it expects few: of so few it walks through them by any index.
    assert listed["Index Name"] == "conv_waiting_due"


def test_what_few_closed_ones_are_is_not_looked_for_in_all(client: Client) -> None:
    client.force_login(person := many.person())
    many.accounts()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        many.conversations(OPEN, "closed")
        new, other = Team.objects.create(name="Nieuw"), Team.objects.create(name="Service")
        cursor.execute("UPDATE inbox_conversation SET team_id = %s WHERE id %% 2 = 0", [other.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    of_nobody_yet = ["team=mine", f"team={new.code}", "due=near", "due=late", "waits=24h", "window=after", "mood=fine"]
    for teams in ((), (new,)):
        person.teams.set(teams)
        for narrowed in of_nobody_yet:
            with _noted() as asked:
                page = client.get(f"/inbox/?queue=closed&{narrowed}").content.decode()
            assert "Vraag van klant" not in page
            assert [fault for sql, given in asked for fault in faults_of(sql, given)] == [], narrowed


def test_a_full_bell_does_not_ask_for_each_conversation(client: Client) -> None:
    client.force_login(person := many.person())
    _fill()
    late = (Notification(user=person, kind="late", conversation=row) for row in Conversation.objects.open())
    Notification.objects.bulk_create(late, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_notification")
        # Of so few conversations reading all is cheaper; of a million it is not.
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    for address in ("/inbox/notifications/", "/inbox/notifications/?after=0"):
        with _noted() as asked:
            assert "999+ klanten wachten langer" in client.get(address).content.decode()
        faults = [fault for sql, given in asked for fault in faults_of(sql, given, OPEN // 2)]
        assert [fault for fault in faults if "inbox_notification" not in fault] == []


def test_what_comes_first_and_sweeps_read_no_more_than_they_find() -> None:
    _fill()
    Account.objects.update(mode=Account.Mode.ENGAGE)  # elsewhere posts are looked at too, of so few all at once
    press = Team.objects.create(name="Pers", handles_press=True, returns_after=5)
    Conversation.objects.filter(pk__in=Conversation.objects.open().order_by("pk")[:20]).update(team=press)
    with _noted() as asked:
        assert urgency.take_next(Nav(many.person(), reference.moment()))
        waits.tell_near()
        assert dividing.return_untouched() == 0
    assert [(sql[:300], found) for sql, given in asked if (found := faults_of(sql, given))] == []


def test_looking_for_the_same_answer_reads_no_other_peoples() -> None:
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE inbox_message SET direction = 'outbound', sent_at = now(), thread_id = external_id")
        cursor.execute("ANALYZE inbox_message")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    newest = Conversation.objects.open().latest("pk")
    with _noted() as asked:
        assert earlier_same_answer("Goedemiddag, we zoeken het uit.", newest, many.person(), is_public=True) is None
    assert [(sql[:300], found) for sql, given in asked if (found := faults_of(sql, given))] == []


def test_open_ones_are_counted_from_an_index_alone(client: Client) -> None:
    client.force_login(many.person())
    _fill()
    counted = "/inbox/?mood=angry&language=nl&side=public&waits=any&due=near&window=day&since=2020-01-01&complaint=1"
    with _noted() as asked:
        assert client.get("/lead/").status_code == client.get(counted).status_code == 200
    counting = [(sql, given) for sql, given in asked if "FILTER (WHERE" in sql]
    assert len(counting) == 2
    with connection.cursor() as cursor:  # as where the rows were vacuumed, which they cannot be within a test
        cursor.execute("UPDATE pg_class SET relallvisible = relpages WHERE relname = 'inbox_conversation'")
    for sql, given in counting:
        (read,) = (step for step in plan_of(sql, given) if step.get("Relation Name") == "inbox_conversation")
        assert (read["Node Type"], read["Index Name"]) == ("Index Only Scan", "conv_open_account")


def test_the_running_hour_is_counted_from_an_index_alone(client: Client) -> None:
    client.force_login(many.person())
    _fill()
    Conversation.objects.open().update(due_at=timezone.now(), window_closes_at=timezone.now())
    with _noted() as asked:
        assert client.get("/inbox/").status_code == 200
    ((sql, given),) = [(sql, given) for sql, given in asked if "newest alert" in sql]
    with connection.cursor() as cursor:  # as where the rows were vacuumed, which they cannot be within a test
        cursor.execute("ANALYZE inbox_conversation")
        cursor.execute("UPDATE pg_class SET relallvisible = relpages WHERE relname = 'inbox_conversation'")
    read = {step["Index Name"]: step["Node Type"] for step in plan_of(sql, given) if "Index Name" in step}
    assert read["conv_by_due"] == read["conv_by_window"] == "Index Only Scan"


def test_what_began_in_a_period_is_found_by_its_time() -> None:
    day = scope_of(timezone.localdate(), timezone.localdate(), (), every=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "conv_begun" in {step.get("Index Name") for step in plan_of(BEGUN, day.params)}


@contextmanager
def _noted() -> Iterator[list[tuple[str, Any]]]:
    """Note what is asked of the database meanwhile."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, *more: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            asked.append((sql, parameters))
        return execute(sql, parameters, *more)

    with connection.execute_wrapper(note):
        yield asked


def test_one_persons_part_of_the_log_is_found_without_a_join() -> None:
    """With one, the newest of all are looked through until fifty are theirs."""
    person = many.person()
    asked = LogQuery(person=str(person.code)).narrow(Event.objects.order_by("-at", "-pk"))[:51]
    with connection.cursor() as cursor:
        # Of no rows either index costs the same, and what other tests left behind would choose.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO inbox_event (verb, at, data) SELECT 'sent', now() - make_interval(secs => n), '{}'"
            " FROM generate_series(1, 2000) n"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT; ANALYZE inbox_event")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    found = list(plan_of(*asked.query.sql_with_params()))
    assert "event_of_person" in {step.get("Index Name") for step in found}
    assert {"Nested Loop", "Hash Join", "Merge Join"}.isdisjoint(step["Node Type"] for step in found)

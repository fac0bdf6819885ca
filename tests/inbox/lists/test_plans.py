"""No statement of a page reads more than it shows, however many conversations are open."""

from __future__ import annotations

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
from inbox.privacy.sweeping import sweep
from inbox.privacy.traces import Traces
from inbox.triage import dividing
from reports.rows import BEGUN
from reports.scope import scope_of
from tests.factories import limit, make_account, make_user
from tests.support import many
from tests.support.plans import Asked, faults_of, noted
from tests.support.profiles import is_thorough

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
OPEN = 50_000 if is_thorough() else 5_000
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


def read_no_table_whole() -> None:
    """Of so few conversations reading all of them is cheaper; of a million it is not."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")


def test_no_statement_of_a_page_reads_more_than_it_shows(client: Client) -> None:
    client.force_login(person := many.person())
    _fill()
    token = announce.token()
    newest = Conversation.objects.open().visible_to(person).latest("pk")
    Conversation.objects.filter(pk=newest.pk).update(seen_at=None)
    queues = [f"/inbox/?queue={key}" for key in QUEUES]
    sorts = [f"/inbox/?sort={key}" for key in SORTS]
    more = ["/inbox/menu/", "/inbox/notifications/", newest.get_absolute_url()]
    updates = f"/inbox/updates/?since={token}"
    faults: list[Any] = []
    for address in [*queues, *sorts, *more, updates]:
        if address == updates:
            read_no_table_whole()
        client.get(address)
        with noted() as asked:
            assert client.get(address).status_code == 200, address
        faults += [(address, found) for found in faults_of(asked)]
    assert faults == []


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
    with noted() as asked:
        page = client.get("/lead/").content.decode()
    assert "Vraag van klant" in page
    (listed,) = [
        step
        for one in asked
        if "LIMIT" in one.statement and "excerpt" in one.statement
        for step in one.steps()
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
            with noted() as asked:
                page = client.get(f"/inbox/?queue=closed&{narrowed}").content.decode()
            assert "Vraag van klant" not in page
            assert faults_of(asked) == [], narrowed


def test_who_reads_a_quiet_account_does_not_read_all_others(client: Client) -> None:
    _fill()
    quiet, agent = make_account(), make_user()
    limit(agent, quiet)
    for reader, of_account in ((agent, ""), (many.person(), f"&account={quiet.code}")):
        client.force_login(reader)
        for key in QUEUES:
            with noted() as asked:
                assert "Vraag van klant" not in client.get(f"/inbox/?queue={key}{of_account}").content.decode()
            # What stands beside a filter is counted, from an index alone.
            listing = [one for one in asked if "FILTER (WHERE" not in one.statement]
            assert faults_of(listing, OPEN // 20) == [], key


def test_a_full_bell_does_not_ask_for_each_conversation(client: Client) -> None:
    client.force_login(person := many.person())
    _fill()
    late = (Notification(user=person, kind="late", conversation=row) for row in Conversation.objects.open())
    Notification.objects.bulk_create(late, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_notification")
    read_no_table_whole()
    for address in ("/inbox/notifications/", "/inbox/notifications/?after=0"):
        with noted() as asked:
            assert "999+ klanten wachten langer" in client.get(address).content.decode()
        faults = [fault for one in asked for fault in one.faults(OPEN // 2)]
        assert [fault for fault in faults if "inbox_notification" not in fault] == []


def test_what_comes_first_and_sweeps_read_no_more_than_they_find() -> None:
    _fill()
    Account.objects.update(mode=Account.Mode.ENGAGE)  # elsewhere posts are looked at too, of so few all at once
    press = Team.objects.create(name="Pers", handles_press=True, returns_after=5)
    Conversation.objects.filter(pk__in=Conversation.objects.open().order_by("pk")[:20]).update(team=press)
    with noted() as asked:
        assert urgency.take_next(Nav(many.person(), reference.moment()))
        waits.tell_near()
        assert dividing.return_untouched() == 0
    assert faults_of(asked) == []


def test_looking_for_the_same_answer_reads_no_other_peoples() -> None:
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE inbox_message SET direction = 'outbound', sent_at = now(), thread_id = external_id")
        cursor.execute("ANALYZE inbox_message")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    newest = Conversation.objects.open().latest("pk")
    with noted() as asked:
        assert earlier_same_answer("Goedemiddag, we zoeken het uit.", newest, many.person(), is_public=True) is None
    assert faults_of(asked) == []


def test_who_wrote_lately_is_looked_for_in_what_is_new() -> None:
    _fill()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO inbox_rawpayload (message_id, at, body) SELECT id, sent_at, '{}' FROM inbox_message"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT; ANALYZE")
    accounts = list(Account.objects.values_list("pk", flat=True))
    with noted() as asked:
        sweep(Traces(handles=["noor.vermeer"], accounts=accounts, since=timezone.now().isoformat()))
    (named,) = [one for one in asked if "inbox_rawpayload" in one.statement]
    read = [step for step in named.steps() if step.get("Relation Name", "").startswith("inbox_rawpayload")]
    assert sum(step["Actual Rows"] * step["Actual Loops"] for step in read) == 0


def test_open_ones_are_counted_from_an_index_alone(client: Client) -> None:
    client.force_login(many.person())
    _fill()
    counted = "/inbox/?mood=angry&language=nl&side=public&waits=any&due=near&window=day&since=2020-01-01&complaint=1"
    with noted() as asked:
        assert client.get("/lead/").status_code == client.get(counted).status_code == 200
    counting = [one for one in asked if "FILTER (WHERE" in one.statement]
    assert len(counting) == 2
    with connection.cursor() as cursor:  # as where the rows were vacuumed, which they cannot be within a test
        cursor.execute("UPDATE pg_class SET relallvisible = relpages WHERE relname = 'inbox_conversation'")
    for one in counting:
        (read,) = (step for step in one.steps() if step.get("Relation Name") == "inbox_conversation")
        assert (read["Node Type"], read["Index Name"]) == ("Index Only Scan", "conv_open_account")


def test_the_running_hour_is_counted_from_an_index_alone(client: Client) -> None:
    client.force_login(many.person())
    _fill()
    Conversation.objects.open().update(due_at=timezone.now(), window_closes_at=timezone.now())
    with noted() as asked:
        assert client.get("/inbox/").status_code == 200
    (counting,) = [one for one in asked if "newest alert" in one.statement]
    with connection.cursor() as cursor:  # as where the rows were vacuumed, which they cannot be within a test
        cursor.execute("ANALYZE inbox_conversation")
        cursor.execute("UPDATE pg_class SET relallvisible = relpages WHERE relname = 'inbox_conversation'")
    read = {step["Index Name"]: step["Node Type"] for step in counting.steps() if "Index Name" in step}
    assert read["conv_by_due"] == read["conv_by_window"] == "Index Only Scan"


def test_what_began_in_a_period_is_found_by_its_time() -> None:
    day = scope_of(timezone.localdate(), timezone.localdate(), (), every=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert "conv_begun" in {step.get("Index Name") for step in Asked(BEGUN, day.params).steps()}


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
    found = list(Asked(*asked.query.sql_with_params()).steps())
    assert "event_of_person" in {step.get("Index Name") for step in found}
    assert {"Nested Loop", "Hash Join", "Merge Join"}.isdisjoint(step["Node Type"] for step in found)

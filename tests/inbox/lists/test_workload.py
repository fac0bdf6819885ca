"""The lead's live page: every number is as long as the list it opens, in few statements, and worst comes first."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.models import Account
from inbox.library import reference
from inbox.lists import workload
from inbox.lists.navigation import Nav
from inbox.lists.queues import Scope
from inbox.lists.workload import NUMBERS, Line, Workload
from inbox.models import Conversation, Response, Team, User
from reports.asked import Asked
from reports.figures import values_of
from tests import factories
from tests.support import many
from tests.support.opening_hours import own, shut
from tests.support.pages import page_of, signed_in
from tests.support.profiles import cases

pytestmark = pytest.mark.django_db
NOW = "now"
# Of one case: its account, its team, whom it is with, and minutes from now of what counts.
CASE = st.tuples(
    st.integers(0, 2),
    st.integers(-1, 2),
    st.booleans(),
    st.sampled_from(["open", "open", "open", "snoozed", "closed"]),
    st.one_of(st.none(), st.integers(-5000, -1)),
    st.one_of(st.none(), st.integers(-600, 600)),
    st.one_of(st.none(), st.integers(-300, 3000)),
)


def lines_of(work: Workload) -> list[Line]:
    """Every line of the table."""
    of_crews = [line for crew in work.crews for line in (crew.team, *crew.channels) if line]
    return [work.total, *of_crews]


def nav_of(person: User) -> Nav:
    """A page's navigation."""
    return Nav(person, reference.moment())


def listed(person: User, address: str) -> int:
    """How long the list at an address is."""
    values = dict(part.split("=") for part in address.partition("?")[2].split("&"))
    return Scope.of(values).select(person, nav_of(person).readable).count()


def put(row: Conversation, now: datetime, case: tuple[Any, ...], teams: list[Team], holder: User) -> None:
    """Make a conversation what a case says."""
    _account, team, is_held, status, waits, due, window = case

    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else now + timedelta(minutes=minutes)

    due_at = at(due) if waits is not None else None
    Conversation.objects.filter(pk=row.pk).update(
        team=teams[team] if team >= 0 else None,
        assignee=holder if is_held else None,
        status=status,
        closed_at=now if status == "closed" else None,
        waiting_since=at(waits),
        due_at=due_at,
        due_marks=[due_at - timedelta(minutes=30), None, None] if due_at else None,
        window_closes_at=at(window),
    )


@pytest.fixture
def rows(db: None) -> list[Conversation]:
    """Conversations in three accounts, four each."""
    accounts = [factories.make_account(handle=f"merk{n}") for n in range(3)]
    return [factories.make_conversation(account) for _ in range(4) for account in accounts]


@cases("is_shut", [True, False])
def test_f5_every_number_is_as_long_as_its_list(rows: list[Conversation], is_shut: bool) -> None:  # noqa: FBT001
    if is_shut:
        shut()
        own(rows[0].account, [(time(), time())])
    teams = [Team.objects.create(name=name) for name in ("Reizen", "Wonen", "Weg")]
    Team.objects.filter(pk=teams[2].pk).update(archived_at=timezone.now())
    lead = factories.make_user("lead")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(CASE, min_size=len(rows), max_size=len(rows)))
    def check(cases: list[tuple[Any, ...]]) -> None:
        now = timezone.now()
        for row, case in zip(rows, cases, strict=True):
            put(row, now, case, teams, lead)
        work = workload.workload_of(nav_of(lead))
        for line in lines_of(work):
            for name in NUMBERS:
                number = getattr(line, name)
                assert number.n == listed(lead, number.address), (line.name, name)
        waiting = [case for case in cases if case[3] == "open" and case[4] is not None]
        assert (
            work.total.waiting.n == len(waiting) == sum(line.waiting.n for crew in work.crews for line in crew.channels)
        )
        oldest = min((case[4] for case in waiting), default=None)
        assert (work.total.oldest is None) == (oldest is None)
        if work.total.oldest and oldest is not None:
            assert work.total.oldest.since == now + timedelta(minutes=oldest)

    check()


def test_share_within_target_is_what_the_figures_say(rows: list[Conversation]) -> None:
    lead = factories.make_user("lead", language="en")
    wonen, closed = Team.objects.create(name="Wonen"), Team.objects.create(name="Personeel", is_closed=True)
    for n, row in enumerate(rows):
        Conversation.objects.filter(pk=row.pk).update(team=[wonen, None, closed][n % 3])
        answer = factories.make_answer(row, lead)
        Response.objects.filter(answer=answer).update(due_at=timezone.now() + timedelta(hours=1 if n % 4 else -1))
    work = workload.workload_of(nav_of(lead))
    shares = [line.share for line in lines_of(work) if line.share and line.share.address]
    assert len(shares) > 2
    for share in shares:
        asked = dict(part.split("=") for part in share.address.partition("?")[2].split("&"))
        value = values_of(Asked.of(asked, nav_of(lead)).scope, ["within_target"])["within_target"]
        assert value.value is not None
        assert (share.percent, share.title.split()[2]) == (round(100 * value.value), str(value.n))
        assert share.address.replace("&", "&amp;") in page_of(signed_in(lead), "/lead/")


def test_lead_sees_only_what_they_read(rows: list[Conversation]) -> None:
    person = factories.make_user("lead", language="en")
    factories.limit(person, Account.objects.get(handle="merk1"))
    work = workload.workload_of(nav_of(person))
    assert (work.total.waiting.n, [line.name for line in work.crews[0].channels]) == (4, ["@merk1"])
    html = page_of(signed_in(person), "/lead/")
    assert "@merk1" in html and "@merk0" not in html


def test_worst_comes_first_and_is_what_the_page_says(rows: list[Conversation]) -> None:
    now, lead = timezone.now(), factories.make_user("lead", language="en")
    wonen, reizen = Team.objects.create(name="Wonen"), Team.objects.create(name="Reizen")
    for n, row in enumerate(rows):
        team = wonen if n < 8 else reizen
        due = now - timedelta(minutes=5) if n in (8, 9, 10, 0) else now + timedelta(hours=1)
        Conversation.objects.filter(pk=row.pk).update(team=team, due_at=due)
    work = workload.workload_of(nav_of(lead))
    assert [crew.team.name for crew in work.crews if crew.team] == ["Reizen", "Wonen"]
    html = page_of(signed_in(lead), "/lead/")
    assert "Reizen runs late" in html and "3 customers are over target, 4 cases are unassigned." in html


def test_who_never_shuts_reads_of_no_closing_time(rows: list[Conversation]) -> None:
    closes = timezone.now() + timedelta(hours=3)
    Conversation.objects.filter(pk=rows[0].pk).update(window_closes_at=closes)
    lead = signed_in(factories.make_user("lead", language="en"))
    html = page_of(lead, "/lead/")
    assert "1 window closes within a day" in html and "closing time" not in html
    shut()
    html = page_of(lead, "/lead/")
    assert "1 window closes after closing time" in html and "within a day" not in html


def test_calm_page_says_that_nobody_waits() -> None:
    factories.make_account(handle="leeg")
    html = page_of(signed_in(factories.make_user("admin", language="en")), "/lead/")
    assert "Nobody waits" in html and "@leeg" in html and "No team" not in html


def test_cases_are_those_of_the_chosen_kind_and_channel(rows: list[Conversation]) -> None:
    lead = factories.make_user("lead", language="en")
    account = Account.objects.get(handle="merk2")
    mine = [row for row in rows if row.account_id == account.pk]
    Conversation.objects.filter(pk=mine[0].pk).update(assignee=lead)
    page = signed_in(lead)
    free = page_of(page, f"/lead/?account={account.code}")
    assert [str(row.code) in free for row in rows] == [row in mine[1:] for row in rows]
    Conversation.objects.filter(pk=mine[0].pk).update(due_at=timezone.now() - timedelta(minutes=1))
    late = page_of(page, f"/lead/?account={account.code}&show=late")
    assert [str(row.code) in late for row in rows] == [row == mine[0] for row in rows]


def test_lead_page_costs_the_same_however_much_waits(client: Client) -> None:
    client.force_login(many.person())

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    addresses = ["/lead/", "/lead/?show=late", "/lead/updates/"]
    many.conversations(20)
    Conversation.objects.update(team=Team.objects.create(name="Eerste"))
    few = [cost(address) for address in addresses]
    many.conversations(100)
    teams = [Team.objects.create(name=f"Team {n}") for n in range(6)]
    for n, row in enumerate(Conversation.objects.all()):
        Conversation.objects.filter(pk=row.pk).update(team=teams[n % 6])
    assert [cost(address) for address in addresses] == few

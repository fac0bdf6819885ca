"""The counts of the queues are those of the conversations themselves, whatever happens and whoever acts at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Count
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.models import Account
from channels.types import Removal, Visibility
from inbox.ingest.receive import receive
from inbox.lists.queue_counts import MOST_ALERTS, UNASSIGNED, Counts, fold_counts, mend_counts, read_counts
from inbox.models import Conversation, ConversationLabel, Label, Notification, QueueCount, Team, User
from inbox.triage import assignment, labels
from inbox.triage.summary import refresh
from tests.factories import author, incoming, make_account, make_answer, make_conversation, make_user, next_id
from tests.support.profiles import examples

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Floor:
    """Two accounts, three people, two teams and two labels; acts are chosen by numbers."""

    def __init__(self) -> None:
        self.accounts = [make_account("x"), make_account("whatsapp", external_id=next_id(), handle="+31201234567")]
        self.people = [make_user() for _n in range(3)]
        self.teams = [Team.objects.create(name=name) for name in ("Bagage", "Personeel")]
        for team in self.teams:
            team.members.set(self.people)
        self.labels = [Label.objects.create(name=name) for name in ("Koffer", "Vertraging")]
        self.said: list[tuple[Account, str]] = []

    @property
    def is_exact(self) -> bool:
        """Whether what is kept is what there is, for who sees every team and for who does not see the second."""
        return all(
            self.counted(closed) == truth(self.accounts, self.people, closed) for closed in ([], [self.teams[1].pk])
        )

    def counted(self, closed: list[int]) -> Counts:
        """What is kept, without what is nought."""
        kept: dict[tuple[str, int], Any] = {}
        for person in self.people:
            kept |= read_counts([row.pk for row in self.accounts], person.pk, closed)
        kept = {key: of for key, of in kept.items() if key[0] in QueueCount.Kind.values}
        return {key: {pk: n for pk, n in of.items() if n} for key, of in kept.items() if any(of.values())}

    def act(self, what: int, which: int, who: int) -> None:
        """Do one of everything that counts change by."""
        rows = list(Conversation.objects.order_by("pk"))
        row, person, label = rows[which % len(rows)] if rows else None, self.people[who % 3], self.labels[who % 2]
        acts: list[Callable[[], Any]] = [partial(self.say, which, who)]
        if row is not None:
            acts += [
                partial(self.say, which, who),
                partial(self.remove, which),
                partial(assignment.assign, row, person if which % 3 else None, person),
                partial(assignment.close, row, person),
                partial(assignment.reopen, row, person),
                partial(assignment.snooze, row, None, person),
                partial(labels.add_label, row, label, person),
                partial(labels.remove_label, row, label, person),
                partial(labels.give_to_team, row, [None, *self.teams][which % 3], person),
                partial(self.answer, row, person, "failed" if which % 2 else "sent"),
                fold_counts,
            ]
        acts[what % len(acts)]()

    def say(self, which: int, who: int) -> None:
        """A customer writes, in public or in private."""
        account = self.accounts[which % 2]
        visibility = Visibility.PRIVATE if which % 2 else Visibility.PUBLIC
        event = incoming(
            author=author(f"Klant {who}"), visibility=visibility, kind="message" if which % 2 else "mention",
            opens_window=bool(which % 2),
        )  # fmt: skip
        self.said.append((account, event.external_id))
        receive(account, [event])

    def remove(self, which: int) -> None:
        """The platform tells that something was removed."""
        if self.said:
            account, external_id = self.said[which % len(self.said)]
            receive(account, [Removal(external_id, datetime.now(tz=UTC))])

    def answer(self, row: Conversation, person: User, state: str) -> None:
        """A colleague answers."""
        make_answer(row, person, state=state)
        refresh([row.pk])


def truth(accounts: list[Account], people: list[User], closed: list[int]) -> Counts:
    """What there is besides these teams, by COUNT over the conversations."""
    now = datetime.now(tz=UTC)
    rows = Conversation.objects.filter(account__in=accounts).exclude(team__in=closed).order_by()
    held = rows.open().filter(assignee=None)
    asked: dict[tuple[str, int], Any] = {
        ("open", 0): rows.open(),
        ("snoozed", 0): rows.filter(status="snoozed"),
        ("answered", 0): rows.open().filter(waiting_since=None, last_direction="outbound"),
        ("window", 0): rows.open().filter(waiting_since__isnull=False, window_closes_at__gt=now),
        ("late", 0): rows.open().filter(due_at__lte=now),
        ("failed", 0): rows.filter(failed_count__gt=0),
        ("holder", UNASSIGNED): held,
        **{("holder", person.pk): rows.mine(person) for person in people},
        **{("team", team.pk): rows.open().filter(team=team) for team in Team.objects.all()},
        **{("label", label.pk): rows.open().filter(label_links__label=label) for label in Label.objects.all()},
    }
    found = {key: dict(some.values_list("account").annotate(Count("pk"))) for key, some in asked.items()}
    return {key: of for key, of in found.items() if of}


_ACTS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 30), st.integers(0, 5)), min_size=3, max_size=16)


@pytest.mark.django_db
@given(acts=_ACTS)
@settings(max_examples=examples(40))
def test_counts_stay_exact_whatever_is_done(acts: list[tuple[int, int, int]]) -> None:
    with transaction.atomic():
        floor = Floor()
        for what, which, who in acts:
            with transaction.atomic():
                floor.act(what, which, who)
                if which % 7 == 0:  # as if the process died before the end
                    transaction.set_rollback(True)
            assert floor.is_exact
        fold_counts()
        assert floor.is_exact
        assert mend_counts() == 0
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_counts_stay_exact_when_many_act_at_once() -> None:
    floor = Floor()
    for number in range(8):
        floor.say(number, number)

    def work(seed: int) -> None:
        try:
            for turn in range(12):
                with transaction.atomic():
                    floor.act(seed * 5 + turn, seed * 11 + turn * 3, seed + turn)
                    if (seed + turn) % 9 == 0:  # the server loses this one in the midst of it
                        connections["default"].close()
                        break
        except DatabaseError:
            pass  # who loses a race is rolled back
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(12)))
    assert floor.is_exact
    assert mend_counts() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["close", "team"])
@pytest.mark.parametrize("label_first", [True, False])
def test_label_and_other_change_at_once_are_counted_once(other: str, *, label_first: bool) -> None:
    row, label, team = make_conversation(), Label.objects.create(name="Koffer"), Team.objects.create(name="Bagage")
    begun, other_done = threading.Event(), threading.Event()

    def put_label() -> None:
        ConversationLabel.objects.create(conversation=row, label=label, last_message_at=row.last_message_at)

    def change(**fields: Any) -> None:
        Conversation.objects.filter(pk=row.pk).update(**fields)

    def run(act: Callable[[], None], *, waits: bool) -> None:
        try:
            with transaction.atomic():
                if not waits:
                    act()
                    begun.set()
                    other_done.wait(1)  # the other is held up by this one: it goes on once this has ended
                else:
                    begun.wait(10)
                    act()
                    other_done.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        changes: dict[str, dict[str, Any]] = {"close": {"status": "closed", "closed_at": START}, "team": {"team": team}}
        acts = (put_label, label_first), (partial(change, **changes[other]), not label_first)
        running = [threads.submit(run, act, waits=not first) for act, first in acts]
        [one.result() for one in running]
    for closed in ([], [team.pk]):
        counted = read_counts([row.account_id], 0, closed).get(("label", label.pk), {}).get(row.account_id)
        assert (counted or 0) == int(other == "team" and not closed)
    assert mend_counts() == 0


@pytest.mark.django_db
def test_closing_windows_are_counted_to_the_second() -> None:
    with time_machine.travel(START, tick=False) as now:
        row = make_conversation()
        closes_at = START + timedelta(hours=2, minutes=20)
        Conversation.objects.filter(pk=row.pk).update(window_closes_at=closes_at)
        seen = []
        for moment in (START, START + timedelta(hours=2), closes_at - timedelta(seconds=1), closes_at):
            now.move_to(moment)
            seen.append(read_counts([row.account_id], 0).get(("window", 0), {}).get(row.account_id, 0))
    assert seen == [1, 1, 1, 0]


@pytest.mark.django_db
def test_what_one_may_not_read_hides_no_alerts() -> None:
    account, elsewhere, person, kind = make_account(), make_account(), make_user(), Notification.Kind
    for n, told in enumerate((kind.MENTION, kind.MENTION, kind.LATE)):
        at = START + timedelta(minutes=n)
        Notification.objects.create(user=person, conversation=make_conversation(account), kind=told, at=at)
    newest = Notification.objects.latest("at").pk
    unreadable, late = make_conversation(elsewhere), START + timedelta(days=1)
    Notification.objects.bulk_create(
        Notification(user=person, conversation=unreadable, kind=kind.LATE, at=late) for _n in range(2 * MOST_ALERTS)
    )
    counts = read_counts([account.pk], person.pk)
    assert counts["alert", 0] == {account.pk: 3}
    again = Notification(user=person, conversation=make_conversation(account), kind=kind.LATE)
    Notification.objects.bulk_create(
        [again, Notification(user=person, conversation=again.conversation, kind=kind.MENTION)]
    )
    assert read_counts([account.pk], person.pk)["alert", 0] == {account.pk: 5}, "each has a line of its own"
    assert counts["mention", 0] == {account.pk: 2}
    assert counts["newest alert", 0] == {0: newest}


@pytest.mark.django_db
def test_folding_leaves_one_row_for_each_count() -> None:
    row, person = make_conversation(), make_user()
    for holder in (person, None, person):
        assignment.assign(row, holder, person)
    before = read_counts([row.account_id], person.pk)
    fold_counts()
    rows = list(QueueCount.objects.values_list("kind", "of_id", "n"))
    row.refresh_from_db()
    assert row.due_at
    hour = int(row.due_at.timestamp()) // 3600
    assert sorted(rows) == [("due", hour, 1), ("holder", person.pk, 1), ("open", 0, 1)]
    assert read_counts([row.account_id], person.pk)[("holder", person.pk)] == before[("holder", person.pk)]


@pytest.mark.django_db
def test_a_wrong_count_is_mended_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    row = make_conversation()
    QueueCount.objects.create(account=row.account, kind="open", n=7)
    with caplog.at_level(logging.ERROR):
        assert mend_counts() == 1
    assert "by +7" in caplog.text
    assert mend_counts() == 0
    assert read_counts([row.account_id], 0)[("open", 0)] == {row.account_id: 1}


@pytest.mark.django_db
def test_hours_long_over_are_one_row_and_stay_exact() -> None:
    with time_machine.travel(START, tick=False) as now:
        account, person = make_account(), make_user()
        rows = [make_conversation(account) for _n in range(3)]
        for days, row in enumerate(rows):
            Conversation.objects.filter(pk=row.pk).update(
                due_at=START + timedelta(days=days, hours=1), window_closes_at=START + timedelta(days=days, hours=2)
            )
        now.shift(timedelta(days=10))
        fold_counts()
        assert list(QueueCount.objects.filter(kind="due").values_list("of_id", "n")) == [(0, 3)]
        assert late_in(account) == 3
        assignment.close(rows[0], person)
        assert late_in(account) == 2
        assert mend_counts() == 0
        fold_counts()
        assert list(QueueCount.objects.filter(kind="due").values_list("of_id", "n")) == [(0, 2)]


def late_in(account: Account) -> int:
    """How many are late there."""
    return read_counts([account.pk], 0)["late", 0][account.pk]

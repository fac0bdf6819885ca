"""Figures: equal to a count by hand, and to a slow one in plain Python on random histories."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Account
from channels.types import Author
from inbox.models import (
    CannedReply,
    CannedUse,
    Conversation,
    Event,
    Label,
    Message,
    Reaction,
    Response,
    Survey,
    Team,
    User,
)
from inbox.triage import assignment, labels
from reports.figures import FIGURES, Value, values_of
from reports.scope import Scope, scope_of
from tests import factories

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 11, 10)


@contextmanager
def at(clock: str, day: date = DAY) -> Iterator[datetime]:
    """It is this time of the day."""
    moment = datetime.combine(day, time.fromisoformat(clock), ZONE)
    with time_machine.travel(moment, tick=False):
        yield moment


FOLLOWERS = {"A": 1500, "D": 600}


def _person(who: str) -> Author:
    return factories.author(f"Klant {who}", followers=FOLLOWERS.get(who))


class Day:
    """A day of a small team, counted by hand below."""

    def __init__(self) -> None:
        self.x, self.facebook = factories.make_account("x"), factories.make_account("facebook")
        self.anna, self.bram = factories.make_user(first_name="Anna"), factories.make_user(first_name="Bram")
        self.said: list[Message] = []
        self.a = self._arrives("09:00", self.x, "A", "angry")
        self._does("09:10", assignment.assign, self.a, self.anna, self.anna)
        self._answers("09:30", self.a, self.anna)
        self._does("09:40", assignment.close, self.a, self.anna, "answered")
        self.b = self._arrives("10:00", self.facebook, "B", "annoyed")
        self._answers("11:00", self.b, self.bram)
        self._arrives("11:30", self.facebook, "B", "happy")
        self._answers("11:40", self.b, self.bram)
        self.c = self._arrives("12:00", self.x, "C", "neutral")
        self._does("12:05", assignment.close, self.c, self.anna, "spam")
        self._does("12:10", assignment.reopen, self.c, self.anna)
        self._does("12:12", assignment.assign, self.c, self.anna, self.anna)
        self._does("12:20", assignment.close, self.c, self.anna, "spam")
        self.d = self._arrives("13:00", self.x, "D", "")
        thanks = Message.objects.get(conversation=self.a, direction="outbound")
        Reaction.objects.create(message=thanks, identity=self.a.identity, emoji="👍", at=thanks.sent_at)

    def _arrives(self, clock: str, account: Account, who: str, mood: str) -> Conversation:
        with at(clock) as now:
            said = factories.make_inbound(account, author=_person(who), sent_at=now)
        Message.objects.filter(pk=said.pk).update(mood=mood)
        self.said.append(said)
        assert said.conversation is not None
        return said.conversation

    def _answers(self, clock: str, conversation: Conversation, agent: User) -> None:
        with at(clock) as now:
            factories.make_answer(conversation, agent, sent_at=now)

    def _does(self, clock: str, act: Any, conversation: Conversation, *more: Any) -> None:
        with at(clock):
            act(Conversation.objects.get(pk=conversation.pk), *more)


@pytest.fixture
def day() -> Day:
    return Day()


def whole(**more: Any) -> Scope:
    """The day, of every account."""
    accounts = more.pop("accounts", None) or list(Account.objects.values_list("pk", flat=True))
    return scope_of(DAY, DAY, accounts, **more)


BY_HAND = {
    "messages_in": (5, 5), "messages_out": (3, 3), "conversations_new": (4, 4),
    "response_seconds_median": (1800, 3), "response_seconds_p90": (3240, 3),
    "first_response_seconds_median": (2700, 2), "first_response_seconds_p90": (3420, 2),
    "within_target": (0.6667, 3), "waiting_seconds_median": (1800, 3), "handling_seconds_median": (1140, 2),
    "response_rate": (0.6667, 3), "backlog": (2, 2), "reopen_rate": (0.3333, 3),
    "closed_without_reply": (2, 3), "closed_spam": (2, 3), "closed_troll": (0, 3),
    "sentiment_negative": (0.5, 4), "sentiment_neutral": (0.25, 4), "sentiment_positive": (0.25, 4),
    "turn_round": (0.5, 2), "sent_unchanged": (0.0, 3), "messages_proactive": (0, 3),
    "sentiment_balance": (-0.25, 4), "reach_negative_answered": (1500, 1), "reach_negative_unanswered": (0, 0),
    "reach": (2100, 2), "engagement_rate": (0.001429, 3),
}  # fmt: skip


def test_figures_equal_a_count_by_hand(day: Day) -> None:
    found = values_of(whole())
    assert {name: tuple(found[name]) for name in BY_HAND} == BY_HAND
    assert found.keys() >= BY_HAND.keys()


def test_command_prints_the_same_on_its_last_line(day: Day) -> None:
    out = StringIO()
    call_command("figures", "--from", "2026-11-10", "--to", "2026-11-10", "--json", stdout=out)
    printed = json.loads(out.getvalue().splitlines()[-1])["figures"]
    assert printed == {name: found._asdict() for name, found in values_of(whole()).items()}
    assert printed["within_target"] == {"value": 0.6667, "n": 3}
    assert printed["messages_in"] == {"value": 5, "n": 5}


def test_command_counts_one_account_alone(day: Day) -> None:
    out = StringIO()
    call_command(
        "figures", "--from=2026-11-10", "--to=2026-11-10", f"--account={day.facebook.code}", "--json", stdout=out
    )
    printed = json.loads(out.getvalue())["figures"]
    assert (printed["messages_in"]["value"], printed["messages_out"]["value"]) == (2, 2)
    with pytest.raises(CommandError):
        call_command("figures", "--from=2026-11-10", "--to=2026-11-10", "--account=nobody")
    with pytest.raises(CommandError):
        call_command("figures", "--from=yesterday", "--to=2026-11-10")


def test_figures_are_narrowed_to_team_label_and_person(day: Day) -> None:
    team, label = Team.objects.create(name="Nacht"), Label.objects.create(name="Bezorging")
    with at("14:00"):
        labels.give_to_team(day.b, team, day.anna)
        labels.add_label(day.c, label, day.anna)
    assert values_of(whole(team=team.pk))["messages_in"] == Value(2, 2)
    assert values_of(whole(label=label.pk))["closed_without_reply"] == Value(2, 2)
    assert values_of(whole(person=day.bram.pk))["messages_out"] == Value(2, 2)
    assert values_of(whole(person=day.anna.pk))["response_seconds_median"] == Value(1800, 1)


def test_other_days_and_accounts_do_not_count(day: Day) -> None:
    later = scope_of(DAY + timedelta(days=1), DAY + timedelta(days=1), [day.x.pk, day.facebook.pk])
    found = values_of(later)
    assert found["messages_in"] == found["messages_out"] == Value(0, 0)
    assert found["response_seconds_median"] == found["response_rate"] == Value(None, 0)
    assert found["backlog"] == Value(2, 2)
    assert values_of(whole(accounts=[day.facebook.pk]))["backlog"] == Value(1, 1)


def test_backlog_is_what_was_open_then(day: Day) -> None:
    with at("09:00", DAY + timedelta(days=3)):
        assignment.close(day.d, day.anna, "answered")
        assignment.reopen(Conversation.objects.get(pk=day.a.pk), day.anna)
    assert values_of(whole())["backlog"] == Value(2, 2)
    after = scope_of(DAY, DAY + timedelta(days=3), [day.x.pk, day.facebook.pk])
    assert values_of(after)["backlog"] == Value(2, 2)


def test_automatic_messages_never_count(day: Day) -> None:
    before = values_of(whole())
    with at("13:01") as now:
        Message.objects.create(
            account=day.d.account, conversation=day.d, direction="outbound", automatic=True, state="sent",
            visibility="private", external_id="auto-1", sent_at=now, text="Morgen antwoorden wij.",
        )  # fmt: skip
    assert values_of(whole()) == before


def test_what_a_customers_machine_sends_waits_for_no_answer(day: Day) -> None:
    mailbox = factories.make_account("email", handle="info@veldhuis.example")
    with at("13:01") as now:
        factories.make_inbound(mailbox, "Ik ben er niet.", kind="automatic", sent_at=now)
        alone = values_of(scope_of(DAY, DAY, [mailbox.pk]))
    assert (alone["messages_in"], alone["response_rate"]) == (Value(0, 0), Value(None, 0))


def test_unchanged_and_proactive_answers_are_counted(day: Day) -> None:
    canned = CannedReply.objects.create(title="Retour", owner=day.anna, scope="all")
    first, second = Message.objects.filter(direction="outbound").order_by("pk")[:2]
    CannedUse.objects.create(message=first, canned=canned, unchanged=True)
    CannedUse.objects.create(message=second, canned=canned, unchanged=False)
    assert values_of(whole())["sent_unchanged"] == Value(0.3333, 3)
    Message.objects.filter(pk=day.said[0].pk).update(kind="found")
    Message.objects.filter(pk=first.pk).update(reply_to=day.said[0])
    assert values_of(whole())["messages_proactive"] == Value(1, 3)
    assert values_of(whole())["sent_unchanged"] == Value(0.3333, 3)


def test_reach_stays_as_it_was_when_it_began(day: Day) -> None:
    with at("15:00") as now:
        factories.make_inbound(day.x, author=factories.author("Klant A", followers=9), sent_at=now)
    assert values_of(whole())["reach"] == Value(2100, 2)
    assert values_of(whole())["engagement_rate"] == Value(0.001905, 4)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_figure_says_what_it_means(language: str) -> None:
    with translation.override(language):
        for name, figure in FIGURES.items():
            assert str(figure.title) and str(figure.definition).endswith("."), name


# ── the same, slowly ──

_ACTS = st.one_of(
    st.tuples(st.just("in"), st.sampled_from(["", "angry", "annoyed", "neutral", "happy"])),
    st.tuples(st.just("out"), st.sampled_from(["person", "automatic"])),
    st.tuples(st.just("assigned"), st.just("")),
    st.tuples(st.just("closed"), st.sampled_from(Conversation.CloseReason.values)),
    st.tuples(st.just("reopened"), st.just("")),
    st.tuples(st.just("scored"), st.integers(1, 5)),
)
_HISTORY = st.lists(st.tuples(st.integers(0, 3000), _ACTS), max_size=9)
_BEGIN = datetime(2026, 11, 9, 12, tzinfo=ZONE)


def _happen(account: Account, agent: User, number: int, history: Sequence[Any]) -> None:
    """Write one conversation's history as rows. What it says comes first, so that a conversation has a message."""
    said = factories.make_inbound(account, author=factories.author(f"Klant {number}"), sent_at=_BEGIN)
    row = said.conversation
    assert row is not None
    Conversation.objects.filter(pk=row.pk).update(reach=[None, 7, 900, 41][number])
    now, status, reason, closed_at, waiting = _BEGIN, "open", "", None, _BEGIN
    Message.objects.filter(pk=said.pk).update(mood="angry", kind="found" if number % 2 else "mention")
    common = {"account": account, "conversation": row}
    for step, (minutes, (act, value)) in enumerate(history):
        now += timedelta(minutes=minutes, seconds=step)
        key = f"m{number}-{step}"
        if act == "in":
            Message.objects.create(
                **common, direction="inbound", mood=value, sent_at=now, external_id=key, identity=said.identity
            )
        elif act == "out":
            sent = Message.objects.create(
                **common, direction="outbound", state="sent", sent_at=now, external_id=key,
                automatic=value == "automatic", author=None if value == "automatic" else agent, visibility="private",
                reply_to=said if minutes % 5 == 0 else None,
            )  # fmt: skip
            if minutes % 2:
                canned, _new = CannedReply.objects.get_or_create(title="Retour", scope="all")
                CannedUse.objects.create(canned=canned, message=sent, unchanged=minutes % 7 < 4)
            if value == "person":
                Response.objects.create(
                    conversation=row, answer=sent, agent=agent, started_at=waiting, answered_at=now,
                    seconds=int((now - waiting).total_seconds()), **_measured(waiting, now, minutes),
                )  # fmt: skip
                waiting = now
        elif act == "scored":
            asked = Message.objects.create(
                **common, direction="outbound", state="sent", automatic=True, visibility="private", sent_at=now,
                external_id=key,
            )  # fmt: skip
            Survey.objects.create(
                conversation=row, contact=row.contact, message=asked, agent=agent, score=value, scored_at=now,
                rest=(now, now + timedelta(milliseconds=1)),
            )  # fmt: skip
        elif act != "closed" or status != "closed":
            if act == "reopened" and status == "open":
                continue
            data = {"reason": value} if act == "closed" else {}
            Event.objects.create(verb=act, at=now, actor=agent, **common, data=data)
            if act != "assigned":
                status, reason, closed_at = ("closed", value, now) if act == "closed" else ("open", "", None)
    Conversation.objects.filter(pk=row.pk).update(
        status=status, close_reason=reason, closed_at=closed_at, first_message_at=_BEGIN, last_inbound_at=_BEGIN
    )


def _measured(waiting: datetime, now: datetime, minutes: int) -> dict[str, Any]:
    """Half of it by another clock, and of some of them nothing is known."""
    seconds = int((now - waiting).total_seconds()) // 2
    due = waiting + timedelta(hours=20)
    return {"counted_seconds": seconds if minutes % 4 else None, "due_at": due if minutes % 3 else None}


class Slow:
    """The figures in plain Python, from every row there is."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        found = Message.objects.filter(account__in=scope.accounts)
        self.messages = sorted(found, key=lambda m: (m.sent_at, m.pk))
        self.talks = list(Conversation.objects.filter(account__in=scope.accounts))
        self.events = {talk.pk: list(talk.events.order_by("pk")) for talk in self.talks}
        self.waits = {talk.pk: sorted(talk.responses.all(), key=lambda r: (r.answered_at, r.pk)) for talk in self.talks}
        self.begun = [talk for talk in self.talks if self.within(talk.first_message_at)]
        self.closings = [e for found in self.events.values() for e in found if e.verb == "closed" and self.within(e.at)]

    def within(self, moment: datetime) -> bool:
        return self.scope.since <= moment < self.scope.until

    def volumes(self) -> dict[str, Value]:
        sent = [m for m in self.messages if m.direction == "outbound" and not m.automatic and self.within(m.sent_at)]
        arrived = [m for m in self.messages if m.direction == "inbound" and self.within(m.sent_at)]
        left = 0
        for talk in self.talks:
            was = [e.verb for e in self.events[talk.pk] if e.verb in ("closed", "reopened") and e.at < self.scope.until]
            left += talk.first_message_at < self.scope.until and (was or ["reopened"])[-1] != "closed"
        seen = [talk.reach for talk in self.begun if talk.reach is not None]
        # Each began with an angry message.
        answered = [talk.reach for talk in self.begun if talk.reach is not None and self.waits[talk.pk]]
        joined = [m for m in arrived if m.conversation and m.conversation.reach is not None]
        proactive = [m for m in sent if m.reply_to and m.reply_to.kind == "found"]
        unchanged = [m for m in sent if hasattr(m, "canned_use") and m.canned_use.unchanged]
        return {
            "messages_proactive": Value(len(proactive), len(sent)),
            "sent_unchanged": _share(len(unchanged), len(sent)),
            "reach": Value(sum(seen), len(seen)),
            "reach_negative_answered": Value(sum(answered), len(answered)),
            "reach_negative_unanswered": Value(sum(seen) - sum(answered), len(seen) - len(answered)),
            "engagement_rate": Value(round(len(joined) / sum(seen), 6) if seen else None, len(joined)),
            "messages_in": Value(len(arrived), len(arrived)),
            "messages_out": Value(len(sent), len(sent)),
            "conversations_new": Value(len(self.begun), len(self.begun)),
            "backlog": Value(left, left),
        }

    def times(self) -> dict[str, Value]:
        answers = [r for found in self.waits.values() for r in found if self.within(r.answered_at)]
        seconds = [r.counted_seconds for r in answers if r.counted_seconds is not None]
        first = [found[0] for found in self.waits.values() if found and self.within(found[0].answered_at)]
        firsts = [r.counted_seconds for r in first if r.counted_seconds is not None]
        kept = [r.answered_at < r.due_at for r in answers if r.due_at]
        handled = []
        for done in self.closings:
            taken = None
            for event in self.events[done.conversation_id or 0]:
                if event.pk >= done.pk:
                    break
                if event.verb == "closed":
                    taken = None
                elif event.verb == "assigned" and taken is None:
                    taken = event.at
            if taken is not None:
                handled.append(int((done.at - taken).total_seconds()))
        return {
            "response_seconds_median": _median(seconds),
            "response_seconds_p90": _p90(seconds),
            "first_response_seconds_median": _median(firsts),
            "first_response_seconds_p90": _p90(firsts),
            "waiting_seconds_median": _median([r.seconds for r in answers]),
            "within_target": _share(sum(kept), len(kept)),
            "handling_seconds_median": _median(handled),
        }

    def shares(self) -> dict[str, Value]:
        ignored = ("no_question", "answered_elsewhere", "answered_on_site", "troll", "spam", "liked")
        worthy = [talk for talk in self.begun if not (talk.status == "closed" and talk.close_reason in ignored)]
        moods = {
            talk.pk: [m.mood for m in self.messages if m.conversation_id == talk.pk and m.mood] for talk in self.talks
        }
        turns = [moods[talk.pk] for talk in self.begun if (moods[talk.pk] or [""])[0] in ("angry", "annoyed")]
        felt = [m.mood for m in self.messages if m.direction == "inbound" and m.mood and self.within(m.sent_at)]
        reasons = [e.data["reason"] for e in self.closings]
        reopened = [
            e
            for e in self.closings
            if any(later.verb == "reopened" and later.pk > e.pk for later in self.events[e.conversation_id or 0])
        ]
        surveys = Survey.objects.filter(conversation__in=self.talks, score__isnull=False)
        scores = [found.score for found in surveys if found.scored_at and self.within(found.scored_at)]
        return {
            "satisfaction": _share(sum((score or 0) >= 4 for score in scores), len(scores)),
            "response_rate": _share(sum(bool(self.waits[talk.pk]) for talk in worthy), len(worthy)),
            "reopen_rate": _share(len(reopened), len(self.closings)),
            "closed_without_reply": Value(sum(reason != "answered" for reason in reasons), len(reasons)),
            "closed_liked": Value(reasons.count("liked"), len(reasons)),
            "sentiment_negative": _share(sum(mood in ("angry", "annoyed") for mood in felt), len(felt)),
            "sentiment_positive": _share(felt.count("happy"), len(felt)),
            "turn_round": _share(sum(said[-1] in ("neutral", "happy") for said in turns), len(turns)),
        }


def _share(part: int, n: int) -> Value:
    return Value(round(part / n, 4) if n else None, n)


def _median(numbers: list[int]) -> Value:
    return Value(_plain(statistics.median(numbers)) if numbers else None, len(numbers))


def _p90(numbers: list[int]) -> Value:
    if not numbers:
        return Value(None, 0)
    place, ordered = 0.9 * (len(numbers) - 1), sorted(numbers)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return Value(_plain(ordered[low] + (place - low) * (ordered[high] - ordered[low])), len(numbers))


def _plain(number: float) -> float:
    rounded = round(float(number), 4)
    return int(rounded) if rounded.is_integer() else rounded


@pytest.fixture
def two_accounts() -> tuple[Account, Account, User]:
    return factories.make_account("x"), factories.make_account("facebook"), factories.make_user()


@given(histories=st.lists(_HISTORY, min_size=1, max_size=4), days=st.integers(1, 3))
def test_figures_equal_a_slow_count(
    two_accounts: tuple[Account, Account, User], histories: list[Any], days: int
) -> None:
    first, second, agent = two_accounts
    with transaction.atomic():
        for number, history in enumerate(histories):
            _happen(second if number == 3 else first, agent, number, history)
        for accounts, every in (([first.pk], False), ([first.pk, second.pk], False), ([first.pk, second.pk], True)):
            scope = scope_of(DAY - timedelta(days=1), DAY + timedelta(days=days), accounts, every=every)
            count, found = Slow(scope), values_of(scope)
            slow = count.volumes() | count.times() | count.shares()
            assert {name: found[name] for name in slow} == slow
        transaction.set_rollback(True)

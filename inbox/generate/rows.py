"""The rows of a conversation, with all that `inbox/triage/summary.py` would compute of its messages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import orjson

from inbox.generate.copying import Table
from inbox.generate.schedule import STATUSES, Schedule
from inbox.generate.team import Cast
from inbox.generate.threads import Turn, turns_of
from inbox.generate.words import LANGUAGES, SHARES, Words, length_of, person_name
from inbox.models import (
    Attachment,
    Contact,
    Conversation,
    ConversationLabel,
    Draft,
    Event,
    Identity,
    Message,
    Notification,
    RawPayload,
    Response,
)
from inbox.models.target import DEFAULT_MINUTES

_PUBLIC = {"x": 0.7, "facebook": 0.6, "instagram": 0.45, "whatsapp": 0.0}  # share of the conversations
_KINDS = {"x": "mention", "facebook": "comment", "instagram": "comment"}
_MOODS, _MOOD_SHARES = ("neutral", "annoyed", "angry", "happy"), (60, 18, 8, 14)
_UNANSWERED = ("no_question", "answered_elsewhere", "troll", "spam", "unsolvable", "liked")
_UNANSWERED_SHARES = (55, 10, 5, 15, 5, 10)
PAYLOADS_KEPT = 390 * 24 * 60 * 60  # seconds; older ones were dropped
_FIRST_POST = 1_500_000_000_000_000_000
_EXCERPT = 280
_SENT_AT = 14  # its place in a message's row


@cache
def tables() -> dict[str, Table]:
    """Return what is written, in this order; the columns are those of the rows below."""
    return {
        "conversations": Table(
            Conversation, "id", "code", "account_id", "contact_id", "identity_id", "visibility", "status",
            "assignee_id", "excerpt", "has_attachment", "file_count", "file_kind", "message_count", "waiting_since",
            "first_message_at", "last_message_at", "last_inbound_at", "last_direction", "failed_count",
            "window_closes_at", "seen_at", "snoozed_until", "closed_at", "close_reason", "team_id", "mood",
            "language", "is_complaint", "reach", "created_at",
        ),
        "messages": Table(
            Message, "id", "code", "account_id", "conversation_id", "identity_id", "author_id", "direction", "kind",
            "visibility", "external_id", "first_external_id", "thread_id", "parent_external_id", "text",
            "sent_at", "sent_at_is_ours", "received_at", "opens_window", "state", "route", "reply_to_id",
            "seen_message_id", "error", "error_reason", "mood", "language",
        ),
        "payloads": Table(RawPayload, "message_id", "at", "body"),
        "attachments": Table(Attachment, "code", "message_id", "kind", "state", "error"),
        "responses": Table(
            Response, "conversation_id", "answer_id", "agent_id", "started_at", "answered_at", "seconds",
            "counted_seconds", "due_at",
        ),
        "events": Table(Event, "at", "verb", "actor_id", "account_id", "conversation_id", "message_id", "data"),
        "links": Table(ConversationLabel, "conversation_id", "label_id", "by_id", "at", "last_message_at"),
        "notifications": Table(
            Notification, "user_id", "conversation_id", "message_id", "kind", "by_id", "at", "read_at"
        ),
        "drafts": Table(Draft, "conversation_id", "user_id", "tab", "text"),
    }  # fmt: skip


def people_tables() -> tuple[Table, Table]:
    """Return the tables of contacts and identities."""
    return (
        Table(Contact, "id", "code", "created_at"),
        Table(
            Identity, "id", "contact_id", "platform", "scope", "external_id", "name", "handle", "phone", "followers",
            "first_seen_at", "last_seen_at", "told_at",
        ),
    )  # fmt: skip


def person_rows(schedule: Schedule, cast: Cast, first: int, count: int) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Yield a contact's row and an identity's for so many people, from the first on."""
    people = schedule.people
    for number in range(first, first + count):
        chance = Random(schedule.seed * 7_000_003 + number)
        account = cast.accounts[people.account[number]]
        name, last = person_name(chance), moment(people.last_at[number])
        handle = f"{name.split()[0].lower()}{number}" if account.platform in ("x", "instagram") else ""
        phone = f"+316{number + 10_000_000}" if account.platform == "whatsapp" else ""
        followers = followers_of(schedule, cast, number)
        scoped = account.platform in ("facebook", "instagram")
        told = last.isoformat(timespec="microseconds")
        facts = {"name": name, "handle": handle, "phone": phone, "followers": followers}
        pk, created = number + 1, moment(people.first_at[number])
        yield (
            (pk, _code(chance), created),
            (
                pk, pk, account.platform, account.external_id if scoped else "", phone[1:] or str(10**9 + number), name,
                handle, phone, followers, created, last,
                orjson.dumps({key: told for key, value in facts.items() if value not in ("", None)}).decode(),
            ),
        )  # fmt: skip


def followers_of(schedule: Schedule, cast: Cast, person: int) -> int | None:
    """Return how many follow somebody, where the platform tells; the same whenever it is asked."""
    if cast.accounts[schedule.people.account[person]].platform != "x":
        return None
    return int(Random(schedule.seed * 9_000_011 + person).lognormvariate(5, 2))


def moment(seconds: int) -> datetime:
    """Return a time from seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _code(chance: Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


@dataclass(slots=True)
class Rows:
    """The rows of some conversations, by table."""

    schedule: Schedule
    cast: Cast
    made: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in tables()})

    def add(self, number: int) -> None:
        """Add everything of one conversation."""
        ConversationRows(self, number).write()

    def copy(self) -> None:
        """Write them all, messages and events in the order in which they happened."""
        self.made["messages"].sort(key=lambda row: row[_SENT_AT])
        self.made["events"].sort(key=lambda row: row[0])
        for name, table in tables().items():
            table.copy(self.made[name])


class ConversationRows:
    """One conversation: decided by its own source of chance, then written row by row."""

    def __init__(self, rows: Rows, number: int) -> None:
        schedule, cast = rows.schedule, rows.cast
        self.rows, self.cast, self.number = rows.made, cast, number
        self.chance = chance = schedule.random(number)
        self.status = STATUSES[schedule.status[number]]
        self.turns = turns_of(
            chance, status=self.status, size=schedule.size[number], start=schedule.start[number], now=schedule.now
        )
        self.now = schedule.now
        self.pk, self.first_message = number + 1, schedule.first_message[number] + 1
        self.person = schedule.person[number] + 1
        place = schedule.people.account[schedule.person[number]]
        self.account, self.window = cast.accounts[place], cast.windows[place]
        self.platform = self.account.platform
        self.public = chance.random() < _PUBLIC[self.platform]
        self.reach = followers_of(schedule, cast, schedule.person[number]) if self.public else None
        self.language = chance.choices(LANGUAGES, SHARES)[0]
        self.words = Words(self.language, chance)
        self.mood = chance.choices(_MOODS, _MOOD_SHARES)[0]
        self.team = chance.choice(cast.teams) if chance.random() < 0.4 else None
        self.agent = self._agent(cast.agents[place][self.team or 0])
        self.labels = chance.sample(cast.labels, chance.choices((0, 1, 2, 3), (55, 30, 12, 3))[0])
        self.last = self._last_state()
        self.thread = self._external_id(self.first_message) if self.public else ""

    def write(self) -> None:
        """Write everything, and sum it up in the conversation's own row."""
        summary = _Summary()
        for place, turn in enumerate(self.turns):
            pk = self.first_message + place
            if turn.direction == "inbound":
                self._inbound(pk, turn, summary)
            elif turn.direction == "outbound":
                self._outbound(pk, turn, summary, self.last if place == len(self.turns) - 1 else "sent")
            else:
                self._note(pk, turn)
        self._sorting(summary)
        self._conversation(summary)

    def _agent(self, seeing: list[int]) -> int | None:
        """Return who has it; what is being answered or was closed had somebody."""
        worked_on = self.status != "open" or len(self.turns) > 1
        return self.chance.choice(seeing) if seeing and self.chance.random() < (0.85 if worked_on else 0.25) else None

    def _last_state(self) -> str:
        """Return the state of our last answer: in a few open conversations it did not leave, or waits for approval."""
        drawn = self.chance.random()
        if self.status != "open" or self.agent is None:
            return "sent"
        return "failed" if drawn < 0.01 else "approval" if drawn < 0.02 and self.public else "sent"

    def _external_id(self, pk: int) -> str:
        if self.platform == "x":
            return str(_FIRST_POST + pk)
        return f"{self.account.pk}_{pk}" if self.public else f"{'wamid' if self.platform == 'whatsapp' else 'm'}.{pk}"

    def _inbound(self, pk: int, turn: Turn, summary: _Summary) -> None:
        chance, external_id = self.chance, self._external_id(pk)
        mood = "happy" if summary.answered and chance.random() < 0.3 else self.mood
        text = self.words.from_customer(mood, length_of(self.platform, chance))
        opens = bool(self.window) and not self.public
        if has_file := chance.random() < 0.05:
            self.rows["attachments"].append((_code(chance), pk, "image", "failed", "HTTP 404"))
        if turn.at >= self.now - PAYLOADS_KEPT:
            told = _raw(external_id, text, turn.at, self.person, self.language, self.thread)
            self.rows["payloads"].append((pk, moment(turn.at + 2), told))
        parent = self.thread if self.public and pk != self.first_message else ""
        self.rows["messages"].append((
            pk, _code(chance), self.account.pk, self.pk, self.person, None, "inbound",
            _KINDS[self.platform] if self.public else "dm", self.visibility, external_id, external_id,
            self.thread, parent, text, moment(turn.at), False, moment(turn.at + 2), opens, "", "", None, None, "",
            "", mood, self.language,
        ))  # fmt: skip
        summary.inbound(pk, turn.at, text, mood, has_file=has_file, opens=opens)

    def _outbound(self, pk: int, turn: Turn, summary: _Summary, state: str) -> None:
        chance, author, sent = self.chance, self.agent, state == "sent"
        text = self.words.from_us(length_of(self.platform, chance, ours=True))
        external_id = self._external_id(pk) if sent else None
        parent = self._external_id(summary.last_inbound_pk) if self.public else ""
        self.rows["messages"].append((
            pk, _code(chance), self.account.pk, self.pk, None, author, "outbound", "reply" if self.public else "dm",
            self.visibility, external_id, external_id or "", self.thread, parent, text,
            moment(turn.at), not sent, moment(turn.at), False, state,
            "public_reply" if self.public else "private_message", summary.last_inbound_pk if self.public else None,
            summary.last_inbound_pk, "" if state != "failed" else "Refused by the platform",
            "" if state != "failed" else "refused", "", "",
        ))  # fmt: skip
        if sent:
            self._event(turn.at, "sent", author, message=pk)
            started = summary.answer(turn.at)
            if started is not None:
                seconds, due = turn.at - started, moment(started) + timedelta(minutes=DEFAULT_MINUTES)
                row = (self.pk, pk, author, moment(started), moment(turn.at), seconds, seconds, due)
                self.rows["responses"].append(row)
        summary.outbound(turn.at, text, failed=state == "failed")

    def _note(self, pk: int, turn: Turn) -> None:
        at, chance = moment(turn.at), self.chance
        author = self.agent or self.cast.agents[0][0][0]
        self.rows["messages"].append((
            pk, _code(chance), self.account.pk, self.pk, None, author, "note", "note", "", None, "", "", "",
            self.words.note(), at, False, at, False, "", "", None, None, "", "", "", "",
        ))  # fmt: skip
        self._event(turn.at, "noted", author, message=pk)
        if chance.random() < 0.2:
            named = chance.choice(self.cast.agents[0][0])
            read = at if self.status == "closed" or chance.random() < 0.5 else None
            self.rows["notifications"].append((named, self.pk, pk, "mention", author, at, read))
            self._event(turn.at, "mentioned", author, message=pk, to=[named])

    def _sorting(self, summary: _Summary) -> None:
        """Write who took it, to which team and under which labels it came."""
        at = min(summary.first_at + 60, self.now)
        if self.team:
            self._event(at, "given_to_team", None, team=self.team, was=None)
        if self.agent:
            self._event(at, "assigned", self.agent, to=self.agent, was=None)
        for label in self.labels:
            self.rows["links"].append((self.pk, label, self.agent, moment(at), moment(summary.last_at)))
            self._event(at, "labelled", self.agent, label=label)
        if self.agent and self.status == "open" and self.chance.random() < 0.02:
            self.rows["drafts"].append((self.pk, self.agent, "note", self.words.note()))

    def _conversation(self, summary: _Summary) -> None:
        chance, closed_at, reason = self.chance, None, ""
        if self.status == "closed":
            seconds = min(self.turns[-1].at + chance.randrange(5, 40), self.now)
            closed_at = moment(seconds)
            reason = "answered" if summary.answered else chance.choices(_UNANSWERED, _UNANSWERED_SHARES)[0]
            self._event(seconds, "closed", self.agent, reason=reason)
        seen = self.status != "open" or summary.answered or chance.random() < 0.3
        window = self.window and summary.opened_at and moment(summary.opened_at + self.window)
        self.rows["conversations"].append((
            self.pk, _code(chance), self.account.pk, self.person, self.person, self.visibility, self.status, self.agent,
            summary.text[:_EXCERPT], summary.has_file, int(summary.shows_file), "image" if summary.shows_file else "",
            summary.messages, moment(summary.wait) if summary.wait and closed_at is None else None,
            moment(summary.first_at), moment(summary.last_at), moment(summary.last_inbound_at), summary.direction,
            summary.failed, window or None, moment(min(summary.last_at + 1, self.now)) if seen else None,
            moment(self.now + chance.randrange(3600, 700_000)) if self.status == "snoozed" else None, closed_at, reason,
            self.team, summary.mood, self.language, not self.cast.complaints.isdisjoint(self.labels),
            self.reach, moment(summary.first_at + 2),
        ))  # fmt: skip

    @property
    def visibility(self) -> str:
        """Whether everybody can read it, in the database's words."""
        return "public" if self.public else "private"

    def _event(self, at: int, verb: str, actor: int | None, message: int | None = None, **data: Any) -> None:
        row = (moment(at), verb, actor, self.account.pk, self.pk, message, orjson.dumps(data).decode())
        self.rows["events"].append(row)


@dataclass(slots=True)
class _Summary:
    """What a conversation's own row tells of its messages, turn by turn."""

    messages: int = 0
    first_at: int = 0
    last_at: int = 0
    last_inbound_at: int = 0
    last_inbound_pk: int = 0
    opened_at: int = 0
    wait: int = 0  # since when the customer waits
    direction: str = ""
    text: str = ""
    mood: str = ""
    failed: int = 0
    answered: bool = False
    has_file: bool = False
    shows_file: bool = False

    def inbound(self, pk: int, at: int, text: str, mood: str, *, has_file: bool, opens: bool) -> None:
        """Take note of a customer's message."""
        self._said("inbound", at, text, has_file)
        self.last_inbound_pk, self.last_inbound_at, self.mood = pk, at, mood
        self.wait = self.wait or at
        if opens:
            self.opened_at = at

    def outbound(self, at: int, text: str, *, failed: bool) -> None:
        """Take note of a message of ours, wherever it stands."""
        self._said("outbound", at, text, False)
        self.failed += failed

    def answer(self, at: int) -> int | None:
        """Take note that an answer arrived; return since when the customer had waited, if so."""
        started, self.wait, self.answered = self.wait, 0, True
        return started or None

    def _said(self, direction: str, at: int, text: str, has_file: bool) -> None:
        self.messages += 1
        self.first_at = self.first_at or at
        self.last_at, self.direction, self.text, self.shows_file = at, direction, text, has_file
        self.has_file = self.has_file or has_file


def _raw(external_id: str, text: str, at: int, person: int, language: str, thread: str) -> str:
    """Return a body as a platform sends it."""
    body = {
        "id": external_id, "text": text, "author_id": str(10**9 + person), "lang": language,
        "created_at": moment(at).isoformat(), "conversation_id": thread or external_id,
        "edit_history_tweet_ids": [external_id], "reply_settings": "everyone", "possibly_sensitive": False,
        "public_metrics": {"retweet_count": 0, "reply_count": 1, "like_count": 2, "quote_count": 0},
        "entities": {"mentions": [{"start": 0, "end": 8, "username": "veldhuiswonen", "id": "560001"}]},
    }  # fmt: skip
    return orjson.dumps(body).decode()

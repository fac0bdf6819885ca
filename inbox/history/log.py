"""The log over everything: who did what, when, on which conversation or account. Read, narrowed and exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from channels.models import Account
from channels.platforms import platform_title
from inbox.history.describe import NOBODY, Names, Told, names_in, tell
from inbox.history.verbs import Kind, verbs_of
from inbox.models import Conversation, Event, User
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.text import is_uuid

PAGE = 50
BATCH = 500  # rows that an export reads at once
_NEWEST = ("-at", "-id")
ITSELF = "webcare"  # chosen instead of a person: what happened by itself


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the log is narrowed to; "" and None for anything."""

    person: str = ""
    kind: str = ""
    account: str = ""
    conversation: str = ""
    since: date | None = None
    until: date | None = None  # this day too

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Return what an address asks for. What cannot be is left out."""
        codes = {name: given.get(name, "") for name in ("person", "account", "conversation")}
        valid = {name: code for name, code in codes.items() if is_uuid(code) or (name, code) == ("person", ITSELF)}
        kind = given.get("kind", "")
        days = {name: _day(given.get(name, "")) for name in ("since", "until")}
        return cls(kind=kind if kind in Kind.values else "", **valid, **days)  # type: ignore[arg-type]

    @property
    def query(self) -> dict[str, str]:
        """The same as the parameters of an address."""
        names = ("person", "kind", "account", "conversation", "since", "until")
        return {name: str(value) for name in names if (value := getattr(self, name))}

    def narrow(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Return the events among these that it asks for."""
        if self.person:
            events = events.filter(actor=None if self.person == ITSELF else _one(User.objects, self.person))
        if self.kind:
            events = events.filter(verb__in=list(verbs_of(self.kind)))
        if self.account:
            events = events.filter(account=_one(Account.every, self.account))
        if self.conversation:
            events = events.filter(conversation=_one(Conversation.objects, self.conversation))
        if self.since:
            events = events.filter(at__gte=_midnight(self.since))
        if self.until:
            events = events.filter(at__lt=_midnight(self.until + timedelta(days=1)))
        return events


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    event: Event
    told: Told

    @property
    def initials(self) -> str:
        """Of who did it; "" for what happened by itself."""
        return self.event.actor.initials if self.event.actor else ""

    @property
    def day(self) -> date:
        """The day it was done on, by our clock."""
        return timezone.localtime(self.event.at).date()

    @property
    def contact(self) -> str:
        """With whom the conversation is."""
        conversation = self.event.conversation
        return (conversation.identity.title or _("Unknown")) if conversation else ""

    @property
    def account(self) -> Account | None:
        """Of the conversation, where it is about one: an answer may have left from another."""
        return self.event.conversation.account if self.event.conversation else self.event.account


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines of the log, newest first, and where the next ones start ("" at the end)."""

    entries: list[Entry] = field(default_factory=list)
    after: str = ""


def _one(rows: Any, code: str) -> Any:
    """Return whose code it is, as one number: joined, the whole log would be read to find the little of one person."""
    return Subquery(rows.order_by().filter(code=code).values("pk"))


def readable_by(reader: User) -> QuerySet[Event]:
    """Return the events somebody may read: of accounts and teams they see, and of none at all; an auditor all."""
    found = Event.objects.exclude(conversation__team__in=reader.closed_teams) if reader.closed_teams else Event.objects
    if reader.practice_seat is None and (reader.reads_all_accounts or reader.is_auditor):
        return found.exclude(account__in=Account.every.filter(practice__isnull=False).order_by().values("pk"))
    accounts = reader.readable_accounts().order_by().values("pk")
    return found.filter(
        Q(conversation__account__in=accounts)
        | Q(conversation=None, account__in=accounts)
        | Q(conversation=None, account=None)
    )


def page_of(reader: User, asked: LogQuery, *, after: str = "", size: int = PAGE) -> LogPage:
    """Return a page of the log, newest first, by cursor. Its statements do not grow with its lines."""
    rows = _rows(reader, asked, after, size + 1)
    shown = rows[:size]
    names = names_in(shown)
    entries = [Entry(event, _told(event, names)) for event in shown]
    return LogPage(entries, cursor_of(shown[-1], _NEWEST) if len(rows) > size else "")


def export(reader: User, asked: LogQuery) -> Iterator[list[str]]:
    """Yield the log as rows of a table, its head first. Memory stays the same however long it is."""
    yield [
        _("When"), _("Who"), _("What"), _("Was"), _("Became"), _("Why"), _("Channel"), _("Account"), _("With"),
        _("Conversation"),
    ]  # fmt: skip
    after = ""
    while True:
        page = page_of(reader, asked, after=after, size=BATCH)
        for entry in page.entries:
            yield _cells(entry)
        after = page.after
        if not after:
            return


def _rows(reader: User, asked: LogQuery, after: str, size: int) -> list[Event]:
    found = asked.narrow(readable_by(reader))
    found = found.select_related("actor", "account", "conversation__identity", "conversation__account")
    found = found.defer("account__sealed_credentials", "conversation__account__sealed_credentials")
    start = cursor_values(after, _NEWEST)
    if start:
        found = found.filter(rows_after(_NEWEST, start), at__lte=start[0])
    return list(found.order_by(*_NEWEST)[:size])


def _told(event: Event, names: Names) -> Told:
    who = event.actor.name if event.actor else NOBODY
    platform = event.account.platform if event.account else ""
    return tell(event.verb, event.data, who, names, platform, actor=event.actor_id)


def _cells(entry: Entry) -> list[str]:
    told, account, conversation = entry.told, entry.account, entry.event.conversation
    return [
        timezone.localtime(entry.event.at).isoformat(timespec="seconds"),
        told.who,
        told.words,
        told.was,
        told.now,
        told.why,
        platform_title(account.platform) if account else "",
        account.at_handle if account else "",
        entry.contact,
        str(conversation.code) if conversation else "",
    ]


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1970 <= found.year < 9000 else None  # what a clock of ours can have written


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

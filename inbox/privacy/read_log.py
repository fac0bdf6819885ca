"""The log of who read what, narrowed, page by page, and as a table to keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from inbox.models import Contact, Conversation, Read, User
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.text import is_uuid

PAGE, BATCH = 50, 500
_NEWEST = ("-at", "-id")


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """What the log is narrowed to; "" and None for anything."""

    person: str = ""
    kind: str = ""
    contact: str = ""
    since: date | None = None
    until: date | None = None  # this day too

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Return what an address asks for. What cannot be is left out."""
        codes = {name: given[name] for name in ("person", "contact") if is_uuid(given.get(name, ""))}
        kind = given.get("kind", "")
        days = {name: _day(given.get(name, "")) for name in ("since", "until")}
        return cls(kind=kind if kind in Read.Kind.values else "", **codes, **days)  # type: ignore[arg-type]

    @property
    def query(self) -> dict[str, str]:
        """The same as the parameters of an address."""
        names = ("person", "kind", "contact", "since", "until")
        return {name: str(value) for name in names if (value := getattr(self, name))}

    def rows(self, reader: User) -> QuerySet[Read]:
        """Return the rows it asks for, among those its reader sees. A month that cannot hold any is not looked into."""
        found = readable_by(reader)
        if self.person:
            found = found.filter(user_id__in=User.objects.filter(code=self.person).values("pk"))
        if self.contact:
            found = found.filter(contact_id__in=Contact.objects.filter(code=self.contact).values("pk"))
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.since:
            found = found.filter(at__gte=_midnight(self.since))
        if self.until:
            found = found.filter(at__lt=_midnight(self.until + timedelta(days=1)))
        return found


class Line(NamedTuple):
    """One line of the log, in words."""

    at: datetime
    who: str
    did: str
    what: str  # was searched for
    found: int | None
    contact: str
    contact_code: str
    conversation: str  # its code


class ReadPage(NamedTuple):
    """Lines of the log, newest first, and where the next ones start ("" at the end)."""

    lines: list[Line]
    after: str


def readable_by(reader: User) -> QuerySet[Read]:
    """Return what somebody may read of this: of conversations they see, and searches that name nobody.

    Who reads every account, or looks along and works in none, reads it all, as they do the log (inbox/history/log.py).
    """
    if (reader.reads_all_accounts and not reader.closed_teams) or reader.is_auditor:
        return Read.objects.all()
    seen = Conversation.objects.visible_to(reader)
    of_theirs = Exists(seen.filter(pk=OuterRef("conversation_id")))
    with_theirs = Q(conversation_id=None) & Exists(seen.filter(contact=OuterRef("contact_id")))
    return Read.objects.filter(of_theirs | with_theirs | Q(conversation_id=None, contact_id=None))


def contact_in(asked: ReadQuery, reader: User) -> Contact | None:
    """Return the customer it is narrowed to, where the reader sees anything of them."""
    if not asked.contact or not asked.rows(reader).exists():
        return None
    return Contact.objects.filter(code=asked.contact).first()


def page_of(asked: ReadQuery, reader: User, *, after: str = "", size: int = PAGE) -> ReadPage:
    """Return a page of the log by cursor. Its statements do not grow with its lines."""
    found, start = asked.rows(reader), cursor_values(after, _NEWEST)
    if start:
        found = found.filter(rows_after(_NEWEST, start), at__lte=start[0])
    rows = list(found.order_by(*_NEWEST)[: size + 1])
    shown = rows[:size]
    return ReadPage(_told(shown), cursor_of(shown[-1], _NEWEST) if len(rows) > size else "")


def export(asked: ReadQuery, reader: User) -> Iterator[list[str]]:
    """Yield the log as rows of a table, its head first. Memory stays the same however long it is."""
    yield [_("When"), _("Who"), _("What"), _("Searched for"), _("Found"), _("Customer"), _("Conversation")]
    after = ""
    while True:
        page = page_of(asked, reader, after=after, size=BATCH)
        for line in page.lines:
            at = timezone.localtime(line.at).isoformat(timespec="seconds")
            n = "" if line.found is None else str(line.found)
            yield [at, line.who, line.did, line.what, n, line.contact, line.conversation]
        after = page.after
        if not after:
            return


def _told(rows: list[Read]) -> list[Line]:
    people = {user.pk: user.name for user in User.objects.filter(pk__in={row.user_id for row in rows})}
    wanted = {row.contact_id for row in rows if row.contact_id}
    contacts = Contact.objects.prefetch_related("identities").in_bulk(wanted)
    talks = Conversation.objects.filter(pk__in={row.conversation_id for row in rows if row.conversation_id})
    codes = {pk: str(code) for pk, code in talks.values_list("pk", "code")}
    return [_line(row, people, contacts, codes) for row in rows]


def _line(row: Read, people: dict[int, str], contacts: dict[int, Contact], codes: dict[int, str]) -> Line:
    contact = contacts.get(row.contact_id or 0)
    return Line(
        row.at,
        people.get(row.user_id, "?"),
        row.get_kind_display(),
        row.get_what_display() if row.what else "",
        row.found,
        (contact.title or (_("erased") if contact.erased_at else _("Unknown"))) if contact else "",
        str(contact.code) if contact else "",
        codes.get(row.conversation_id or 0, ""),
    )


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1970 <= found.year < 9000 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

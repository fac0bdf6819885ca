"""Search over everything that was ever said, newest first: by word stem, name, handle, telephone or order number.

Texts, names and questions come into one normal form, which the database makes: `inbox_words`, `inbox_names` and
`inbox_asked` (docs/decisions/0008). Sorted by time and never by rank, since ranking has to read every hit. Each
question is planned with its own words (Django leaves prepared statements off). One that takes too long is given up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.dateparse import parse_date
from psycopg.errors import QueryCanceled

from inbox.lists.search_by_time import ORDER, ByTime, without
from inbox.lists.search_marks import mark
from inbox.lists.search_snippet import marked
from inbox.models import Conversation, ConversationLabel, Identity, Message
from inbox.text import telephone
from inbox.text.masking import masked
from inbox.text.search_terms import (
    Term,
    as_prefixes,
    identity_matches,
    message_fits,
    message_matches,
    terms_of,
)
from inbox.thread.query import PAGE as THREAD_PAGE
from inbox.thread.seen_by_customer import said_in
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.prepared import AnyOf, Prepared
from webcare.lib.text import is_uuid

if TYPE_CHECKING:
    from channels.models import Account

PAGE = 25
PEOPLE = 6
LOOKED_AT = 500  # people whom a word fits: of a name as common as "van", the last seen of so many are shown
RARE = 10_000  # messages a term is expected in, below which each of them may be read
MOST_WEIGHED = 8  # terms of which that is asked
PATIENCE_MS = 4000  # longer than any question took in the measurements; a person has given up by then
DIRECTIONS = (Message.Direction.INBOUND, Message.Direction.OUTBOUND, Message.Direction.NOTE)


class TooSlow(Exception):
    """The database did not answer in time; fewer or rarer words help."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody looks for, as the page's address says it. What is unknown there counts as not given."""

    text: str = ""
    channel: str = ""
    account: str = ""
    direction: str = ""
    since: date | None = None
    until: date | None = None
    label: str = ""
    contact: str = ""

    @classmethod
    def of(cls, values: Any) -> SearchQuery:
        """Read it from a query string (anything with .get)."""
        direction = values.get("direction", "")
        return cls(
            text=values.get("q", "").replace("\x00", "").strip()[:200],
            channel=values.get("channel", "")[:20],
            account=_code(values.get("account", "")),
            direction=direction if direction in DIRECTIONS else "",
            since=_day(values.get("since", "")),
            until=_day(values.get("until", "")),
            label=_code(values.get("label", "")),
            contact=_code(values.get("contact", "")),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words says what to look for."""
        narrowing = (self.channel, self.account, self.direction, self.since, self.until, self.label)
        return any(narrowing)

    @property
    def query(self) -> dict[str, str]:
        """The address' values; what was not given is left out."""
        values = {
            "q": self.text,
            "channel": self.channel,
            "account": self.account,
            "direction": self.direction,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "label": self.label,
            "contact": self.contact,
        }
        return {key: value for key, value in values.items() if value}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked: filters alone are no question, but one person's messages are."""
        return not self.text and not self.contact


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of answers: messages with a snippet, and where the next start ("" at the end)."""

    messages: list[Message] = field(default_factory=list)
    after: str = ""


def find(
    question: SearchQuery,
    accounts: Sequence[Account],
    closed: Collection[int] = (),
    *,
    after: str = "",
    size: int = PAGE,
) -> SearchPage:
    """Return messages of these accounts that answer the question, newest first. Raises TooSlow.

    Those of teams that are `closed` to the reader are left out.
    """
    if question.is_empty:
        return SearchPage()
    # What was withdrawn before it left was never said.
    messages = Message.objects.filter(conversation__isnull=False, removed_at=None).exclude(
        state=Message.State.CANCELLED
    )
    rows = _narrowed(messages, question, accounts)
    if closed:
        rows = rows.exclude(conversation__team__in=closed)
    terms = terms_of(question.text, _regions(accounts))
    start = cursor_values(after, ORDER)
    if start:
        rows = rows.filter(rows_after(ORDER, start))
    rows = rows.order_by(*ORDER).values_list("pk", flat=True)
    with statement_timeout():
        found = _shown(ids=_found(rows, terms, start or (), size + 1))
        prefetch_related_objects(found, "attachments")
    for message, text in zip(found, mark([masked(said_in(message)) for message in found], terms), strict=True):
        message.snippet = marked(text)  # type: ignore[attr-defined]  # for the template
        message.address = address_of(message)  # type: ignore[attr-defined]
    return SearchPage(found[:size], cursor_of(found[size - 1], ORDER) if len(found) > size else "")


@Prepared
def _shown() -> QuerySet[Message]:
    """What a page shows of the messages it found. Apart, since what finds them is planned anew with its words."""
    rows = Message.objects.filter(pk=AnyOf("ids"))
    rows = rows.select_related("conversation__identity", "conversation__assignee", "identity", "author", "account")
    return rows.without_words().defer("account__sealed_credentials").order_by(*ORDER)


def _found(rows: Any, terms: Sequence[Term], start: Sequence[Any], count: int) -> list[int]:
    """Return the first answers: from the newest messages, from those before, and else by the index of words."""
    by_time = ByTime(_answering(rows, terms), start, count)
    by_time.read_newest()
    if by_time.is_done:
        return by_time.ids
    rare = _rare(terms)
    # A rare word is looked up at once. Of a phrase nobody knows how rare it is.
    is_known = any(not _is_phrase(term) for term in rare)
    if terms and not is_known:
        by_time.read_on()
    if not by_time.is_done:
        rest = rows.filter(sent_at__lt=by_time.before) if by_time.before else rows
        rest = _answering(rest, terms, rare)[: count - len(by_time.ids)]
        with without("indexscan") if terms and by_time.before and not is_known else nullcontext():
            by_time.ids += rest
    return by_time.ids


def _answering(rows: Any, terms: Sequence[Term], rare: Sequence[Term] = ()) -> Any:
    """Return the rows that answer all terms. The index is asked for the rare ones alone, if there are any."""
    if not terms:
        return rows
    rest = [term for term in terms if term not in rare] if rare else []
    rows = rows.filter(message_matches(rare or terms))
    return rows.filter(message_fits(rest)) if rest else rows


def _rare(terms: Sequence[Term]) -> list[Term]:
    """Return the terms that the database expects in few messages.

    Beside a rare word a common one is looked up for nothing: of an unfinished word the index is read whole.
    """
    asked = [term for term in terms if not term.without][:MOST_WEIGHED]
    return [term for term in asked if _expected(term) < RARE]


def _is_phrase(term: Term) -> bool:
    return term.way == "exact" and len(term.spelled[0].split()) > 1


def _expected(term: Term) -> int:
    """Return in how many messages the planner expects a term; nothing is read for it."""
    plan = Message.objects.filter(message_matches([term])).order_by().values("pk").explain(format="json")
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"])


def people(
    text: str, accounts: Sequence[Account], closed: Collection[int] = (), *, size: int = PEOPLE
) -> list[Identity]:
    """Return people by (the beginning of) a name, handle or telephone number, last seen first. Raises TooSlow.

    Each carries `talks`: their newest conversation here, as a list of one.
    """
    text = text.replace("\x00", "").strip()[:200]
    if len(text) < 2:
        return []
    here = Conversation.objects.filter(account__in=[account.pk for account in accounts]).outside(closed)
    terms = as_prefixes(terms_of(text, _regions(accounts)))
    if not terms:
        return []
    # Who is not here counts for none of those looked at: else many elsewhere would hide the few here.
    fitting = Identity.objects.filter(identity_matches(terms), Exists(here.filter(identity=OuterRef("pk"))))
    rows = (
        Identity.objects.filter(pk__in=fitting.order_by().values("pk")[:LOOKED_AT])
        .select_related("contact")
        .prefetch_related(
            Prefetch(
                "conversations",
                here.order_by("identity", "-last_message_at").distinct("identity").select_related("account"),
                to_attr="talks",
            )
        )
        .order_by("-last_seen_at", "-pk")
    )
    with statement_timeout():
        return list(rows[:size])


def address_of(message: Any) -> str:
    """Return where a found message is read: in its thread, opened at that place where it is a long one."""
    conversation = message.conversation
    place_in_it = urlencode({"before": f"{message.sent_at.isoformat()}~{message.pk + 1}"})
    long = conversation.message_count > THREAD_PAGE
    return f"{conversation.get_absolute_url()}{'?' + place_in_it if long else ''}#message-{message.code}"


@contextmanager
def statement_timeout(milliseconds: int | None = None) -> Iterator[None]:
    """Give up a question that takes longer than this. Raises TooSlow."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                limit = PATIENCE_MS if milliseconds is None else milliseconds
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(limit)])
            yield
            with connection.cursor() as cursor:
                # Inside a longer transaction the limit would outlive this question.
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _narrowed(rows: Any, question: SearchQuery, accounts: Sequence[Account]) -> Any:
    everywhere = [account.pk for account in accounts]
    account_ids = [
        account.pk
        for account in accounts
        if question.channel in ("", account.platform) and question.account in ("", str(account.code))
    ]
    # Read where it stands: an answer may have left from another account of ours.
    rows = rows.filter(account__in=account_ids, conversation__account__in=everywhere)
    if question.direction:
        rows = rows.filter(direction=question.direction)
    if question.since:
        rows = rows.filter(sent_at__gte=_start_of(question.since))
    if question.until:
        rows = rows.filter(sent_at__lt=_start_of(question.until + timedelta(days=1)))
    if question.label:
        links = ConversationLabel.objects.filter(label__code=question.label, conversation=OuterRef("conversation"))
        rows = rows.filter(Exists(links))
    if question.contact:
        rows = rows.filter(conversation__contact__code=question.contact)
    return rows


def _regions(accounts: Sequence[Account]) -> list[str]:
    """The countries of our own numbers; a number without a country code is one of theirs."""
    found = [telephone.region_of(account.handle) for account in accounts if account.handle.startswith("+")]
    return [region for region in found if region] or [telephone.HOME]


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _code(text: str) -> str:
    return text if is_uuid(text) else ""

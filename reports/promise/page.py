"""The public page, put together from what was written, promised and measured. It holds nothing of any customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from channels.models import Account
from channels.platforms import platform_of, platform_title
from inbox.models import OpeningHours, Organisation
from inbox.models.opening_hours import Hours
from inbox.outbox.autoreply_text import return_time
from inbox.sla import targets
from inbox.sla.opening_words import spans_in_words, week_in_words
from reports.promise import colours, measured, words
from reports.promise.models import MeasuredChannel, PromisePage

AHEAD = 45  # days of exceptions and holidays shown
_PHONE = 8  # digits at least
WELL_KEPT = 0.9  # below this share the page itself says that a promise is not kept yet


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's line: what is promised, and what was measured ("" below the minimum)."""

    platform: str
    names: str
    address: str
    target: timedelta
    in_opening_hours: bool
    own_hours: Sequence[str] = ()  # where they are not the organisation's
    open_now: str = ""  # by those
    n: int = 0
    median: str = ""
    p90: str = ""
    median_seconds: float = 0
    within: float | None = None

    @property
    def title(self) -> str:
        """The channel's name."""
        return platform_title(self.platform)

    @property
    def drawing(self) -> SafeString:
        """Its badge, as SVG."""
        return mark_safe(platform_of(self.platform).badge)  # noqa: S308  our own drawings

    @property
    def promise(self) -> str:
        """The promised time."""
        return words.duration(self.target)

    @property
    def takes_messages(self) -> bool:
        """Whether one can write there as one is; below a video one comments."""
        return self.platform != "youtube"

    @property
    def late_of_hundred(self) -> str:
        """How many of a hundred waited longer, where that is too many to keep still about."""
        return words.share(1 - self.within) if self.within is not None and self.within < WELL_KEPT else ""


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day of the table of opening hours."""

    name: str
    hours: str
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the complaint procedure."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the public page shows."""

    name: str
    row: PromisePage
    headline: Text
    intro: Text
    rules: Text
    complaints: Text
    channels: Sequence[Channel]
    open_now: str
    is_open: bool
    days: Sequence[OpenDay]
    first: date | None
    last: date | None
    measured_at: datetime | None

    @property
    def initial(self) -> str:
        """The first letter of its name."""
        return self.name[:1].upper()

    @property
    def fastest(self) -> Channel | None:
        """The channel that was fastest."""
        known = [channel for channel in self.channels if channel.median]
        return min(known, key=lambda channel: channel.median_seconds, default=None)

    @property
    def slow(self) -> list[Channel]:
        """Channels that do not keep their promise yet."""
        return [channel for channel in self.channels if channel.late_of_hundred]

    @property
    def n(self) -> int:
        """How many answers were measured and are shown."""
        return sum(channel.n for channel in self.channels if channel.median)

    @property
    def house_rules(self) -> list[str]:
        """The house rules, one each."""
        return [line.strip(" -•\t") for line in self.rules.words.splitlines() if line.strip(" -•\t")]

    @property
    def steps(self) -> list[Step]:
        """The complaint procedure, step by step."""
        blocks = self.complaints.words.replace("\r\n", "\n").split("\n\n")
        parts = [block.strip().partition("\n") for block in blocks if block.strip()]
        return [Step(title.strip(), text.strip()) for title, _newline, text in parts]

    @property
    def colours(self) -> dict[str, str]:
        """The brand colour, and what is read on it and on paper."""
        return {
            "brand": self.row.colour,
            "on_brand": colours.on(self.row.colour),
            "ink_light": colours.readable(self.row.colour, colours.LIGHT),
            "ink_dark": colours.readable(self.row.colour, colours.DARK),
        }

    def channel(self, platform: str) -> Channel | None:
        """Return a channel by its code, else the fastest, else the first."""
        found = next((channel for channel in self.channels if channel.platform == platform), None)
        return found or self.fastest or next(iter(self.channels), None)


def build(language: str, row: PromisePage | None = None, now: datetime | None = None) -> Page:
    """Put the page together in a language, which is the active one. `row` is what it would be with other texts."""
    row, now = row or PromisePage.current(), now or timezone.now()
    opening_hours, known = OpeningHours.current(), list(MeasuredChannel.objects.all())
    hours = opening_hours.organisation
    accounts = measured.public_accounts()
    own = _own_hours(accounts, opening_hours, now, language)
    channels = list(_channels(accounts, {found.platform: found for found in known}, own, shows_mail=row.shows_mail))
    headline = Text(*row.text("headline", language))
    if not headline.words and channels:
        shortest = min(channel.target for channel in channels)
        asked = _("A question? An answer within %(time)s.") % {"time": words.duration(shortest)}
        headline = Text(asked, language)
    return Page(
        name=Organisation.current().name or next((account.name for account in accounts), "Webcare"),
        row=row,
        headline=headline,
        intro=Text(*row.text("intro", language)),
        rules=Text(*row.text("rules", language)),
        complaints=Text(*row.text("complaints", language)),
        channels=channels,
        open_now=_open_now(hours, now, language),
        is_open=hours.is_open(now),
        days=list(_days(hours, now.astimezone(hours.zone).date())) if hours.known else [],
        first=min((found.first for found in known), default=None),
        last=max((found.last for found in known), default=None),
        measured_at=max((found.measured_at for found in known), default=None),
    )


def _own_hours(
    accounts: Sequence[Account], hours: OpeningHours, now: datetime, language: str
) -> dict[str, dict[str, Any]]:
    """Return what each channel tells of its accounts' own hours; of several each by its name."""
    found: dict[str, dict[str, Any]] = {}
    for platform, grouped in groupby(accounts, key=lambda account: account.platform):
        group = list(grouped)
        own = {account.at_handle: hours.accounts[account.pk] for account in group if account.pk in hours.accounts}
        texts = {name: _open_on(each, hours.organisation) for name, each in own.items()}
        if len(group) == 1 and own:
            found[platform] = {
                "own_hours": list(texts.values()),
                "open_now": _open_now(next(iter(own.values())), now, language),
            }
        elif own:
            found[platform] = {"own_hours": [f"{name}: {text}" for name, text in texts.items()]}
    return found


def _open_on(own: Hours, organisation: Hours) -> str:
    """Say a week, and by which clock where that is not the organisation's."""
    zone = "" if str(own.zone) == str(organisation.zone) else f" ({own.zone})"
    return _("Open %(hours)s") % {"hours": week_in_words(own)} + zone


def _channels(
    accounts: Sequence[Account],
    known: dict[str, MeasuredChannel],
    own: dict[str, dict[str, Any]],
    *,
    shows_mail: bool,
) -> Iterator[Channel]:
    """Yield the channels, the one that promises most first. Of several accounts the slowest promise counts."""
    now = targets.current()
    made = []
    for platform, grouped in groupby(accounts, key=lambda account: account.platform):
        group = list(grouped)
        promised = [now.target_of(account.pk, None, 0) for account in group]
        channel: dict[str, Any] = {
            "platform": platform,
            "names": ", ".join(filter(None, (_name(account, shows_mail=shows_mail) for account in group))),
            "address": _address(group[0], shows_mail=shows_mail) if len(group) == 1 else "",
            "target": max(target.length for target in promised),
            "in_opening_hours": any(target.clock.stands_still for target in promised),
        }
        channel |= own.get(platform, {})
        found = known.get(platform)
        if found is not None and found.n >= measured.MINIMUM:
            channel |= {
                "n": found.n,
                "median": words.duration(timedelta(seconds=found.median_seconds or 0)),
                "p90": words.duration(timedelta(seconds=found.p90_seconds or 0)),
                "median_seconds": found.median_seconds or 0,
                "within": found.within_target,
            }
        made.append(Channel(**channel))
    yield from sorted(made, key=lambda channel: (channel.target, not channel.median, channel.median_seconds))


def _name(account: Account, *, shows_mail: bool) -> str:
    """Return what an account is called. A mailbox is called by its address where an admin wants that."""
    if shows_mail or not platform_of(account.platform).handles_are_addresses:
        return account.at_handle
    return "" if "@" in account.name else account.name


def _address(account: Account, *, shows_mail: bool) -> str:
    """Return where a customer writes to us; "" where that is not known, or not told."""
    if platform_of(account.platform).handles_are_addresses:
        return f"mailto:{quote(account.handle, safe='@')}" if shows_mail and account.handle else ""
    handle = account.handle.lstrip("@")
    if account.platform == "whatsapp":
        digits = "".join(letter for letter in account.handle or account.name if letter.isdigit())
        return f"https://wa.me/{digits}" if len(digits) >= _PHONE else ""
    known = {
        "x": f"https://x.com/{quote(handle)}",
        "instagram": f"https://ig.me/m/{quote(handle)}",
        "youtube": f"https://www.youtube.com/@{quote(handle)}",
    }
    if account.platform == "facebook":
        return f"https://m.me/{quote(handle or account.external_id)}"
    return known.get(account.platform, "") if handle else ""


def _open_now(hours: Hours, now: datetime, language: str) -> str:
    """Say whether we are open, and until when or from when; "" where nobody filled in hours."""
    if not hours.known:
        return ""
    if hours.is_open(now):
        today = now.astimezone(hours.zone).date()
        spans = [span for day in (today - timedelta(days=1), today) for span in hours.on(day)]
        closes = max(end for start, end in spans if start <= now < end).astimezone(hours.zone)
        return _("Now open, until %(time)s") % {"time": f"{closes.hour}:{closes.minute:02}"}
    opens = hours.opens_next(now)
    if opens is None:
        return _("Now closed")
    return _("Now closed, open again %(moment)s") % {"moment": return_time(opens, now, language)}


def _days(hours: Hours, today: date) -> Iterator[OpenDay]:
    """Yield the week, and the days ahead that are otherwise."""
    for weekday, name in WEEKDAYS.items():
        yield OpenDay(str(name), spans_in_words(hours.week.get(weekday, ())), weekday == today.weekday())
    for number in range(AHEAD):
        day = today + timedelta(days=number)
        if day in hours.days or day in hours.holidays:
            yield OpenDay(date_format(day, "j F"), spans_in_words(hours.days.get(day, ())), day == today)

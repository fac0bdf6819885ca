"""What the pages' templates need beyond Django's own: icons, waits, clocks and the customer's words made safe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from linkify_it import LinkifyIt

from channels.platforms import PLATFORMS, platform_of, platform_title
from channels.reasons import loss_in_words
from inbox.lists.wait import GAUGE_STEPS, Wait
from inbox.live import presence
from inbox.models import Conversation
from inbox.models.conversation import WINDOW_NEAR
from inbox.sla.clocks import LATE_STEPS, SOON
from inbox.text import masking
from inbox.text.first_name import first_name_of
from inbox.text.length import LINK_LENGTH
from inbox.text.links import is_misleading, real_host
from inbox.text.markup import formatted
from inbox.text.signature import without_signature
from inbox.thread.file_words import (
    icon_for,
    one_line_of,
    words_for,
)
from inbox.thread.message_part import MessageShown
from webcare.lib import masks
from webcare.lib.icons import sprite
from webcare.lib.kept import kept_html, kept_parts

if TYPE_CHECKING:
    from channels.models import Account
    from inbox.composer.template_picker import Piece
    from inbox.models import Message

register = template.Library()
register.filter("platform_title", platform_title)
_links = LinkifyIt()
_PIECE, _LONGEST_PIECE = 1000, 6000  # characters looked through for links at a time
_SPACES = re.compile(r"\s+")
_AT = re.compile(r"(?<![\w@&.])@(\w[\w.]*)")


@register.simple_tag
def icons() -> SafeString:
    """The sprite, once a page."""
    badges = "".join(
        f'<symbol id="p-{name}" viewBox="0 0 16 16">{platform.badge}</symbol>' for name, platform in PLATFORMS.items()
    )
    return mark_safe(sprite() + badges)  # noqa: S308  built from a package's drawings and our own, no input in it


@register.simple_tag(takes_context=True)
def kept(context: dict[str, Any], template_name: str, shown: Any = None) -> SafeString:
    """A part of a page, kept by all that it shows: its template sees `shown` and nothing else."""
    return kept_html(template_name, shown, context.get("csrf_token", ""), variant=masks.is_on())


@register.simple_tag(takes_context=True)
def kept_each(context: dict[str, Any], template_name: str, every: Iterable[Any]) -> SafeString:
    """Many parts of one kind, each kept by all that it shows."""
    return kept_parts(template_name, every, context.get("csrf_token", ""), variant=masks.is_on())


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """One icon of the sprite, for the eye only: what it means is always said in words beside it or in a label."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="#i-{}"/></svg>', f" i-{size}" if size else "", name
    )


@register.simple_tag
@cache
def badge(platform: str, colour: str = "") -> SafeString:
    """A platform's 16 px badge, with a ring in the account's colour where it has one."""
    ring = f" ring-{colour}" if colour else ""
    return format_html('<svg class="badge{}" aria-hidden="true"><use href="#p-{}"/></svg>', ring, platform)


@register.filter
def mood_icon(mood: str) -> str:
    """The face of a mood."""
    return {"angry": "angry", "annoyed": "frown", "happy": "smile"}.get(mood, "meh")


@register.filter
def mood_word(mood: str) -> str:
    """A mood in a word."""
    return str(dict(Conversation.Mood.choices).get(mood, ""))


@register.filter
def tone_word(tone: str) -> str:
    """A tone in a word."""
    return str(dict(Conversation.Tone.choices).get(tone, ""))


@register.filter
def noted(text: str, people: Any = ()) -> SafeString:
    """A colleague's note: as what customers say, with the names after @ marked, in full where they are colleagues'."""
    parts = re.split(r"(<a\b.*?</a>)", said(text), flags=re.DOTALL)
    names = sorted((_letters(conditional_escape(person.name)) for person in people), key=len, reverse=True)
    marked = [_with_names(part, names) if number % 2 == 0 else part for number, part in enumerate(parts)]
    return mark_safe("".join(marked))  # noqa: S308  `said` escaped it


def _with_names(part: str, names: list[str]) -> str:
    plain = _letters(part) if names else ""

    def named(found: re.Match[str]) -> str:
        at = found.start() + 1
        full = next((name for name in names if name and plain.startswith(name, at)), "")
        end = at + len(full)
        whole = full and not plain[end : end + 1].isalnum()
        return part[found.start() : max(end if whole else 0, found.end())]

    pieces, end = [], 0
    for found in _AT.finditer(part):
        if found.start() < end:
            continue
        name = named(found)
        pieces += [part[end : found.start()], f"<mark>{name}</mark>"]
        end = found.start() + len(name)
    return "".join([*pieces, part[end:]])


def _letters(text: str) -> str:
    """Small letters without accents, one for each: nobody types the ï of Bensaïd."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter.lower())[:1] or letter for letter in text)


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in the fewest words: 54 min, 1 h 19, 3 d."""
    if length is None:
        return ""
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < 24 * 60:
        hours, minutes = divmod(minutes, 60)
        return (_("%(hours)d h %(minutes)02d") if minutes else _("%(hours)d h")) % {"hours": hours, "minutes": minutes}
    return _("%(days)d d") % {"days": minutes // (24 * 60)}


@register.filter
def time_left(wait: Wait) -> str:
    """What a customer may still wait, or is late: 12 min left, 2 h late. Without a due time, how long they wait."""
    if wait.due is None:
        return span(wait.left)
    words = _("{time} late") if wait.promise == "over" else _("{time} left")
    return words.replace("{time}", span(wait.left))


@register.filter
def since(moment: datetime | None) -> str:
    """How long ago, in the fewest words."""
    return span(timezone.now() - moment) if moment else ""


@register.filter
def iso_span(length: timedelta | None) -> str:
    """The same for machines: PT79M."""
    return f"PT{max(int(length.total_seconds() // 60), 0)}M" if length else ""


@register.filter
def clock(moment: datetime | None) -> str:
    """The time of day."""
    return date_format(timezone.localtime(moment), "H:i") if moment else ""


@register.filter
def day(moment: datetime | date) -> str:
    """A day as a line in the thread: Today, Tuesday 17 November."""
    local = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    today = timezone.localdate()
    words = date_format(local, "l j F" if local.year == today.year else "l j F Y")
    if local == today:
        return _("Today, %(day)s") % {"day": words}
    if local == today - timedelta(days=1):
        return _("Yesterday, %(day)s") % {"day": words}
    return words[:1].upper() + words[1:]


@register.filter
def shortly(moment: datetime | None) -> str:
    """When, as short as it stays clear: 10:42 today, 14 Oct this year, 14 Oct 2025 before."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    today = timezone.localdate()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.year == today.year:
        return date_format(local, pgettext("date format", "j M"))
    return date_format(local, pgettext("date format", "j M Y"))


@register.filter
def exactly(moment: datetime | None) -> str:
    """When, in full, for a title on hover."""
    if moment is None:
        return ""
    # Django reads its format anew each time, which takes several times as long.
    local = timezone.localtime(moment)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month]} {local.year} {local:%H:%M}"


@register.filter
def said(text: str, account: Account | None = None) -> SafeString:
    """Somebody's words: escaped, addresses made links, our own @handle marked. Line breaks stay as they are."""
    # Piece by piece: the finder takes longer for each link the more text stands behind it.
    return mark_safe("".join(_linked(piece, account) for piece in _pieces(text)))  # noqa: S308  every part is escaped


def _pieces(text: str) -> Iterator[str]:
    """Cut a text at white space into pieces of about `_PIECE` characters."""
    start = 0
    for space in _SPACES.finditer(text):
        if space.end() - start >= _PIECE:
            yield text[start : space.end()]
            start = space.end()
    yield text[start:]


def _linked(text: str, account: Account | None) -> str:
    if len(text) > _LONGEST_PIECE:  # a word that long is no address anybody follows
        return _marked(text, account)
    if "." not in text and "//" not in text:  # no address without either, and looking takes long
        return _marked(text, account)
    parts: list[str] = []
    end = 0
    for found in _links.match(text) or []:
        if not found.url.startswith(("http://", "https://")):
            continue
        if not found.schema and text[found.index - 1 : found.index] == "@":
            continue  # a name with dots in it, as Bluesky's are
        parts += [_marked(text[end : found.index], account), _link(found.url, found.text)]
        end = found.last_index
    parts.append(_marked(text[end:], account))
    return "".join(parts)


@register.filter
def written(text: str, account: Account) -> SafeString:
    """Somebody's words on one of our accounts, with the markup its platform shows."""
    if not platform_of(account.platform).marks_up:
        return said(text, account)
    return formatted(text, lambda piece: said(piece, account) if piece else mark_safe(""))


@register.filter
def quoted_words(text: str, account: Account) -> SafeString:
    """Words quoted inside a link: with their platform's markup, without links of their own."""
    if not platform_of(account.platform).marks_up:
        return format_html("{}", text)
    return formatted(text, lambda piece: format_html("{}", piece))


@register.filter
def lost_word(kind: str) -> str:
    """What came without its content."""
    return {
        "image": _("Photo that could not be loaded"),
        "video": _("Video that could not be loaded"),
        "audio": _("Voice message that could not be loaded"),
        "file": _("File that could not be loaded"),
        "sticker": _("Sticker that could not be loaded"),
        "location": _("Place that could not be loaded"),
        "contact": _("Contact card that could not be loaded"),
        "choice": _("Tapped button or filled-in form that could not be loaded"),
    }.get(kind, _("Message that could not be loaded"))


@register.filter
def lost_reason(error: str, platform: str) -> str:
    """Why it came without its content, and what helps."""
    return loss_in_words(error, platform_title(platform))


def _link(address: str, shown: str) -> str:
    """An address in somebody's words. One that leads elsewhere than it reads says where, and asks before it opens."""
    if not is_misleading(address):
        opened = '<a class="link" href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>'
        return format_html(opened, address, shown)
    return format_html(
        '<a class="link" href="{}?{}" rel="noopener noreferrer nofollow" target="_blank">{}</a> '
        '<span class="link-real">{}</span>',
        reverse("odd_link"),
        urlencode({"to": address}),
        shown,
        _("leads to %(host)s") % {"host": real_host(address)},
    )


def _handle(handle: str) -> str:
    """Return the pattern of a handle: on Mastodon also without its server, on Bluesky with all of its dots."""
    name, at, server = handle.partition("@")
    if at:
        return rf"{re.escape(name)}(?:@{re.escape(server)}(?!\.\w)|(?!@\w))"
    return re.escape(handle) + (r"(?!\.\w)" if "." in handle else "")


def _marked(text: str, account: Account | None) -> str:
    escaped = str(conditional_escape(text))
    if account is None or not account.handle:
        return escaped
    return re.sub(rf"(?i)(?<![\w@])@{_handle(account.handle)}(?!\w)", lambda found: f"<mark>{found[0]}</mark>", escaped)


@register.filter
def with_gaps(pieces: Iterable[Piece]) -> SafeString:
    """A message template's words, with a mark where a value still has to come."""
    return mark_safe("".join(format_html("<mark>{}</mark>" if one.is_gap else "{}", one.text) for one in pieces))  # noqa: S308  escaped


@register.filter
def in_short(row: Any) -> str:
    """A conversation, or a list's row, in a line: its excerpt, else what the message without words is."""
    if row.excerpt:
        return masking.masked(str(row.excerpt))
    return words_for(row.file_kind, row.file_count) if row.file_kind else _("No text")


@register.filter
def file_icon(kind: str) -> str:
    """The icon of a kind of file."""
    return icon_for(kind)


@register.filter
def in_a_line(message: Message | MessageShown) -> str:
    """A message in a line: its words, else what came with it."""
    if isinstance(message, MessageShown):  # as its reader may see it
        return message.text or message.line
    return masking.masked(one_line_of(message))


@register.filter
def as_quoted(message: Message) -> SafeString:
    """A message in a short line: its words between quotation marks, or what it is without them."""
    if message.text:
        return format_html("“<bdi>{}</bdi>”", Truncator(masking.masked(message.text)).chars(60))
    return format_html("<bdi>{}</bdi>", Truncator(masking.masked(one_line_of(message))).chars(60))


@register.filter
def masked(text: str) -> str:
    """A customer's words, as the reader may see them."""
    return masking.masked(text)


@register.filter
def unsigned(text: str) -> str:
    """An answer without the initials under it: who uses it again signs it anew."""
    return without_signature(text)


@register.filter
def grouped(number: int | None) -> str:
    """A number with its thousands apart, as the reader's language writes it."""
    return "" if number is None else number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def first_name(name: str) -> str:
    """What to call someone in a sentence: by their first name, else by all of the name."""
    return first_name_of(name) or name


@register.filter
def size(count: int | None) -> str:
    """Bytes as people read them."""
    if not count:
        return ""
    return (
        _("%(count)d KB") % {"count": max(round(count / 1024), 1)}
        if count < 1024 * 1024
        else _("%(count).1f MB") % {"count": count / 1024 / 1024}
    )


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """The list's query string with some values changed."""
    values = {**context["scope"].query, **changes}
    encoded = urlencode({key: value for key, value in values.items() if value})
    return f"?{encoded}" if encoded else ""


@register.simple_tag
def time_words() -> dict[str, str]:
    """The units of a wait, for the script that keeps it counting."""
    return {
        "min": pgettext("minutes, short", "min"),
        "h": pgettext("hours, short", "h"),
        "d": pgettext("days, short", "d"),
    }


@register.simple_tag
def page_numbers() -> dict[str, str]:
    """What the scripts compare with, as text: a template would write 0.8 in the reader's language."""
    return {
        "soon": str(SOON),
        "late_steps": " ".join(map(str, LATE_STEPS)),
        "gauge_steps": str(GAUGE_STEPS),
        "window_near": str(int(WINDOW_NEAR / timedelta(minutes=1))),
        "presence_every": str(presence.EVERY * 1000),
        "looking_most": str(presence.MOST),
        "link_length": str(LINK_LENGTH),
    }

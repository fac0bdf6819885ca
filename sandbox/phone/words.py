"""How the phone writes names, times and other people's words."""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

_LINKED = re.compile(r"(https?://[^\s<>]+)|(?<![\w@])(@[A-Za-z0-9_.]*[A-Za-z0-9_])|(?<!\w)(#\w+)")
_EMOJI_ONLY = re.compile(r"[\s\u200d\ufe0f\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]+")


def ago(moment: datetime, now: datetime) -> str:
    """`nu`, `4 min`, `3 u`, `2 d` or a date, as a phone shows it."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "nu"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} u"
    if minutes < 7 * 24 * 60:
        return f"{minutes // (24 * 60)} d"
    local = moment.astimezone(AMSTERDAM)
    return f"{local.day} {MONTHS[local.month - 1]}"


def clock(moment: datetime) -> str:
    """The time on a Dutch clock: `14:05`."""
    return moment.astimezone(AMSTERDAM).strftime("%H:%M")


def day(moment: datetime, now: datetime) -> str:
    """`vandaag`, `gisteren`, a weekday, or a date."""
    here, today = moment.astimezone(AMSTERDAM).date(), now.astimezone(AMSTERDAM).date()
    gone = (today - here).days
    if gone <= 0:
        return "vandaag"
    if gone == 1:
        return "gisteren"
    if gone < 7:
        return DAYS[here.weekday()]
    return f"{here.day} {MONTHS[here.month - 1]} {here.year}"


def exact(moment: datetime) -> str:
    """Day and time in full, for the title of a relative time."""
    local = moment.astimezone(AMSTERDAM)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def initials(name: str) -> str:
    """One or two letters for a round picture."""
    words = [word for word in re.split(r"[\s|\-]+", name) if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(key: str) -> int:
    """One of twelve colours, always the same for the same person."""
    return zlib.crc32(key.encode()) % 12


def rich(text: str) -> Markup:
    """Escaped text in which names, tags and addresses stand out; nothing leads away from the sandbox."""
    parts, end = [], 0
    for match in _LINKED.finditer(text):
        parts += [escape(text[end : match.start()]), Markup('<span class="ref">{}</span>').format(match.group())]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def only_emoji(text: str) -> bool:
    """Whether a message is nothing but a few emoji, which phones show large."""
    return 0 < len(text.strip()) <= 12 and _EMOJI_ONLY.fullmatch(text) is not None


def phone_number(digits: str) -> str:
    """`31612345601` as people read it: `+31 6 12345601`."""
    if digits.startswith("316") and len(digits) == 11:
        return f"+31 6 {digits[3:]}"
    return f"+{digits}"

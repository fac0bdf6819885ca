"""A week of opening hours in words, as short as it can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import pgettext

from inbox.models.opening_hours import Hours, Span


def week_in_words(hours: Hours) -> str:
    """Return "Mon–Fri 9:00–17:00; Sat 10:00–14:00": days alike are told together, closed ones left out."""
    parts = []
    for spans, days in groupby(range(7), key=lambda day: tuple(hours.week.get(day, ()))):
        if spans:
            first, *others = days
            name = f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[others[-1]]}" if others else str(WEEKDAYS_ABBR[first])
            parts.append(f"{name} {spans_in_words(spans)}")
    return "; ".join(parts) or pgettext("opening hours", "closed")


def spans_in_words(spans: Sequence[Span]) -> str:
    """Return a day's hours as one reads them."""
    if not spans:
        return pgettext("opening hours", "closed")
    shown = [f"{opens:%-H:%M}–{'24:00' if closes == time() else f'{closes:%-H:%M}'}" for opens, closes in spans]
    return ", ".join(shown)

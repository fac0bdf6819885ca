"""Paging by place instead of by number: the next page starts behind the last row, so nothing shifts in between."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime

# These may be empty; ascending, who has none comes last.
NULLABLE = frozenset({"waiting_since", "snoozed_until", "window_closes_at"})
_NUMBERS = frozenset({"id", "priority", "n", "ordinal"})


def rows_after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition for everything behind the given row, in this order."""
    behind = Q(pk__in=[])
    equal = Q()
    for name, value in zip(order, values, strict=True):
        plain = name.lstrip("-")
        if value is None:
            equal &= Q(**{f"{plain}__isnull": True})
            continue
        step = Q(**{f"{plain}__{'lt' if name.startswith('-') else 'gt'}": value})
        if plain in NULLABLE:
            step |= Q(**{f"{plain}__isnull": True})
        behind |= equal & step
        equal &= Q(**{plain: value})
    return behind


def cursor_of(row: Any, order: Sequence[str]) -> str:
    """Return where a row stands, as text for an address."""
    values = [getattr(row, name.lstrip("-")) for name in order]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def cursor_values(text: str, order: Sequence[str]) -> list[Any]:
    """Return a place in a list, or [] for its beginning: also for a place somebody made up."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text else []
        found = [datetime.fromisoformat(value) if isinstance(value, str) else value for value in values]
    except (ValueError, TypeError):
        return []
    checks: list[Callable[[Any], bool]] = [_fits(name.lstrip("-")) for name in order]
    fits = len(found) == len(order) and all(check(value) for check, value in zip(checks, found, strict=True))
    return found if fits else []


def moment_in(text: str) -> datetime | None:
    """Return the time an address gives, or None where it is none; a + in a query string arrives as a space."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _fits(name: str) -> Callable[[Any], bool]:
    if name in _NUMBERS:
        return lambda value: type(value) is int and abs(value) < 2**63
    return lambda value: (
        (isinstance(value, datetime) and value.tzinfo is not None) or (value is None and name in NULLABLE)
    )

"""Cursors as callers see them: a word that means nothing to them."""

import base64
import binascii
import json
from typing import Any

from django.db.models import Q

from api.rest.problems import Problem
from webcare.lib.cursor import rows_after


def closed(place: str) -> str | None:
    """Return a place as a caller gets it; None for no place."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=") if place else None


def opened(cursor: str) -> str:
    """Return the place in a cursor; "" for none. Raises Problem for one that is not ours."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise Problem(422, "invalid", "The cursor is none of ours.") from None


def part(rows: Any, order: tuple[str, ...], cursor: str, size: int) -> tuple[list[Any], str | None]:
    """Return the part of some rows behind a cursor, and the cursor of the next part. They have this order."""
    place = opened(cursor)
    if place:
        rows = rows.filter(_behind(order, place))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], closed(json.dumps([getattr(last, name) for name in order])) if last else None


def _behind(order: tuple[str, ...], place: str) -> Q:
    try:
        title, pk = json.loads(place)
        return rows_after(order, (str(title).replace("\x00", ""), int(pk)))
    except (ValueError, TypeError, OverflowError):
        raise Problem(422, "invalid", "The cursor is none of ours.") from None

"""What platforms literally told of messages: written beside them, a table a month, and old months dropped whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from inbox.models import Message, RawPayload
from webcare.lib import months
from webcare.lib.statements import run

KEPT_MONTHS = 13
_ENCODER = DjangoJSONEncoder()
_INSERT = (
    "INSERT INTO inbox_rawpayload (message_id, at, body)"
    " SELECT id, at, body::jsonb FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS told(id, at, body)"
)


def write(payloads: Iterable[tuple[Message, Mapping[str, Any]]], replaced: Sequence[int]) -> None:
    """Write the payloads of saved messages; those of the replaced ones go first. An empty one is not kept."""
    if replaced:
        RawPayload.objects.filter(message__in=replaced).delete()
    rows = [(row.pk, row.received_at, _ENCODER.encode(payload)) for row, payload in payloads if payload]
    if rows:
        run(_INSERT, [list(column) for column in zip(*rows, strict=True)])


def keep_months(now: datetime | None = None) -> None:
    """Make the tables of the months to come, and drop those that are too old."""
    months.keep("inbox_rawpayload", KEPT_MONTHS, now)

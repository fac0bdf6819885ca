"""What a platform sent that we do not understand: kept with its body, counted, shown on the account's page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from channels.models import Account, digest_of
from channels.types import NotUnderstood


def store_unparsed(account: Account, items: Sequence[NotUnderstood], now: datetime) -> None:
    """Store each strange item once; meeting it again counts it."""
    by_digest = {digest_of(item.body): item for item in items}
    if not by_digest:
        return
    digests = sorted(by_digest)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_unreaditem (account_id, reason, body, digest, seen_at, times)"
            " SELECT %s, reason, body::jsonb, digest, %s, 1"
            " FROM unnest(%s::text[], %s::text[], %s::text[]) AS i(reason, body, digest)"
            " ON CONFLICT (account_id, digest) DO UPDATE"
            " SET times = channels_unreaditem.times + 1, seen_at = excluded.seen_at",
            [
                account.pk,
                now,
                [by_digest[digest].reason for digest in digests],
                [json.dumps(by_digest[digest].body, cls=DjangoJSONEncoder) for digest in digests],
                digests,
            ],
        )

"""Closes what former measurements left open beyond what is said to be open, the newest first.

Folds their counts too, and packs the index of these: what is measured there has no beat, which folds as it goes.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from inbox.lists.queue_counts import fold_counts  # noqa: E402
from inbox.models import Conversation  # noqa: E402
from inbox.triage.summary import refresh  # noqa: E402

AT_ONCE = 1000


def main(still_open: int) -> None:
    """Leave so many open ones; print how many were closed."""
    beyond = list(Conversation.objects.open().order_by("pk").values_list("pk", flat=True)[still_open:])
    for start in range(0, len(beyond), AT_ONCE):
        some = beyond[start : start + AT_ONCE]
        with transaction.atomic():
            Conversation.objects.filter(pk__in=some).update(
                status=Conversation.Status.CLOSED,
                closed_at=timezone.now(),
                close_reason=Conversation.CloseReason.ANSWERED,
            )
            refresh(some)
    fold_counts()
    with connection.cursor() as cursor:
        cursor.execute("REINDEX TABLE inbox_queuecount")
        cursor.execute("VACUUM (ANALYZE) inbox_queuecount")
    sys.stdout.write(f"{json.dumps(len(beyond))}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

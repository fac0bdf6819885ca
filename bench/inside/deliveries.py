"""Stores deliveries as if their bodies had just come, and wakes whoever reads them."""

from __future__ import annotations

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from bench.webhooks import body  # noqa: E402
from channels.models import Delivery  # noqa: E402
from webcare.lib.enqueue import enqueue  # noqa: E402


def main(count: int) -> None:
    """Store so many, one message each."""
    now = timezone.now()
    Delivery.objects.bulk_create(
        [Delivery(product="meta", body=body(number), received_at=now) for number in range(count)], batch_size=500
    )
    enqueue("channels.tasks.read_deliveries")
    sys.stdout.write("null\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

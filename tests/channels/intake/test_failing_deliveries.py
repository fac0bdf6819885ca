"""Which deliveries count as failing: those that cannot be read now."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from channels.intake import deliveries
from channels.models import Delivery

pytestmark = pytest.mark.django_db


def stored(**fields: Any) -> Delivery:
    made: Delivery = Delivery.objects.create(product="meta", body=b"{}", **fields)
    return made


@pytest.mark.parametrize(
    ("fields", "failing"),
    [
        ({"status": "failed", "attempts": 8, "error": "KeyError"}, True),
        ({"status": "waiting", "attempts": 2, "error": "KeyError"}, True),
        ({"status": "waiting", "attempts": 3, "error": Delivery.PAUSED}, False),
        ({"status": "waiting", "attempts": 1, "error": ""}, False),
        ({"status": "waiting", "attempts": 0, "error": ""}, False),
        ({"status": "read", "attempts": 3, "error": ""}, False),
    ],
)
def test_what_cannot_be_read_now_is_failing(fields: dict[str, Any], failing: bool) -> None:
    stored(**fields)
    assert Delivery.objects.failing().exists() is failing


def test_a_delivery_that_is_read_in_the_end_fails_no_more() -> None:
    row = stored(status="waiting", attempts=2, error="KeyError", retry_at=timezone.now())
    deliveries.read(row.pk)
    row.refresh_from_db()
    assert (row.status, Delivery.objects.failing().exists()) == ("read", False)

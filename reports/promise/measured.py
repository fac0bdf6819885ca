"""How fast each channel was over the last four weeks: measured by beat, kept, and shown from a minimum on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from channels.models import Account
from reports import rows
from reports.promise.models import MeasuredChannel, PromisePage
from reports.scope import scope_of

DAYS = 28
MINIMUM = 20  # answers; below that nothing measured is shown
_MEASURE = """
SELECT a.platform, count(w.amount),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY w.amount), percentile_cont(0.9) WITHIN GROUP (ORDER BY w.amount)
FROM ({rows}) AS w JOIN inbox_conversation c ON c.id = w.conversation JOIN channels_account a ON a.id = c.account_id
GROUP BY a.platform
"""
_KEPT = """
SELECT a.platform, avg(p.amount)
FROM ({rows}) AS p JOIN inbox_conversation c ON c.id = p.conversation JOIN channels_account a ON a.id = c.account_id
GROUP BY a.platform
"""


def public_accounts() -> list[Account]:
    """Return the accounts customers are answered from: connected, not paused, not only listened to."""
    accounts = Account.objects.connected().exclude(mode=Account.Mode.LISTEN).order_by("platform", "name", "pk")
    return list(accounts.defer("sealed_credentials"))


def measure(today: date | None = None) -> None:
    """Measure the four weeks up to yesterday, where the page is on. Twice is as good as once."""
    if PromisePage.current().is_public:
        measure_accounts(public_accounts(), today or timezone.localdate())


@transaction.atomic
def measure_accounts(accounts: Iterable[Account], today: date) -> None:
    """Measure these accounts by channel, and keep it."""
    first, last = today - timedelta(days=DAYS), today - timedelta(days=1)
    params = scope_of(first, last, [account.pk for account in accounts]).params
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE.format(rows=rows.WAITS), params)
        times = cursor.fetchall()
        cursor.execute(_KEPT.format(rows=rows.PROMISED), params)
        within = dict(cursor.fetchall())
    for platform, n, median, p90 in times:
        MeasuredChannel.objects.update_or_create(
            platform=platform,
            defaults={
                "first": first, "last": last, "n": n, "median_seconds": median, "p90_seconds": p90,
                "within_target": within.get(platform), "measured_at": timezone.now(),
            },
        )  # fmt: skip
    MeasuredChannel.objects.exclude(platform__in=[row[0] for row in times]).delete()

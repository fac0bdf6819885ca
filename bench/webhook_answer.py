"""How long a delivery waits for its answer, by size and number of signing accounts."""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from types import ModuleType

from django.db import transaction
from django.test import Client

from bench.clock import table, timed
from channels.models import Account, Delivery

_KEY = "bench-secret-{}"
_SIZES = (1_000, 20_000, 500_000)
_ACCOUNTS = (1, 20)
_TIMES = 50


def measure(data: ModuleType) -> None:
    """Print what an answer takes, the row included; nothing is kept."""
    data.accounts()  # those of another platform, which sign nothing here
    client = Client()
    rows = []
    with transaction.atomic():  # so that no reader is woken: the answer does not wait for one
        for count in _ACCOUNTS:
            _connect(count)
            for size in _SIZES:
                taken = timed(partial(_deliver, client, b"x" * size), _TIMES)
                rows.append((count, f"{size:,}", *(f"{ms:.1f}" for ms in (taken.best, taken.median, taken.worst))))
        transaction.set_rollback(True)
    table("A delivery's answer", ("accounts", "bytes", "best, ms", "median, ms", "worst, ms"), rows)


def _connect(count: int) -> None:
    """Connect pages until there are so many, each with a secret of its own."""
    for number in range(Account.objects.filter(platform="facebook").count(), count):
        account = Account(platform="facebook", external_id=f"bench-page-{number}", name=f"Pagina {number}")
        account.credentials = {"app_secret": _KEY.format(number), "access_token": "bench"}
        account.save()


def _deliver(client: Client, body: bytes) -> None:
    signature = hmac.new(_KEY.format(0).encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}"}
    answer = client.post("/webhooks/meta/", body, content_type="application/json", headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"A delivery was answered {answer.status_code}")
    Delivery.objects.all().delete()

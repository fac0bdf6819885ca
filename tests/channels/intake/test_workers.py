"""The workers as they run, at a platform where every call hangs: answers leave and webhooks are read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from channels import tasks
from channels.accounts.connecting import add_search
from channels.intake import polling
from channels.models import Account, Delivery, Stream
from channels.types import Route
from inbox.models import Message
from inbox.outbox import queue
from sandbox.testing import ROOT, Running
from tests.factories import make_user
from tests.support.sandbox_accounts import connect, control, fault, say
from webcare import workers
from webcare.celery import app

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 10.0  # far below what a call may hang here
HANGS = "120"


def soon(reached: Callable[[], Any], what: str, seconds: float = SOON) -> None:
    """Wait until something is true, not for long."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture
def running(platforms: Running) -> Iterator[None]:
    """All workers, each a process of its own, with this test's database and sandbox."""
    database = django_settings.DATABASES["default"]
    address = os.environ["DATABASE_URL"].replace("/webcare?", f"/{database['NAME']}?")
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "X_API_BASE": platforms.url,
        "X_UPLOAD_BASE": platforms.url,
        "GRAPH_API_BASE": platforms.url,
        "MEDIA_SANDBOX": platforms.url,
        "PLATFORM_READ_TIMEOUT": HANGS,
    }
    app.control.purge()  # what other tests of this run left
    processes = [
        subprocess.Popen([sys.executable, "-m", *workers.arguments(name)], cwd=ROOT, env=environment)
        for name in workers.NAMES
    ]
    try:
        soon(lambda: len(app.control.ping(timeout=1) or ()) == 3, "all workers answer", 60)
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.long
def test_hanging_account_delays_no_other_work(
    running: None, platforms: Running, brand: Account, client: Client
) -> None:
    page = connect(platforms, "facebook")
    agent = make_user(undo_seconds=0)
    post = say(platforms, "x", "post", "karin", "@veldhuis waar blijft mijn pakket?")
    polling.poll(brand.streams.get(name="mentions").pk)
    question = Message.objects.get(external_id=post)
    for number in range(12):
        add_search(brand, f"zoekwoord{number}", by=make_user("admin"))
    fault(platforms, "hang", "GET /2/*", "always", platform="x", seconds=int(HANGS))
    Stream.objects.filter(account=page).update(next_poll_at=timezone.now() + timedelta(hours=1))
    Stream.objects.filter(account=brand).update(next_poll_at=timezone.now())
    tasks.poll_due.delay()
    held = Stream.objects.filter(account=brand, locked_until__isnull=False)
    soon(lambda: held.count() == 2, "polls hang, as many as one account may hold")

    started = timezone.now()
    assert question.conversation is not None
    answer = queue.queue_reply(
        question.conversation, agent, text="Hij komt morgen.", route=Route.PUBLIC_REPLY, reply_to=question,
        seen_message_id=question.pk,
    )  # fmt: skip
    soon(lambda: Message.objects.get(pk=answer.pk).state == "sent", "the answer leaves")
    assert deliver(client, brand).status_code == 200
    soon(lambda: Delivery.objects.get().status == "read", "the webhook is read")
    Stream.objects.filter(account=page).update(next_poll_at=timezone.now())
    tasks.poll_due.delay()
    polled = Stream.objects.filter(account=page, last_polled_at__gte=started)
    soon(lambda: polled.count() == page.streams.count(), "the other account is polled")
    assert held.count() == 2
    control(platforms, "DELETE", "/control/faults")


def deliver(client: Client, account: Account) -> Any:
    """Post a signed delivery of X."""
    body = json.dumps({"data": {"event_type": "profile.update", "filter": {"user_id": account.external_id}}}).encode()
    secret = account.credentials["consumer_secret"].encode()
    digest = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
    headers = {"x-twitter-webhooks-signature": f"sha256={digest}"}
    return client.post("/webhooks/x/", body, "application/json", headers=headers)

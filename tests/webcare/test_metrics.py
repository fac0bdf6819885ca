"""What Prometheus is told, and that nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from channels.models import Checkup, Delivery
from tests import factories

TOKEN = "a-token-for-whoever-watches"


def told(settings: Settings) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and what tells it from others of that name."""
    settings.METRICS_TOKEN = TOKEN
    answer = Client(headers={"host": "10.0.0.7:8000"}).get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name in ("account", "state"))): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.django_db(transaction=True)
def test_it_tells_what_waits_and_how_accounts_fare(settings: Settings) -> None:
    at = timezone.now().replace(microsecond=0) + timedelta(days=1)  # later than all that the test does
    account = factories.make_account(last_message_at=at, last_success_at=at, needs_reauth_at=timezone.now())
    Checkup.objects.create(account=account, valid_until=at + timedelta(days=3), used=40.0, missed=2, compared_at=at)
    conversation = factories.make_conversation(account)
    factories.make_answer(conversation, state="queued")
    for status in ("waiting", "waiting", "failed"):
        Delivery.objects.create(product="x", body=b"{}", status=status, received_at=at)
    found = told(settings)
    code = str(account.code)
    assert found["webcare_deliveries_waiting",] == 2
    assert found["webcare_deliveries_waiting_since_timestamp_seconds",] == at.timestamp()
    assert found["webcare_deliveries_failed",] == 1
    assert (found["webcare_answers", "queued"], found["webcare_answers", "held"]) == (1, 0)
    assert found["webcare_estimates_waiting",] == 1
    assert found["webcare_account_works", code] == 0
    assert found["webcare_account_last_message_timestamp_seconds", code] == at.timestamp()
    assert found["webcare_account_access_ends_timestamp_seconds", code] == (at + timedelta(days=3)).timestamp()
    assert found["webcare_account_calls_used_ratio", code] == 0.4
    assert found["webcare_account_missed_messages", code] == 2
    assert {("webcare_messages_written_total",), ("webcare_live_streams",), ("webcare_queue_tasks",)} <= set(found)


@pytest.mark.django_db
@pytest.mark.parametrize(("wanted", "given"), [("", ""), ("", "Bearer "), (TOKEN, ""), (TOKEN, "Bearer een-ander")])
def test_nobody_else_is_told(settings: Settings, wanted: str, given: str) -> None:
    settings.METRICS_TOKEN = wanted
    assert Client().get("/metrics", headers={"authorization": given} if given else {}).status_code == 404


@pytest.mark.django_db
def test_without_a_database_it_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN

    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.content) == (503, b"OperationalError\n")

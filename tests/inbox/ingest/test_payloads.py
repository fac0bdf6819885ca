"""What a platform literally told is kept beside its message, by month, and gone when it is old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from inbox.ingest import payloads
from inbox.ingest.receive import receive
from inbox.models import Message, RawPayload
from tests.factories import make_account, make_answer, make_inbound, make_user, minutes_ago, outgoing

pytestmark = pytest.mark.django_db


def bodies() -> list[Any]:
    """Return what is kept, oldest message first."""
    return list(RawPayload.objects.order_by("message").values_list("body", flat=True))


def test_an_echo_brings_its_payload_once() -> None:
    asked = make_inbound(make_account(), raw={"n": 1})
    conversation = asked.conversation
    assert conversation is not None
    answer = make_answer(conversation, make_user(), external_id="77", first_external_id="77")
    assert bodies() == [{"n": 1}]

    for n in (2, 3):
        receive(conversation.account, [outgoing(external_id="77", sent_at=minutes_ago(n), raw={"n": n})])

    assert bodies() == [{"n": 1}, {"n": 2}]
    answer.refresh_from_db()
    assert not answer.sent_at_is_ours
    Message.objects.filter(pk=asked.pk).delete()
    assert bodies() == [{"n": 2}]


def test_months_are_made_ahead_and_dropped_whole() -> None:
    account, far = make_account(), timezone.now() + timedelta(days=150)
    old, early = make_inbound(account, raw={"n": 1}), make_inbound(account, raw={"n": 2})
    # Nobody made that month yet.
    RawPayload.objects.filter(message=early).update(at=far)

    payloads.keep_months(far - timedelta(days=40))

    assert _table_of(early).endswith(f"{far:%Y_%m}")
    payloads.keep_months(timezone.now() + timedelta(days=430))
    assert not RawPayload.objects.filter(message=old).exists()
    assert RawPayload.objects.filter(message=early).exists()
    assert Message.objects.count() == 2


def _table_of(message: Message) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM inbox_rawpayload WHERE message_id = %s", [message.pk])
        return str(cursor.fetchone()[0])

"""Ranking by the clock: each minute, beside agents and ingest."""

from __future__ import annotations

import contextlib

import pytest
from django.db import connection

from inbox.models import Conversation
from inbox.triage import priority
from tests.factories import make_inbound, minutes_ago

pytestmark = pytest.mark.django_db(transaction=True)


def test_ranking_waits_for_no_row_that_keeps_its_rank() -> None:
    calm, pressing = make_inbound().conversation, make_inbound(sent_at=minutes_ago(300)).conversation
    assert calm and pressing
    priority.rank_open()
    Conversation.objects.filter(pk=pressing.pk).update(priority=1)
    with contextlib.closing(connection.copy()) as colleague, connection.cursor() as cursor:
        colleague.set_autocommit(False)
        with colleague.cursor() as theirs:
            theirs.execute("SELECT 1 FROM inbox_conversation WHERE id = %s FOR UPDATE", [calm.pk])
        cursor.execute("SET lock_timeout = '5s'")
        try:
            assert priority.rank_open() == 1
        finally:
            cursor.execute("RESET lock_timeout")
            colleague.rollback()
    pressing.refresh_from_db()
    assert pressing.priority > 1

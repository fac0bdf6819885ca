"""What X costs is estimated and kept within a budget; what was deleted there disappears here."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.accounts import doctor, spending
from channels.intake import polling, removals
from channels.models import Account, Reading, Stream
from channels.pages.forms import AccountSettingsForm
from inbox.models import Conversation, Message
from tests import factories
from tests.support.sandbox_accounts import control, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


def money(account: Account) -> str:
    signs = doctor.signs_of(account, [], None, spent=spending.spent(account))
    return next(sign.level for sign in signs if sign.key == "money")


def test_a_used_up_budget_asks_nothing_more(brand: Account, platforms: Running) -> None:
    for _round in range(3):  # what is read again the same day is charged once
        Reading.objects.create(account=brand, stream="mentions", items=1000, is_known=True)
    last_month = timezone.now() - timedelta(days=32)
    for stream, items, at in (("mentions", 2000, timezone.now()), ("dms", 300, timezone.now()), ("dms", 9, last_month)):
        Reading.objects.create(account=brand, stream=stream, items=items, at=at)
    assert spending.spent(brand) == Decimal(5)
    assert money(brand) == "good"
    brand.budget = Decimal(6)
    assert money(brand) == "warn"
    brand.budget = Decimal(5)
    brand.save()
    assert money(brand) == "bad"
    said = say(platforms, "x", "post", "klant", "@veldhuis waar blijft mijn kast?")
    mentions = Stream.objects.get(account=brand, name="mentions")
    assert polling.poll(mentions.pk) == 0
    brand.refresh_from_db()
    assert brand.warning == polling.BUDGET_USED
    settings = {"mode": brand.mode, "signature": brand.signature, "gap_hours": 72, "ask_minutes": 0, "budget": "50"}
    form = AccountSettingsForm(settings, instance=brand)
    assert form.is_valid(), form.errors
    form.save()
    brand.refresh_from_db()
    assert (brand.budget, brand.warning) == (Decimal(50), "")
    assert polling.poll(mentions.pk) == 1
    assert Message.objects.filter(external_id=said).exists()
    assert spending.spent(factories.make_account("facebook")) is None


def test_posts_deleted_there_long_after_disappear_here(brand: Account, platforms: Running) -> None:
    old = say(platforms, "x", "post", "klant", "@veldhuis geheim", at=(timezone.now() - timedelta(days=20)).isoformat())
    polling.poll(Stream.objects.get(account=brand, name="mentions").pk)
    Conversation.objects.update(status="closed", closed_at=timezone.now())
    control(platforms, "DELETE", f"/control/messages/{old}")
    assert removals.look(brand.pk) == 1
    row = Message.objects.get(external_id=old)
    assert row.removed_at is not None
    assert "geheim" not in row.text
    assert removals.look(brand.pk) == 0

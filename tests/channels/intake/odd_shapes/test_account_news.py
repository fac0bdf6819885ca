"""What a platform tells of the account itself stands on the accounts page."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.test import Client

from channels.models import Account, UnreadItem
from tests.channels.intake.odd_shapes.heard import CASES, Hear
from tests.factories import make_user
from tests.support.html import text_of

pytestmark = pytest.mark.django_db


def test_account_news_is_on_the_accounts_page(hear: Hear, accounts: dict[str, Account]) -> None:
    admin = Client()
    admin.force_login(make_user("admin", language="en"))
    hear("whatsapp account news")
    accounts["whatsapp"].refresh_from_db()
    shown = text_of(admin.get("/accounts/").content.decode())
    assert "this account broke one of its rules. It may be blocked. (SCAM)" in shown
    assert not UnreadItem.objects.exists()
    row = text_of(admin.get(f"/accounts/{accounts['whatsapp'].code}/").content.decode())
    assert "broke one of its rules" in row
    assert "got a warning." in text_of(admin.get("/inbox/").content.decode())


def test_template_news_without_a_number_finds_its_account(hear: Hear, accounts: dict[str, Account]) -> None:
    def paused(value: Any) -> None:
        value.clear()
        value.update(event="PAUSED", message_template_name="order_update", reason="NONE")

    body = copy.deepcopy(CASES["whatsapp account news"]["body"])
    body["entry"][0]["changes"][0]["field"] = "message_template_status_update"
    hear(body, paused)
    accounts["whatsapp"].refresh_from_db()
    assert accounts["whatsapp"].news["detail"] == "order_update"
    hear(body, paused)
    assert not UnreadItem.objects.exists()

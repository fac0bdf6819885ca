"""What was said before an account was connected comes in as history: read along, and nothing runs for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.accounts import connecting
from channels.intake import polling
from channels.models import Account, Stream
from inbox.automation import occasions
from inbox.models import Conversation, Message, Notification, Response, RuleApplication, RuleOccasion
from tests.support.rules import does, make_rule
from tests.support.sandbox_accounts import control, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


def read(account: Account, name: str) -> None:
    Stream.objects.filter(account=account).update(next_poll_at=timezone.now())
    polling.poll(Stream.objects.get(account=account, name=name).pk)


def apply_rules() -> None:
    occasions.apply_due(timezone.now() + timedelta(minutes=1))  # no longer waiting for estimates


def test_history_is_read_along_and_starts_nothing(platforms: Running) -> None:
    made = control(platforms, "POST", "/control/accounts", platform="x", name="Veldhuis", username="veldhuis")
    ago = [(timezone.now() - timedelta(days=days)).isoformat() for days in (3, 2, 40)]
    old = say(platforms, "x", "post", "klant", "@veldhuis waar blijft mijn kast?", at=ago[0])
    answer = say(platforms, "x", "post", "veldhuis", "@klant Morgen!", in_reply_to=old, at=ago[1])
    lost = say(platforms, "x", "post", "klant", "@veldhuis van lang geleden", at=ago[2])
    account = connecting.connect("x", made["credentials"], by=None, history=True)
    make_rule(does("close", "no_question"))
    for stream in ("mentions", "timeline"):
        read(account, stream)
    apply_rules()
    told = Conversation.objects.get()
    assert set(told.messages.values_list("external_id", flat=True)) == {old, answer}
    assert lost not in Message.objects.values_list("external_id", flat=True)
    assert (told.status, told.waiting_since, told.due_at, told.is_history) == ("closed", None, None, True)
    assert not Response.objects.exists()
    assert not (Notification.objects.exists() or RuleApplication.objects.exists() or RuleOccasion.objects.exists())
    assert not told.is_unread
    say(platforms, "x", "post", "klant", "@veldhuis en nu?", in_reply_to=answer)
    read(account, "mentions")
    told.refresh_from_db()
    newest = told.messages.latest("sent_at")
    assert (told.status, told.waiting_since, told.is_history) == ("open", newest.sent_at, False)
    apply_rules()
    assert RuleApplication.objects.exists()

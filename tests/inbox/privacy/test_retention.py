"""What is kept no longer goes at night: by account and label, in batches, and never what is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, ConversationLabel, Label, Message, RetentionRule, RetentionRun
from inbox.privacy import retention
from tests import factories
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


def _closed(account: Account, months: int, label: Label | None = None, status: str = "closed") -> Conversation:
    """Return a conversation that was closed so many months ago, and a day."""
    at = timezone.now() - timedelta(days=31 * months + 1)
    row = factories.make_conversation(account, author=factories.author(f"Klant {account.pk} {months} {label} {status}"))
    Message.objects.filter(conversation=row).update(sent_at=at)
    if label:
        ConversationLabel.objects.create(conversation=row, label=label, last_message_at=at)
    Conversation.objects.filter(pk=row.pk).update(
        status=status, closed_at=at if status == "closed" else None, last_message_at=at, first_message_at=at
    )
    return row


def _night() -> datetime:
    return timezone.localtime().replace(hour=4)


def test_label_goes_before_account_and_account_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    x, phone = factories.make_account("x"), factories.make_account("whatsapp")
    complaint, legal = Label.objects.create(name="Klacht"), Label.objects.create(name="Juridisch")
    admin = factories.make_user("admin")
    for account, label, months in ((None, None, 18), (phone, None, 6), (None, complaint, 36), (None, legal, None)):
        key = (account.pk if account else None, label.pk if label else None)
        retention.set_rule(admin, retention.Rule(*key, months))
    gone = [_closed(x, 19), _closed(phone, 7), _closed(x, 37, complaint)]
    kept = [
        _closed(x, 7), _closed(phone, 5), _closed(phone, 35, complaint), _closed(x, 200, legal),
        _closed(x, 40, status="open"), _closed(phone, 40, status="snoozed"),
    ]  # fmt: skip
    other = Label.objects.create(name="Anders")
    ConversationLabel.objects.create(conversation=gone[0], label=other, last_message_at=timezone.now())

    counted = {(row.account, row.label): row.conversations for row in retention.count(retention.rules())}
    assert counted == {(None, None): 1, (phone.pk, None): 1, (None, complaint.pk): 1}
    tried = retention.with_change(retention.rules(), retention.Rule(None, None, 6))
    assert sum(row.conversations for row in retention.count(tried)) == 4
    assert retention.run_if_due(timezone.localtime().replace(hour=2)) is None

    monkeypatch.setattr(retention, "AT_ONCE", 1)
    run = retention.run_if_due(_night())
    assert run is not None and (run.conversations, run.people, run.failed) == (3, 3, 0)
    erased = set(Conversation.objects.exclude(erased_at=None).values_list("pk", flat=True))
    assert erased == {row.pk for row in gone}
    assert set(Message.objects.filter(conversation__in=erased).values_list("text", flat=True)) == {""}
    assert not Message.objects.filter(conversation__in=[row.pk for row in kept], text="").exists()
    # Once a night; one that was killed goes on after a while.
    assert retention.run_if_due(_night()) is None
    RetentionRun.objects.update(ended_at=None, seen_at=timezone.now() - timedelta(days=1))
    again = retention.run_if_due(_night())
    assert again is not None and again.conversations == 3 and again.ended_at


def test_admin_tries_a_period_and_keeps_the_report() -> None:
    account = factories.make_account("x")
    _closed(account, 13)
    page = signed_in(factories.make_user("admin", language="en"))
    address, of = reverse("retention"), f"account:{account.pk}"
    assert (
        "Then 1 conversations of 1 people go tonight" in page.get(address, {"of": of, "months": "12"}).content.decode()
    )
    assert not RetentionRule.objects.exists()
    page.post(reverse("retention_change"), {"of": of, "months": 12})
    assert RetentionRule.objects.get().months == 12
    run = retention.run_if_due(_night())
    assert run is not None
    report = page.get(reverse("retention_run", args=[run.day])).content.decode()
    assert account.at_handle in report
    page.post(reverse("retention_change"), {"of": of, "remove": "1"})
    assert not RetentionRule.objects.exists()

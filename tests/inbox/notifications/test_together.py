"""A lead is told of customers whom nobody holds in one line: on the list, at once, by mail and by push."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone
from pytest_django import Settings

from channels.models import Account
from inbox.models import Conversation, Notification, NotificationChoice, User
from inbox.notifications import lines, mail, queue, together, unread
from inbox.notifications.push import queue as push
from inbox.notifications.push import subscriptions
from tests import factories
from tests.support.pages import signed_in
from tests.support.push_service import Browser, serving

Kind = Notification.Kind
WORDS = "7 customers have waited longer than you promised"


@pytest.fixture
def own(lead: User, account: Account) -> Conversation:
    """The one the lead holds, late as seven others are whom nobody holds."""
    NotificationChoice.objects.create(user=lead, mail=[Kind.LATE], push=[Kind.LATE], page=Kind.values)
    for _n in range(7):
        queue.tell([lead], Kind.LATE, conversation=factories.make_conversation(account))
    held = factories.make_conversation(account)
    Conversation.objects.filter(pk=held.pk).update(assignee=lead)
    queue.tell([lead], Kind.LATE, conversation=held)
    return held


def test_late_ones_are_one_line_and_dealt_with_as_one(lead: User, own: Conversation) -> None:
    page = signed_in(lead)
    html = page.get("/inbox/notifications/").content.decode()
    assert html.count(WORDS) == 1 and 'href="/inbox/?queue=late"' in html
    assert html.count("A customer has waited longer than you promised") == 1  # the own one, by name
    alerts = page.get("/inbox/notifications/?after=0").content.decode()
    assert alerts.count("<li") == 2 and WORDS in alerts
    seen = max(line.row.pk for line in lines.newer_than(lead, 0))
    queue.tell([lead], Kind.LATE, conversation=factories.make_conversation(own.account))
    assert lines.newer_than(lead, seen) == [], "said a moment ago: the bell counts it"
    Notification.objects.filter(pk__lte=seen).update(at=timezone.now() - timedelta(minutes=11))
    assert [line.words[:2] for line in lines.newer_than(lead, seen)] == ["8 "]
    page.post("/inbox/notifications/late/settle-all/")
    assert [row.conversation for row in unread.unread_of(lead)] == [own]


def test_a_thousand_of_one_kind_are_counted_apart_from_the_other(lead: User, account: Account) -> None:
    rows = {kind: [factories.make_conversation(account).pk for _n in range(2)] for kind in together.KINDS}
    Notification.objects.bulk_create(
        Notification(user=lead, kind=kind, conversation_id=rows[kind][n % 2])
        for kind, many in ((Kind.LATE, together.MOST + 5), (Kind.NEARLY_LATE, 3))
        for n in range(many)
    )
    waits = together.counted(lead)
    assert (waits[Kind.NEARLY_LATE].n, waits[Kind.NEARLY_LATE].is_more) == (3, False)
    assert waits[Kind.LATE].is_more
    html = signed_in(lead).get("/inbox/notifications/").content.decode()
    assert "999+ customers" in html
    assert "3 customers" in html


def test_late_ones_are_one_line_of_a_mail(lead: User, own: Conversation) -> None:
    mail.send_due(timezone.now() + timedelta(minutes=4))
    (message,) = outbox.outbox
    assert message.subject == "Webcare: 2 notifications"
    assert str(message.body).count(WORDS) == 1 and str(message.body).count(f"/inbox/{own.code}/") == 1


def test_late_ones_are_pushed_once_in_ten_minutes(lead: User, own: Conversation, settings: Settings) -> None:
    with serving() as service:
        settings.MEDIA_SANDBOX = service.url
        browser = Browser(service, "phone")
        subscriptions.add(lead, agent="Chrome/141.0", **browser.form())

        def pushed(minutes: int) -> list[str]:
            service.posted.clear()
            now = timezone.now() + timedelta(minutes=minutes)
            for pk in push.hand_out(now):
                push.deliver(pk, now)
            return [browser.read(body)["body"] for _path, _headers, body in service.posted]

        assert sorted(pushed(0)) == [WORDS, "New notification: a customer has waited too long"]
        queue.tell([lead], Kind.LATE, conversation=factories.make_conversation(own.account))
        assert pushed(5) == []
        queue.tell([lead], Kind.LATE, conversation=factories.make_conversation(own.account))
        assert pushed(11) == [WORDS.replace("7", "9")]

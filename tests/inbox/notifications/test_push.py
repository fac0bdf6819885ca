"""Web Push: real requests to a service on loopback, decrypted as a browser would. Told once, and only what may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from django.conf import settings as conf
from django.test import Client
from django.utils import timezone
from py_vapid import Vapid02
from pytest_django import Settings

from channels.models import Account
from channels.types import Author
from inbox.models import Conversation, Notification, NotificationChoice, Presence, PushDelivery, PushSubscription, User
from inbox.notifications import queue as notifications
from inbox.notifications import unread
from inbox.notifications.push import keys, queue, subscriptions
from tests import factories
from tests.support.pages import signed_in
from tests.support.push_service import Browser, PushService, serving

Kind = Notification.Kind
MINUTE = timedelta(minutes=1)


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    """A push service that is set as one."""
    with serving() as running:
        settings.MEDIA_SANDBOX = running.url
        yield running


def subscribed(person: User, service: PushService, name: str = "phone") -> Browser:
    """A browser of theirs."""
    browser = Browser(service, name)
    subscriptions.add(
        person, agent="Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", **browser.form()
    )
    return browser


def push_after(minutes: int) -> int:
    """What the workers push so much later: how many messages were taken."""
    now = timezone.now() + minutes * MINUTE
    return sum(queue.deliver(pk, now) for pk in queue.hand_out(now))


def test_lock_screen_shows_kind_alone_until_names_are_chosen(
    account: Account, agent: User, service: PushService
) -> None:
    reader = factories.make_user("lead", language="nl")
    browser, chosen = subscribed(reader, service), NotificationChoice.objects.create(user=reader, push=Kind.values)
    customer = factories.author("Zwijgzame Klant", handle="zwijger")
    message = factories.make_inbound(account, "Geheimwoord", author=customer)
    assert message.conversation is not None
    for kind in Kind.values:
        notifications.tell([reader], kind, conversation=message.conversation, message=message, by=agent)
    assert push_after(0) == len(Kind.values)
    shown = [browser.read(body) for _path, _headers, body in service.posted]
    assert shown[0]["body"] == "Nieuwe melding: je bent genoemd"
    assert shown[0]["url"].startswith(f"/inbox/{message.conversation.code}/")
    assert not any(word in str(shown) for word in ("Zwijgzame", "zwijger", "Geheimwoord", agent.first_name))
    assert len({line["body"] for line in shown}) == len({line["tag"] for line in shown}) == len(Kind.values)
    chosen.push_names = True
    chosen.save()
    notifications.tell([reader], Kind.MENTION, conversation=message.conversation, message=message, by=agent)
    assert push_after(0) == 1
    named = browser.read(service.posted[-1][2])
    assert (named["title"], named["body"]) == (f"{agent.name} vraagt om jou", "Zwijgzame Klant · @VeldhuisNL")


def test_no_lock_screen_shows_a_number_to_who_sees_masks(agent: User, service: PushService) -> None:
    reader = factories.make_user(language="nl", sees_masks=True)
    browser = subscribed(reader, service)
    NotificationChoice.objects.create(user=reader, push=Kind.values, push_names=True)
    her = Author("31612345601", "", phone="+31612345601")
    message = factories.make_inbound(
        factories.make_account("whatsapp"), "Hoi", author=her, visibility="private", kind="dm"
    )
    notifications.tell([reader], Kind.MENTION, conversation=message.conversation, message=message, by=agent)
    assert push_after(0) == 1
    assert browser.read(service.posted[-1][2])["body"].startswith("+31••••••601 · ")


def test_each_message_is_signed_with_the_one_key(lead: User, conversation: Conversation, service: PushService) -> None:
    subscribed(lead, service)
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    assert push_after(0) == 1
    _path, headers, _body = service.posted[0]
    key = keys.current()
    assert Vapid02.verify(headers["Authorization"])
    assert headers["Authorization"].endswith(f"k={key.public}")
    assert headers["Topic"] == f"webcare-{Notification.objects.get().pk}"
    assert keys.private_of(key) not in key.sealed_private
    assert keys.renew() == 1
    assert keys.current().public != key.public


def test_a_busy_service_gets_it_later_and_once(lead: User, conversation: Conversation, service: PushService) -> None:
    subscribed(lead, service)
    subscribed(lead, service, "laptop")
    service.answers = [(503, {}), (201, {}), (429, {"Retry-After": "240"})]
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    assert push_after(0) == 1
    assert push_after(1) == 0
    assert push_after(4) == 0
    assert push_after(6) == 1
    assert push_after(60) == 0
    tries = Counter(path for path, _headers, _body in service.posted)
    assert sorted(tries.values()) == [1, 3]


def test_a_worker_at_a_message_keeps_others_off(lead: User, conversation: Conversation, service: PushService) -> None:
    subscribed(lead, service)
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    now = timezone.now()
    (pk,) = queue.hand_out(now)
    PushDelivery.objects.update(due_at=now + queue.CLAIMED_FOR)
    assert queue.deliver(pk, now) is False
    assert service.posted == []
    assert queue.deliver(pk, now + queue.CLAIMED_FOR) is True  # it was killed


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    lead: User, conversation: Conversation, service: PushService, status: int
) -> None:
    subscribed(lead, service)
    service.answers = [(status, {})]
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    assert push_after(0) == 0
    assert not PushSubscription.objects.exists()


def test_no_message_goes_into_our_network_or_elsewhere(
    lead: User, conversation: Conversation, service: PushService
) -> None:
    subscribed(lead, service)
    service.answers = [(307, {"Location": f"{service.url}/elsewhere"})]
    for inside in ("10.0.0.5", "127.0.0.1", "169.254.169.254"):
        PushSubscription.objects.create(
            user=lead, endpoint=f"https://{inside}/push", sealed_keys=PushSubscription.objects.all()[0].sealed_keys
        )
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    assert push_after(0) == 0
    assert len(service.posted) == 1
    assert [row.endpoint for row in PushSubscription.objects.all()] == [f"{service.url}/phone"]
    for odd in (
        "http://push.example/a",
        "https://push.example:8443/a",
        "https://user@push.example/a",
        "https://[::1]/a",
    ):
        with pytest.raises(ValueError, match="https"):
            subscriptions.add(lead, agent="", **Browser(service).form() | {"endpoint": odd})


def test_what_was_seen_or_is_not_wanted_is_not_pushed(
    lead: User, conversation: Conversation, service: PushService
) -> None:
    subscribed(lead, service)
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    unread.settle_all(lead)
    assert push_after(0) == 0
    NotificationChoice.objects.create(user=lead, push=[Kind.LATE])
    notifications.tell([lead], Kind.ASSIGNED, conversation=conversation)
    notifications.tell([lead], Kind.LATE, conversation=conversation)
    unread.settle(conversation, lead, Kind.ASSIGNED)
    assert push_after(0) == 1
    lead.is_active = False
    lead.save()
    notifications.tell([lead], Kind.LATE, conversation=conversation)
    assert push_after(0) == 0


def test_who_looks_at_a_page_is_pushed_when_they_left_it(
    lead: User, conversation: Conversation, service: PushService
) -> None:
    subscribed(lead, service)
    Presence.objects.create(user=lead, seen_at=timezone.now())
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    assert push_after(1) == 0
    assert push_after(4) == 1
    notifications.tell([lead], Kind.ESCALATED, conversation=conversation)
    Presence.objects.update(seen_at=timezone.now() + 14 * MINUTE)
    assert push_after(15) == push_after(60) == 0


@time_machine.travel(factories.tomorrow_at_noon)
def test_quiet_hours_keep_it_until_they_are_over(lead: User, conversation: Conversation, service: PushService) -> None:
    subscribed(lead, service)
    notifications.tell([lead], Kind.MENTION, conversation=conversation)
    local = timezone.localtime()
    ends = (local + 30 * MINUTE).time().replace(microsecond=0)
    NotificationChoice.objects.create(user=lead, quiet_from=time(local.hour, local.minute), quiet_until=ends)
    assert push_after(0) == 0
    assert push_after(31) == 1


def test_a_browser_tells_who_is_signed_in_to_it(page: Client, agent: User, lead: User, service: PushService) -> None:
    browser = Browser(service)
    assert page.post("/inbox/notifications/push/", browser.form()).status_code == 302
    assert "This browser" in page.get("/inbox/notifications/choice/").content.decode()
    mine = PushSubscription.objects.get()
    assert (mine.user, signed_in(lead).post(f"/inbox/notifications/push/{mine.code}/remove/").status_code) == (
        agent,
        404,
    )
    left = page.post("/account/logout/")
    assert left["Clear-Site-Data"] == '"storage"'
    assert not PushSubscription.objects.exists()
    page.force_login(agent)
    page.post("/inbox/notifications/push/", browser.form())
    del page.cookies["sessionid"]  # it ended by itself
    lead.set_password("kastanje-in-bloei")
    lead.save()
    page.post("/account/login/", {"login": lead.email, "password": "kastanje-in-bloei"})
    assert not PushSubscription.objects.exists()
    page.post("/inbox/notifications/push/", browser.form())
    assert PushSubscription.objects.get().user == lead
    page.post("/preferences/sign-out/")
    assert not PushSubscription.objects.exists()
    assert conf.PUSH_COOKIE_NAME == "push"

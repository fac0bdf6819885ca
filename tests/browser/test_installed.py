"""Webcare on a home screen: installable, told while closed, and nothing of customers is kept in the browser."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from operator import itemgetter

import pytest
import requests
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect
from py_vapid import Vapid02
from pytest_django import Settings

from channels.models import Account
from inbox.models import Conversation, Notification, User
from inbox.notifications.push import queue
from inbox.notifications.queue import tell
from tests.browser.conftest import Open
from tests.factories import author, make_inbound, make_user
from tests.support.push_service import Browser, serving

KEPT = (
    "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys())"
)
KEPT += ".map((kept) => new URL(kept.url).pathname)))).flat()"


def show_pushed(page: Page, payload: dict[str, str]) -> list[dict[str, str]]:
    """Hand the service worker a message as a push service would; return what it shows."""
    protocol = page.context.new_cdp_session(page)
    known: list[str] = []
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: known.extend(row["registrationId"] for row in event["registrations"]),
    )
    protocol.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.controller")
    (worker,) = page.context.service_workers
    # What would stand on the screen: a browser without one closes it at once.
    worker.evaluate(
        "() => { self.shown = []; ServiceWorkerRegistration.prototype.showNotification = async (title, options) =>"
        " { self.shown.push({ title, ...options }); }; }"
    )
    origin = page.evaluate("location.origin")
    message = {"origin": origin, "registrationId": known[-1], "data": json.dumps(payload)}
    protocol.send("ServiceWorker.deliverPushMessage", message)
    found: list[dict[str, str]] = worker.evaluate(
        "async () => { while (!self.shown.length) await new Promise((go) => setTimeout(go, 20)); return self.shown; }"
    )
    return found


# No push service is reached from here, and a browser without a screen lets nobody notify: both are stood in for.
ALLOWED = """
Object.defineProperty(Notification, "permission", { get: () => "granted" });
Notification.requestPermission = async () => "granted";
const known = { unsubscribe: async () => sessionStorage.removeItem("asked") };
PushManager.prototype.getSubscription = async () => (sessionStorage.asked ? known : null);
PushManager.prototype.subscribe = async (options) => {
  sessionStorage.asked = JSON.stringify(options);
  return { toJSON: () => (MADE) };
};
"""
# Press what is shown; return which windows that opens, and which it brings forward.
PRESS = """async (data) => {
  const [opened, brought, waits] = [[], [], []];
  Clients.prototype.openWindow = async (address) => { opened.push(address); };
  WindowClient.prototype.focus = async function () { brought.push(this.url); };
  const notification = { data, close: () => { notification.isClosed = true; } };
  const waitUntil = (work) => waits.push(work);
  self.dispatchEvent(Object.assign(new Event("notificationclick"), { notification, waitUntil }));
  await Promise.all(waits);
  return [notification.isClosed, opened, brought];
}"""


def test_push_reaches_the_lock_screen_and_opens_the_conversation(
    visit: Open, agent: User, account: Account, settings: Settings
) -> None:
    customer = author("Zwijgzame Klant", handle="zwijger")
    conversation = make_inbound(account, "Geheimwoord", author=customer).conversation
    assert conversation is not None
    with serving() as service:
        settings.MEDIA_SANDBOX = service.url
        browser = Browser(service)
        page = visit("/inbox/", service_workers="allow")
        origin = page.evaluate("location.origin")
        p256dh, auth = itemgetter("p256dh", "auth")(browser.form())
        made = {"endpoint": browser.endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
        page.context.add_init_script(ALLOWED.replace("MADE", json.dumps(made)))
        page.goto(f"{origin}/inbox/notifications/choice/")
        page.get_by_role("button", name="Let this browser tell you").click()
        here = page.get_by_text("This browser", exact=True)
        expect(here).to_be_visible()
        expect(page.locator("#push-form")).to_be_hidden()
        asked = json.loads(page.evaluate("sessionStorage.asked"))

        tell([agent], Notification.Kind.MENTION, conversation=conversation, by=make_user("lead"))
        later = timezone.now() + timedelta(minutes=5)  # they look at no page any more
        assert [queue.deliver(pk, later) for pk in queue.hand_out(later)] == [True]
        ((path, headers, body),) = service.posted
        assert (path, asked["userVisibleOnly"]) == ("/phone", True)
        signature = headers["Authorization"]
        assert Vapid02.verify(signature)
        assert signature.endswith(f"k={asked['applicationServerKey']}"), "with the key that the browser was given"

        (shown,) = show_pushed(page, browser.read(body))
        assert (shown["title"], shown["body"]) == ("Webcare", "New notification: you were named")
        assert not any(word in str(shown) for word in ("Zwijgzame", "zwijger", "Geheimwoord"))
        (worker,) = page.context.service_workers
        is_closed, (address,), brought = worker.evaluate(PRESS, shown["data"])
        assert (is_closed, brought) == (True, [])
        page.goto(address)
        expect(page.locator("#messages")).to_contain_text("Geheimwoord")
        assert worker.evaluate(PRESS, shown["data"]) == [True, [], [address]], "the window that shows it comes forward"

        service.answers = [(410, {})]
        # Not an assignment: the page that is open now takes one as read as soon as it says who looks at it.
        tell([agent], Notification.Kind.MENTION, conversation=conversation, by=make_user("lead"))
        assert [queue.deliver(pk, later) for pk in queue.hand_out(later)] == [False]
        page.goto(f"{origin}/inbox/notifications/choice/")
        expect(page.get_by_role("button", name="Let this browser tell you")).to_be_visible()
        expect(here).to_have_count(0)


@pytest.mark.long
def test_installed_page_keeps_static_files_until_sign_out(visit: Open, conversation: Conversation) -> None:
    page = visit("/inbox/notifications/choice/", permissions=["notifications"], service_workers="allow")
    app = page.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
    assert (app["lang"], app["display"], app["start_url"]) == ("en", "standalone", "/inbox/")
    for icon in app["icons"]:
        drawn = requests.get(page.evaluate("location.origin") + icon["src"], timeout=10)
        assert "x".join(map(str, Image.open(BytesIO(drawn.content)).size)) == icon["sizes"]
    page.wait_for_function("navigator.serviceWorker.controller")
    for address in (conversation.get_absolute_url(), "/inbox/search/?q=kast", "/inbox/"):
        page.goto(page.evaluate("location.origin") + address)
    page.wait_for_function(f"async () => (await ({KEPT})()).some((path) => path.includes('htmx+app.'))")
    assert all(re.fullmatch(r"/static/.+\.[0-9a-f]{12,16}\.\w+", path) for path in page.evaluate(KEPT))

    told = {"title": "Webcare", "body": "New notification: you were named", "tag": "webcare-1", "url": "/inbox/"}
    (shown,) = show_pushed(page, told)
    assert (shown["title"], shown["body"], shown["data"]) == (told["title"], told["body"], "/inbox/")

    page.evaluate("async () => (await caches.open('other')).put('/static/mark', new Response('mark'))")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#id_login")).to_be_visible()
    assert "/static/mark" not in page.evaluate(KEPT)

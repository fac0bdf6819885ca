"""Webcare on a home screen: installable, told while closed, and nothing of customers is kept in the browser."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
import requests
from PIL import Image
from playwright.sync_api import Page, expect

from inbox.models import Conversation
from tests.browser.conftest import Open

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


@pytest.mark.long
def test_installed_page_keeps_static_files_until_sign_out(visit: Open, conversation: Conversation) -> None:
    page = visit("/inbox/notifications/choice/", permissions=["notifications"])
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

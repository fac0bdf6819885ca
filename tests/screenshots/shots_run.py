"""Takes the pictures: one run for each width, colour scheme and language, kept below .webcare/screenshots."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.template import loader
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Route

from inbox.models import User
from tests.screenshots import world
from tests.screenshots.channels import channels
from tests.screenshots.leads import leads
from tests.screenshots.planned import no_posts, planned
from tests.screenshots.rarer import rarer
from tests.screenshots.scenes import Scene, keys, scenes
from tests.support.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 12, 9, 41, tzinfo=UTC)  # a Thursday
FOLDER = Path(os.environ.get("WEBCARE_SCREENSHOTS") or Path(__file__).parents[2] / ".webcare" / "screenshots")
HEIGHT = {1440: 900, 768: 1024, 360: 740}
WHOLE = 1800  # panes scroll by themselves: a higher window shows more of them


@pytest.fixture
def clock(site: str) -> Iterator[None]:
    """Half past ten on a Thursday morning, here and in the browser."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 360])
def test_shoot(browser: Browser, site: str, clock: None, width: int, scheme: str, language: str) -> None:
    """Shoot every scene at this width."""
    made = world.build(NOW, language)
    folder = FOLDER / f"{width}-{scheme}-{language}"
    folder.mkdir(parents=True, exist_ok=True)
    names = os.environ.get("SCENES", "").split()
    people = {"agent": made.agent, "lead": made.lead, "admin": made.admin, "": None}

    def shoot(found: Iterable[Scene]) -> None:
        asked = [scene for scene in found if not names or scene.name in names]
        for who in dict.fromkeys(scene.who for scene in asked):
            context = _signed_in(browser, site, people[who], width, scheme, language)
            for scene in asked:
                if scene.who == who:
                    _shoot(context, site, scene, folder / f"{scene.name}.png")
            context.close()

    shoot(scenes(made))
    shoot(rarer(made, NOW))
    shoot(leads(made, NOW))
    shoot(no_posts())
    shoot(planned(made, NOW))
    shoot(channels(made, NOW))
    if not names or {"list-many", "list-many-picked"} & {*names}:
        world.many(made.accounts["x"], NOW)
        shoot([Scene("list-many", "/inbox/"), Scene("list-many-picked", "/inbox/", act=keys("j", "x", wait="#bulk"))])


def _signed_in(
    browser: Browser, site: str, person: User | None, width: int, scheme: str, language: str
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT[width]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="nl-NL" if language == "nl" else "en-GB",
        reduced_motion="reduce",
        timezone_id="Europe/Amsterdam",
    )
    context.set_default_timeout(60_000)
    # Nobody breaks the server or tries a password too often for a picture: these two are shown as they are made.
    for status in (500, 429):
        with translation.override(language):
            body = loader.render_to_string(f"{status}.html")
        context.route(f"**/shown/{status}/", partial(_show, body))
    if person is not None:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    return context


def _shoot(context: BrowserContext, site: str, scene: Scene, path: Path) -> None:
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    page.goto(site + scene.path)
    if scene.act is not None:
        _try(page, scene)
    if scene.whole:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.set_viewport_size({"width": width, "height": WHOLE})
    page.screenshot(path=path, animations="disabled", caret="hide")
    if os.environ.get("AXE") and page.locator("#main").count():  # the badge is no page of ours
        for barrier in barriers(page):
            sys.stderr.write(f"{path.parent.name} {scene.name}: {barrier}\n")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            sys.stderr.write(f"{path.parent.name} {scene.name}: something sticks out\n")
    context.set_offline(False)
    page.close()


def _show(body: str, route: Route) -> None:
    route.fulfill(body=body, content_type="text/html")


def _try(page: Page, scene: Scene) -> None:
    """Do what the scene wants; what cannot be done at this width is shown as it stands."""
    try:
        assert scene.act is not None
        scene.act(page)
    except AssertionError as error:
        sys.stderr.write(f"{scene.name}: {str(error).splitlines()[0]}\n")

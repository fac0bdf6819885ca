"""What to look at: each scene is an address, and perhaps something to do there first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.screenshots.world import World

# What a menu shows once it came in.
_CHOICE = {"a": ".avatar", "l": "[data-narrow]", "z": ".option", "t": "[name=team]"}
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """One picture. `who` is agent, lead, admin or "" for nobody signed in; `whole` shows all of a long page."""

    name: str
    path: str
    who: str = "agent"
    act: Act | None = None
    whole: bool = False


def keys(*pressed: str, wait: str = "") -> Act:
    """Press keys, then wait until something shows."""

    def act(page: Page) -> None:
        for key in pressed:
            page.keyboard.press(key)
        if wait:
            expect(page.locator(wait).first).to_be_visible()

    return act


def writing(text: str, wait: str) -> Act:
    """Write in the composer, and wait until something shows."""

    def act(page: Page) -> None:
        page.fill("#reply", text)
        expect(page.locator(wait).first).to_be_visible()

    return act


def opened(summary: str, wait: str = "") -> Act:
    """Open a menu that a page has."""

    def act(page: Page) -> None:
        page.locator(f"{summary} >> visible=true").first.click()
        if wait:
            expect(page.locator(wait).first).to_be_visible()

    return act


def on_phone(button: str) -> Act:
    """Press what only a phone shows."""

    def act(page: Page) -> None:
        shown = page.locator(button).first
        if shown.is_visible():
            shown.click()

    return act


def over(selector: str) -> Act:
    """Hold the mouse over the last of some."""

    def act(page: Page) -> None:
        page.locator(selector).last.hover()

    return act


def offline(page: Page) -> None:
    """Lose the network."""
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator("#offline")).to_be_visible()


def begun(page: Page) -> None:
    """Press the key that opens the case that comes first."""
    page.goto(page.url.partition("/inbox/")[0] + "/inbox/")
    page.keyboard.press("b")
    expect(page.locator("#begun")).to_be_visible()


def scenes(world: World) -> Iterator[Scene]:
    """Everything, in the order in which somebody would come across it."""
    yield from _doors()
    yield from _inbox(world)
    yield from _settings(world)
    yield from _broken()


def _doors() -> Iterator[Scene]:
    for name in ("login", "password/reset", "password/reset/done", "inactive", "signup"):
        yield Scene(f"door-{name.replace('/', '-')}", f"/account/{name}/", "")


def _inbox(world: World) -> Iterator[Scene]:
    at = {name: talk.get_absolute_url() for name, talk in world.talks.items()}
    yield Scene("list", "/inbox/")
    yield Scene("begin", at["jan"], act=begun)
    yield Scene("list-priority", "/inbox/?sort=priority")
    yield Scene("list-target", "/inbox/?sort=target")
    yield Scene("list-late", "/inbox/?queue=late", "lead")
    yield Scene("cockpit", "/lead/", "lead")
    yield Scene("cockpit-late", "/lead/?show=late", "lead")
    yield Scene("list-closed", "/inbox/?queue=closed")
    yield Scene("list-empty", "/inbox/?queue=closing")
    yield Scene("list-filters", "/inbox/", act=keys("f", wait="#filter"))
    yield Scene("list-filtered", "/inbox/?channel=x,whatsapp&who=nobody", act=keys("f", wait="#filter"))
    yield Scene("list-picked", "/inbox/", act=keys("j", "x", "j", "x", wait="#bulk"))
    yield Scene("list-offline", "/inbox/", act=offline)
    yield Scene("palette", at["karin"], act=keys("Control+k", wait="#palette .option"))
    yield Scene("keys", at["karin"], act=keys("?", wait="#keys"))
    for name in at:
        yield Scene(f"thread-{name}", at[name])
    karin = at["karin"]
    yield Scene("thread-note", karin, act=keys("n"))
    for key, name in (("a", "assign"), ("l", "label"), ("z", "snooze"), ("t", "team")):
        yield Scene(f"menu-{name}", karin, act=keys(key, wait=f"#thread-head details[open] {_CHOICE[key]}"))
    yield Scene("menu-more", karin, act=opened('#thread-head summary[aria-label]:has(use[href*="ellipsis"])'))
    yield Scene("message-acts", karin, act=over("#messages .msg-in"))
    yield Scene("message-more", karin, act=on_phone("[popovertarget^=more-]"))
    yield Scene("contact", karin, act=keys("i"))
    personal = "Wat vervelent, we bellen je op 06-12345678."
    yield Scene("guard", karin, act=writing(personal, "#guard [data-move]"))
    yield Scene("guard-defensive", karin, act=writing("Dat klopt niet, u had moeten bellen.", "#guard .guard-mild"))
    yield Scene("review", at["karin"], "admin", act=opened("[popovertarget^=review-]", ".review"))
    yield Scene("split", karin, act=writing("We zoeken het voor je uit bij het depot. " * 9, "#guard .parts li"))
    yield Scene("canned", karin, act=keys("r", "/", wait=".canned-option"))
    yield Scene("guidelines", karin, act=keys("h", wait="dialog#guidelines"))
    yield Scene("complaint", at["ravi"], act=keys("e", wait="dialog#why"))
    yield Scene("link", f"{karin}contact/link/?q=jan")
    yield Scene("search", "/inbox/search/?q=kast")
    yield Scene("search-nothing", "/inbox/search/?q=zeppelin&channel=x")
    yield Scene("notifications", "/inbox/notifications/")
    yield Scene("notices", "/inbox/notices/")
    yield Scene("notices-lead", "/inbox/notices/", "lead")
    yield Scene("views", "/inbox/views/")
    yield Scene("menu", "/inbox/menu/", "admin")
    yield Scene("preferences", "/preferences/", whole=True)
    yield Scene("password", "/account/password/change/")


def _settings(world: World) -> Iterator[Scene]:
    x = f"/accounts/{world.accounts['x'].code}/"
    yield Scene("accounts", "/accounts/", "admin", whole=True)
    yield Scene("account", x, "admin", whole=True)
    yield Scene("account-lost", f"/accounts/{world.accounts['instagram'].code}/", "admin")
    yield Scene("account-automatic", f"/accounts/{world.accounts['whatsapp'].code}/#automatic", "admin", whole=True)
    yield Scene("account-remove", f"{x}remove/", "admin")
    for path in ("add", "add/x", "add/facebook", "sign-in/facebook", "apps", "not-understood", "deliveries"):
        yield Scene(f"accounts-{path.replace('/', '-')}", f"/accounts/{path}/", "admin")
    yield Scene("figures", "/figures/?since=2026-02-20&until=2026-03-12", "lead", whole=True)
    yield Scene("figures-behind", "/figures/messages_in/", "lead", whole=True)
    yield Scene("figures-by", "/figures/by/account/?since=2026-02-20&until=2026-03-12", "lead", whole=True)
    yield Scene("promise", "/promise/", "", whole=True)
    yield Scene("promise-badge", "/promise/badge/", "")
    yield Scene("promise-badge-picture", "/promise/badge.svg", "")
    yield Scene("settings-promise", "/settings/promise/", "admin", whole=True)
    yield Scene("log", "/log/", "lead", whole=True)
    yield Scene("people", "/people/", "admin")
    yield Scene("people-add", "/people/add/", "admin")
    yield Scene("person", f"/people/{world.agent.code}/", "admin", whole=True)
    yield Scene("person-leaves", f"/people/{world.agent.code}/deactivate/", "admin")
    yield Scene("settings-organisation", "/settings/organisation/", "admin", whole=True)
    paths = ("canned", "canned/add", "guidelines", "guidelines/add", "words", "reviews", "labels", "teams", "targets")
    for path in paths:
        yield Scene(f"settings-{path.replace('/', '-')}", f"/settings/{path}/", "lead", whole=True)


def _broken() -> Iterator[Scene]:
    yield Scene("error-403", "/accounts/")
    yield Scene("error-404", "/nowhere/")
    yield Scene("error-404-stranger", "/nowhere/", "")
    for status in (429, 500):
        yield Scene(f"error-{status}", f"/shown/{status}/", "")

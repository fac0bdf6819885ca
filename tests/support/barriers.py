"""What axe finds on a page: by every rule once, in a thorough run at each width and in both themes."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.profiles import is_thorough

# A theme changes colours alone: these rules look at them.
_OF_COLOURS = ["color-contrast", "link-in-text-block"]
_RUN = """([within, options]) => axe.run(within, options).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(({target, html}) => `${id}: ${target} ${html.slice(0, 160)}`)))"""
# Colours fade into each other; in the midst of it they have no contrast.
_STILL = "document.getAnimations().every((one) => !(one instanceof CSSTransition))"


def barriers(
    page: Page, *, within: str = "html", rules: list[str] | None = None, without: list[str] | None = None
) -> list[str]:
    """Return what axe finds by these rules, or by all of them, or by all without some."""
    page.wait_for_selector("#main")
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = rules
    if without:
        options["rules"] = {rule: {"enabled": False} for rule in without}
    return list(page.evaluate(_RUN, [within, options]))


def resize(page: Page, width: int, scheme: str = "light") -> None:
    """Show a page at another width and in another theme, and wait until its colours stand still."""
    height = page.viewport_size["height"] if page.viewport_size else 900
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # "light" or "dark"
    page.wait_for_function(_STILL)


def barriers_at(page: Page, *widths: int) -> list[str]:
    """Return what axe finds or sticks out: at the first width by all rules, at the others what sticks out.

    A thorough run looks at both themes, and by all rules but those of colours at every width. Which colours meet
    depends on the theme; what a name, a target or a landmark is, on the width.
    """
    found = []
    for width in widths:
        resize(page, width)
        there = []
        if width == widths[0]:
            there = barriers_in_both_themes(page)
        elif is_thorough():
            there = barriers(page, without=_OF_COLOURS)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            there.append("something sticks out")
        found += [f"{width}: {barrier}" for barrier in there]
    return found


def barriers_in_both_themes(page: Page) -> list[str]:
    """Return what axe finds by all rules in light, and in a thorough run by those of colours in dark."""
    found = barriers(page)
    if is_thorough():
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(_STILL)
        found += barriers(page, rules=_OF_COLOURS)
        page.emulate_media(color_scheme="light")
    return found

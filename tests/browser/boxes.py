"""Where an element stands on the screen."""

from __future__ import annotations

from typing import TypedDict

from playwright.sync_api import Locator, expect


class Box(TypedDict):
    """A place in the window, in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


_BOX = """element => {
  if (!element.isConnected) return null;
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x, y, width, height };
}"""


def box(element: Locator) -> Box:
    """Return the place of an element that is shown. News may renew it in between: then the new one is measured."""
    expect(element).to_be_visible()
    found: Box | None = element.evaluate(_BOX)
    return found or box(element)

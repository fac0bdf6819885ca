"""One line of the navigation."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """One line. `unit` is what its number counts, for who hears it: queue, open, or "" for nothing."""

    address: str
    text: str
    icon: str = ""
    platform: str = ""  # whose badge stands there instead of an icon
    colour: str = ""
    title: str = ""  # on hover; the text where there is none
    also: str = ""  # for who hears it
    n: int | None = None
    unit: str = "open"
    is_more: bool = False  # there are more than `n`
    is_hot: bool = False
    is_current: bool = False
    is_disconnected: bool = False
    newest_alert: int | None = None  # on the line of notifications alone

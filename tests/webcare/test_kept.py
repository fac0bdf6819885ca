"""Parts of pages that a process keeps, by what they show."""

from __future__ import annotations

from inbox.lists.navigation_items import Item
from webcare.lib import kept


def test_part_that_is_very_long_is_shown_but_not_kept() -> None:
    kept.forget_kept()
    long, short = "lang " * 40_000, "kort"

    assert long in kept.kept_html("_nav_item.html", Item("/", long))
    assert kept._render.cache_info().currsize == 0

    assert short in kept.kept_html("_nav_item.html", Item("/", short))
    assert kept._render.cache_info().currsize == 1

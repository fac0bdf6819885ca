"""Parts of pages that a process keeps, by what they show."""

from __future__ import annotations

import sys

from inbox.lists.navigation_item import Item
from webcare.lib import kept


def test_parts_are_kept_up_to_so_many_bytes_in_all() -> None:
    kept.forget_kept()
    most = kept.MOST // 1_000_000
    for number in range(2 * most):
        words = f"{number:04} " * 200_000  # a megabyte
        assert words.strip() in kept.kept_html("_nav_item.html", Item("/", words))
    assert most // 4 < len(kept._kept) <= most
    assert sum(map(sys.getsizeof, kept._kept.values())) <= kept.MOST
    kept.forget_kept()


def test_part_longer_than_all_that_is_kept_is_shown() -> None:
    kept.forget_kept()
    words = "x" * kept.MOST
    assert words in kept.kept_html("_nav_item.html", Item("/", words))
    assert len(kept._kept) == 0

"""The sprite of icons: what the package draws, read at a cost that no first page feels."""

from __future__ import annotations

from typing import Any
from zipfile import ZipFile

import lucide
import pytest

from webcare.lib import icons


def test_sprite_opens_its_package_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def counted(*args: Any) -> ZipFile:
        opened.append(args)
        return ZipFile(*args)

    monkeypatch.setattr(icons, "ZipFile", counted)
    monkeypatch.setattr(lucide, "ZipFile", counted)
    icons.sprite.cache_clear()
    icons.sprite()
    assert len(opened) == 1


@pytest.mark.parametrize("name", ["bell", "circle-alert", "x"])
def test_symbol_draws_what_the_package_draws(name: str) -> None:
    symbol = icons.sprite().partition(f'id="i-{name}" viewBox="0 0 24 24">')[2].partition("</symbol>")[0]
    drawn = lucide._render_icon(name, 24).partition(">")[2].partition("</svg>")[0]
    assert symbol == "".join(line.strip() for line in drawn.splitlines())

"""Reads what everybody says from `texts/*.toml`; how the parts hang together stands in script.py."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sandbox.scenario.script import BRAND, BrandPost, Line, Opener, Talk

TEXTS = Path(__file__).parent / "texts"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text("utf-8"))


def _talks(name: str) -> tuple[Talk, ...]:
    book = _load(name)
    return tuple(_talk(book["brand"], dict(row)) for row in book["talk"])


def _talk(brand: str, row: dict[str, Any]) -> Talk:
    lines = tuple(_line(dict(line)) for line in row.pop("lines"))
    return Talk(brand=brand, lines=lines, then=tuple(row.pop("then", ())), **row)


def _line(row: dict[str, Any]) -> Line:
    """`merk = "…"` is said by the brand; `klant = "…"` by the conversation's customer, or by whom `by` names."""
    if BRAND in row:
        return Line(row.pop(BRAND), by=BRAND, **row)
    return Line(row.pop("klant"), **row)


def _openers(name: str) -> tuple[Opener, ...]:
    book = _load(name)
    return tuple(_opener(book["brand"], dict(row)) for row in book["opener"])


def _opener(brand: str, row: dict[str, Any]) -> Opener:
    return Opener(brand=brand, by=tuple(row.pop("by", ())), more=tuple(row.pop("more", ())), **row)


POSTS = tuple(BrandPost(**row) for row in _load("posts")["post"])
TALKS = _talks("history_shop") + _talks("history_train") + _talks("history_videos")
OPEN_TALKS = _talks("open_shop") + _talks("open_train") + _talks("open_videos")
OPENERS = _openers("openers_shop") + _openers("openers_train")
# Under videos people talk now, and not in the weeks before: those are the same for ever.
LIVE_OPENERS = OPENERS + _openers("openers_videos")

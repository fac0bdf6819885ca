"""The cases that come with Webcare, in Dutch and English."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("cases.toml")


class Shipped(NamedTuple):
    """One case in one language."""

    key: str
    platform: str
    is_public: bool
    customer: str
    title: str
    words: str
    task: str
    hints: str
    draft: str = ""


@cache
def shipped(language: str) -> tuple[Shipped, ...]:
    """Return every case in a language, Dutch where it is another one."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))["case"]
    return tuple(
        Shipped(case["key"], case["platform"], case["public"], case["customer"], **case.get(language) or case["nl"])
        for case in found
    )

"""The pages about security tell the truth: what they name exists, and no row of ASVS is left out."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they are numbered from 1 on.
SECTIONS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    2: {1: 3, 2: 3, 3: 4, 4: 1},
    3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4},
    5: {1: 1, 2: 3, 3: 2, 4: 3},
    6: {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    8: {1: 2, 2: 3, 3: 1, 4: 1},
    9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    11: {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5},
    14: {1: 2, 2: 4, 3: 3},
    15: {1: 3, 2: 3, 3: 7},
    16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    17: {1: 1, 2: 4, 3: 2},
}
ROW = re.compile(r"^\| ([\d.]+) \| ([^|]+) \| (met|does not apply|\*\*not met\*\*) \| ([^|]+) \|$", re.MULTILINE)
FILES = re.compile(r"[\w.]+(?:/[\w.]+)+/?|Dockerfile|\.dockerignore|[\w.-]+\.(?:yml|md|toml|txt)")


def test_every_test_of_a_defence_exists() -> None:
    told = page("security")
    named = re.findall(r"`(test_\w+|tests/[\w./]+)`", told)
    assert len(named) > 20
    assert [name for name in named if name not in written_tests() and not (ROOT / name).exists()] == []


def test_every_requirement_stands_on_the_page_once() -> None:
    wanted = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, many in sections.items()
        for number in range(1, many + 1)
    ]
    rows = ROW.findall(page("asvs"))
    assert [number for number, *_more in rows] == wanted
    counts = Counter(state.strip("*") for _number, _asked, state, _proof in rows)
    told = f"{counts['met']} are met, {counts['does not apply']} do not apply, {counts['not met']} are not met."
    assert told in page("asvs")


@pytest.mark.parametrize("name", ["asvs", "security"])
def test_every_proof_exists(name: str) -> None:
    wrong = [f"{word} in: {line[:60]}" for line in page(name).splitlines() for word in faults(line)]
    assert wrong == []


def test_whatever_is_met_names_a_proof() -> None:
    """Words alone are enough for what does not apply or is not met, and for what there is none of."""
    bare = [number for number, _asked, state, proof in ROW.findall(page("asvs")) if state == "met" and "`" not in proof]
    assert len(bare) <= 7, bare


def faults(line: str) -> list[str]:
    """Return what a line names and there is not: tests, files, functions beside their file, settings."""
    words = re.findall(r"`([^`]+)`", line)
    files = [word for word in words if FILES.fullmatch(word)]
    wrong = [word for word in files if not (ROOT / word).exists()]
    wrong += [word for word in words if word.startswith("test_") and word not in written_tests()]
    for path, function in re.findall(r"`([\w./]+\.py)` \(`(\w+)`", line):
        wrong += [function] if not re.search(rf"\b{function}\b", (ROOT / path).read_text(encoding="utf-8")) else []
    known = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in known_for_settings(files))
    return wrong + [word for word in words if re.fullmatch(r"[A-Z][A-Z_]{3,}", word) and word not in known]


def known_for_settings(files: list[str]) -> list[str]:
    """Return the files that a setting may stand in: the settings, Compose's, and modules on the same line."""
    return ["webcare/settings.py", "docker-compose.yml", *(path for path in files if path.endswith(".py"))]


@cache
def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


@cache
def written_tests() -> frozenset[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE))

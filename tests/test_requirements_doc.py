"""docs/requirements.md tells the truth about the tests: each row names some, and every one it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
_ROW = re.compile(r"^\| ([A-I]\d+) \| (.+?) \| (.+?) \|$")
_ORDER = "ABCDEFGHI"


def _rows() -> list[tuple[str, list[str], str]]:
    """Each row: its number, the tests it names, where it is found in the page."""
    lines = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ") and not line.startswith(("| Row", "| ---"))]
    rows = []
    for line in table:
        row = _ROW.match(line)
        assert row, f"not a row: {line}"
        rows.append((row[1], re.findall(r"`([^`]+)`", row[2]), row[3]))
    return rows


def _written() -> set[str]:
    """The name of every test there is."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for source in sources for name in re.findall(r"^(?:async )?def (test_\w+)", source, re.MULTILINE)}


def test_every_test_a_row_names_exists() -> None:
    written = _written()
    missing = [
        f"{row}: {name}"
        for row, names, _place in _rows()
        for name in names
        if not (ROOT / name).is_file() and name not in written
    ]
    assert missing == []


def test_every_row_names_a_test_and_a_place() -> None:
    assert [row for row, names, place in _rows() if not names or not place.strip()] == []


def test_rows_stand_in_order_and_once() -> None:
    rows = [row for row, _names, _place in _rows()]
    assert rows == sorted(set(rows), key=lambda row: (_ORDER.index(row[0]), int(row[1:])))


def test_a_test_named_after_a_row_has_its_row() -> None:
    known = {row for row, _names, _place in _rows()}
    named = {f"{found[1].upper()}{found[2]}" for name in _written() if (found := re.match(r"test_([a-i])(\d+)_", name))}
    assert named - known == set()

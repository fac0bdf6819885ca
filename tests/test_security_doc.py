"""docs/security.md tells the truth: every test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_test_of_a_defence_exists() -> None:
    told = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    written = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    named = re.findall(r"`(test_\w+|tests/[\w./]+)`", told)
    assert len(named) > 20
    assert [name for name in named if name not in written and not (ROOT / name).exists()] == []

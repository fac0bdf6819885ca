"""Documented payloads of X, by the names of their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent / "payloads"


def x_payload(name: str) -> Any:
    """Return what stands in a file."""
    return json.loads((PAYLOADS / name).read_text(encoding="utf-8"))

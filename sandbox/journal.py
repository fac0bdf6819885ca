"""Keeps the world on disk: one JSON line per change, the last line for a key wins; a torn last line is left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson


class Journal:
    """An append-only file of `[kind, key, value]`, null meaning gone. Survives kill -9: a change is one write."""

    def __init__(self, path: Path | None) -> None:
        """Open `path` (None keeps nothing)."""
        self.path = path
        self._state: dict[tuple[str, str], Any] = {}
        self._fd: int | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._load(path)
            self._compact(path)
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        for line in path.read_bytes().split(b"\n"):
            if not line:
                continue
            try:
                kind, key, value = orjson.loads(line)
            except (orjson.JSONDecodeError, ValueError):
                continue  # torn by a kill in the middle of a write
            self._state.pop((kind, key), None) if value is None else self._state.__setitem__((kind, key), value)

    def _compact(self, path: Path) -> None:
        fresh = path.with_suffix(".new")
        lines = [orjson.dumps([kind, key, value]) + b"\n" for (kind, key), value in self._state.items()]
        fresh.write_bytes(b"".join(lines))
        fresh.replace(path)

    def items(self, kind: str) -> Iterator[Any]:
        """What was kept of this kind when the journal was opened, in order of first writing."""
        return (value for (its, _key), value in self._state.items() if its == kind)

    def loaded(self) -> None:
        """The world has read everything: free the memory."""
        self._state = {}

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep the newest value of `key` (a dataclass, dict or number); None forgets it."""
        if self._fd is not None:
            os.write(self._fd, orjson.dumps([kind, key, value]) + b"\n")

    def clear(self) -> None:
        """Forget everything."""
        if self._fd is not None:
            os.ftruncate(self._fd, 0)

    def close(self) -> None:
        """Release the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

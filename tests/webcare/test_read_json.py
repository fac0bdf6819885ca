"""Nests from outside use up no stack: a finalizer that runs meanwhile would fail of it, in whatever was at work."""

from __future__ import annotations

import json
from typing import Any

import pytest

from webcare.lib import text
from webcare.lib.text import MANY_OPENED, MOST_DEEP, read_json


def depth(value: Any) -> int:
    """Return how deep lists and objects are nested."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if parts is None else 1 + max((depth(part) for part in parts), default=0)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 20_000 + "]" * 20_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        '[{"a":' * 400 + '"[[[["' + "}]" * 400,
        "[" + '{"a": [1]},' * 5000 + "[" * 900 + "]" * 900 + "]",
    ],
)
def test_deep_nests_are_cut_before_they_are_decoded(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(type(text._DECODER)):  # type: ignore[misc]
        """Says when it runs out of stack."""

        def decode(self, given: str, *more: Any) -> Any:
            try:
                return super().decode(given, *more)
            except RecursionError:
                pytest.fail("it was decoded as deep as it came")

    watched = Watched.__new__(Watched)
    watched.__dict__.update(vars(text._DECODER))
    monkeypatch.setattr(text, "_DECODER", watched)
    assert depth(read_json(body)) == MOST_DEEP


def test_many_that_are_not_deep_are_read_whole() -> None:
    whole = {"entry": [{"n": [number], "text": "a ] and a {"} for number in range(MANY_OPENED)]}
    assert read_json(json.dumps(whole)) == whole

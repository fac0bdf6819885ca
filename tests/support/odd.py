"""Whatever may stand in JSON where a field is expected."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


def _nest(depth: int) -> Any:
    found: Any = "x"
    for level in range(depth):
        found = [found] if level % 2 else {"a": found}
    return found


# With NUL and lone surrogates: JSON can name both.
_TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | _TEXT
    | st.sampled_from([10**400, -(10**400), "9" * 5000, "x" * 100_000, "\ud800", "a\x00b", _nest(100)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
ODD = JSON | st.just(...)  # the last: nothing at all (tests/support/json_paths.py)

"""Places inside a body, and bodies with something else in one of them."""

from __future__ import annotations

import copy
from typing import Any


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to everything inside a body."""
    found = [at] if at else []
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in steps:
        found += places(inner, (*at, step))
    return found


def put(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a body with something else in one place; `...` takes the place away."""
    changed = copy.deepcopy(body)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return changed

"""Graph's field selection: `id,from{id,name},messages.limit(20){id}`, honoured for every node and edge."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_ARGUMENT = re.compile(r"\.(\w+)\(([^)]*)\)")


@dataclass
class Field:
    """One asked field with its arguments and inner fields (None: not said)."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    sub: list[Field] | None = None


def parse(text: str) -> list[Field]:
    """Read a `fields` parameter. Raises ValueError when brackets do not match."""
    found = []
    for part in _split(text):
        head, brace, rest = part.partition("{")
        if brace and not rest.endswith("}"):
            raise ValueError(f"Syntax error in field list: {part}")
        name = re.split(r"[.(]", head, maxsplit=1)[0].strip()
        if name:
            found.append(Field(name, dict(_ARGUMENT.findall(head)), parse(rest[:-1]) if brace else None))
    return found


def _split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char in "{(") - (char in "})")
        if depth < 0:
            raise ValueError("Syntax error: unbalanced brackets in field list")
        if char == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    if depth:
        raise ValueError("Syntax error: unbalanced brackets in field list")
    return [part for part in [*parts, text[start:].strip()] if part]


def select(node: dict[str, Any], fields: list[Field] | None, defaults: tuple[str, ...] = ("id",)) -> dict[str, Any]:
    """The asked fields of a node; `id` always, unknown and empty ones never. Callables get the Field."""
    asked = fields if fields else [Field(name) for name in defaults]
    chosen: dict[str, Any] = {}
    for item in asked:
        held = node.get(item.name)
        value = held(item) if callable(held) else _narrow(held, item.sub)
        if value is not None and not (callable(held) and value == {"data": []}):  # an edge without anything is left out
            chosen[item.name] = value
    if "id" in node and "id" not in chosen:
        chosen["id"] = node["id"]
    return chosen


def _narrow(value: Any, sub: list[Field] | None) -> Any:
    if sub is None or value is None:
        return value
    if isinstance(value, list):
        return [_narrow(item, sub) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("data"), list):
            return {"data": _narrow(value["data"], sub)}
        return select(value, sub)
    return value

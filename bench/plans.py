"""How PostgreSQL finds the rows of each list: no list may read or sort what it does not show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from bench.clock import table
from inbox.lists.queues import (
    PAGE,
    QUEUES,
    SORTS,
    Scope,
)

_MUCH = 1000  # rows read or sorted for a page of thirty


def measure(data: ModuleType) -> None:
    """Print what each queue reads in each order, and what is too much."""
    rows = []
    for key in QUEUES:
        for sort in ("", *SORTS):
            scope = Scope.of({"queue": key, "sort": sort})
            if sort and not scope.sort:
                continue
            found = scope.select(data.person(), data.accounts()).for_list(data.person()).order_by(*scope.order)
            plan = json.loads(found[: PAGE + 1].explain(format="json", analyze=True))[0]
            nodes = list(_nodes(plan["Plan"]))
            rows.append(
                (
                    key,
                    sort or "its own",
                    f"{plan['Execution Time']:.1f}",
                    f"{plan['Planning Time']:.1f}",
                    max(_read(node) for node in nodes),
                    _way(nodes),
                    "; ".join(_excess(nodes)),
                )
            )
    head = ("queue", "sorted by", "ms", "planned in", "rows read", "by", "too much")
    table("How each list finds its rows", head, rows)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _read(node: dict[str, Any]) -> int:
    if "Relation Name" not in node:
        return 0
    dropped = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + dropped) * node["Actual Loops"])


def _way(nodes: list[dict[str, Any]]) -> str:
    lists = [node for node in nodes if node.get("Relation Name") == "inbox_conversation"]
    return str(lists[0].get("Index Name") or lists[0]["Node Type"]) if lists else ""


def _excess(nodes: list[dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        if node["Node Type"] == "Seq Scan" and _read(node) > _MUCH:
            yield f"reads all of {node['Relation Name']} ({_read(node)})"
        elif "Sort" in node["Node Type"] and node["Actual Rows"] > _MUCH:
            yield f"sorts {node['Actual Rows']:.0f} rows"
        elif _read(node) > _MUCH:
            yield f"reads {_read(node)} by {node.get('Index Name', node['Node Type'])}"

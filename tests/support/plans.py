"""Statements that are asked meanwhile, and how PostgreSQL runs them: by a plan that is kept, or by one of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from psycopg import sql

from webcare.lib.statements import planned

MOST = 1000  # rows that one step of a plan may look at; the longest list shows 31
_BIG = {
    "inbox_conversation", "inbox_message", "inbox_contact", "inbox_identity", "inbox_event", "inbox_notification",
    "inbox_response",
}  # fmt: skip
_TYPES = {bool: "boolean", int: "bigint", datetime: "timestamptz", date: "date", UUID: "uuid"}
_PLACE = re.compile(r"%(?:\((\w+)\)s|s|%)")


class Asked(NamedTuple):
    """A statement, its values, and whether its plan is kept for any values."""

    statement: str
    values: Any = None
    is_kept: bool = False

    def steps(self) -> Iterator[dict[str, Any]]:
        """Yield every step of its plan, as it was run."""
        with connection.cursor() as cursor:
            if self.is_kept:
                prepare, execute = self._in_two()
                cursor.execute(prepare)
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {execute}")
                (found,) = cursor.fetchone()
                cursor.execute("DEALLOCATE looked_at")
            else:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {self.statement}", self.values)
                (found,) = cursor.fetchone()
        plans = found if isinstance(found, list) else json.loads(found)
        return steps_of(plans[0]["Plan"])

    def faults(self, most: int = MOST) -> list[str]:
        """Return what it does that costs more with more conversations."""
        faults = []
        for step in self.steps():
            rows = sum(step.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter")) * step["Actual Loops"]
            if step.get("Relation Name") in _BIG and rows > most:
                faults.append(f"{step['Node Type']} of {step['Relation Name']} looks at {rows:.0f} rows")
            if step.get("Parent Relationship") == "SubPlan" and step["Actual Loops"] > most:
                faults.append(f"{step['Subplan Name']} runs {step['Actual Loops']} times")
        return faults

    def _in_two(self) -> tuple[str, str]:
        """Return the statement with numbered places, and the order to run it with its values."""
        given = self.values or ()
        names = list(given) if isinstance(given, Mapping) else []
        values = list(given.values()) if isinstance(given, Mapping) else list(given)
        numbers = iter(range(1, len(values) + 1))

        def place(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%"
            return f"${names.index(found[1]) + 1 if found[1] else next(numbers)}"

        numbered = _PLACE.sub(place, self.statement)
        types = ", ".join(map(_type_of, values))
        written = ", ".join(sql.Literal(value).as_string(connection.connection) for value in values)
        return (
            f"PREPARE looked_at{f' ({types})' if values else ''} AS {numbered}",
            f"EXECUTE looked_at{f' ({written})' if values else ''}",
        )


@contextmanager
def noted() -> Iterator[list[Asked]]:
    """Note what is read from the database meanwhile."""
    asked: list[Asked] = []
    with planned() as cursor:
        kept = type(cursor.cursor)

    def note(execute: Any, statement: str, values: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.append(Asked(statement, values, isinstance(context["cursor"].cursor, kept)))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note):
        yield asked


def faults_of(asked: list[Asked], most: int = MOST) -> list[tuple[str, list[str]]]:
    """Return each statement's beginning with what it does that costs more with more conversations."""
    return [(one.statement[:300], found) for one in asked if (found := one.faults(most))]


def steps_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every step of a plan, those of sub-selects too."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from steps_of(inner)


def _type_of(value: Any) -> str:
    if isinstance(value, list):
        return f"{_TYPES.get(type(value[0]), 'text') if value else 'bigint'}[]"
    return _TYPES.get(type(value), "unknown")

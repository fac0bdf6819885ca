"""Indexes made beside everybody's work. Whoever was killed in it begins again, and keeps what was finished."""

from collections.abc import Callable
from typing import Any

from django.db import migrations


def drop_unfinished(name: str) -> Callable[..., None]:
    """Return what drops an index that was not finished: it stands there, and is used by nobody."""

    def drop(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 - as Django calls it
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid", [name])
            if cursor.fetchone():
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    return drop


def made(name: str, definition: str) -> list[Any]:
    """Return the operations that make an index, and on the way back drop it.

    `definition` is what stands behind ON: a table, its fields and a condition.
    """
    return [
        migrations.RunPython(drop_unfinished(name), migrations.RunPython.noop),
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {definition}",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        ),
    ]

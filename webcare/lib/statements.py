"""Statements that run often: planned once for each connection, for any values; and many new rows in one COPY.

PostgreSQL is told to keep such a plan (`plan_cache_mode` in the settings): left to weigh it, it plans a statement anew
each time where it believes its values to matter, which often takes longer than running it. Where they do matter,
`fetch_for` plans with them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import psycopg
from django.db import connection, models
from django.db.backends.postgresql.base import CursorDebugWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.json import Jsonb

M = TypeVar("M", bound=models.Model)

FEW = 1  # rows that are inserted rather than copied: one round trip instead of three

# What these fields hold is what the database takes. All others prepare it themselves.
_AS_IT_IS = (
    models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.DateTimeField,
    models.ForeignKey, models.UUIDField,
)  # fmt: skip


class _Planned(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor that has each statement planned at its first use.

    Times are read by psycopg's own reader, in UTC: Django's is Python and takes twenty times as long.
    """

    def __init__(self, session: psycopg.Connection[tuple[Any, ...]]) -> None:
        super().__init__(session)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **_more: Any) -> _Planned:
        """Run a statement; its parameters go to the server apart from it."""
        return super().execute(query, params, prepare=True)

    def executemany(self, query: Any, params_seq: Any, **_more: Any) -> None:
        """Run a statement for many parameters, and keep what each returns."""
        super().executemany(query, params_seq, returning=True)


class _Logged(CursorDebugWrapper):
    """The same where statements are logged: as they are sent, with their parameters apart."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement and log it."""
        with self.debug_sql(sql, params):
            return CursorWrapper.execute(self, sql, params)


@contextmanager
def planned() -> Iterator[CursorWrapper]:
    """Open a cursor for statements that are long to plan and short to run.

    Django has each planned every time, which costs more than running it.
    """
    connection.ensure_connection()
    wrapper = _Logged if connection.queries_logged else CursorWrapper
    with connection.wrap_database_errors, wrapper(_Planned(connection.connection), connection) as cursor:
        yield cursor


def fetch(query: str, params: Any = None) -> list[tuple[Any, ...]]:
    """Run a planned statement and return its rows."""
    with planned() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def fetch_for(query: str, params: Any = None) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that is planned for these values each time: how many it reads depends on them."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def run(query: str, params: Any = None) -> int:
    """Run a planned statement and return how many rows it wrote."""
    with planned() as cursor:
        cursor.execute(query, params)
        return int(cursor.rowcount)


def select(model: type[M], rest: str, params: Any = None) -> list[M]:
    """Return the rows of a model that a planned statement finds; `rest` is all that stands behind FROM."""
    table = _table(model)
    rows = []
    for found in fetch(table.select + rest, params):
        values = list(found)
        for place, converters in table.convert:
            for convert in converters:
                values[place] = convert(values[place], None, connection)
        rows.append(model.from_db(connection.alias, table.names, values))
    return rows


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, and give them their ids. Django's own way takes three times as long."""
    if 0 < len(rows) <= FEW:
        _insert_each(rows, _table(type(rows[0])).insert)
    elif rows:
        _copy(rows)


def insert_new(rows: Sequence[M]) -> list[M]:
    """Insert rows unless a constraint knows them already; return those that are in, with their ids."""
    return _insert_each(rows, _table(type(rows[0])).insert + " ON CONFLICT DO NOTHING")


def _insert_each(rows: Sequence[M], statement: str) -> list[M]:
    """Insert rows one by one, in one round trip; return those that are in."""
    table = _table(type(rows[0]))
    made = []
    with planned() as cursor:
        cursor.executemany(f"{statement} RETURNING {table.key}", [table.values(row)[1:] for row in rows])
        for row in rows:
            if found := cursor.fetchone():
                _is_stored(row, found[0])
                made.append(row)
            cursor.nextset()
    return made


def _copy(rows: Sequence[models.Model]) -> None:
    table = _table(type(rows[0]))
    with planned() as cursor:
        cursor.execute(table.next_ids, [len(rows)])
        ids = [pk for (pk,) in cursor.fetchall()]
        with cursor.copy(table.copy) as copy:
            for pk, row in zip(ids, rows, strict=True):
                copy.write_row([pk, *table.values(row)[1:]])
    for pk, row in zip(ids, rows, strict=True):
        _is_stored(row, pk)


def _is_stored(row: models.Model, pk: int) -> None:
    row.pk = pk
    row._state.adding, row._state.db = False, connection.alias


class _Table(NamedTuple):
    names: Sequence[str]
    select: str
    convert: Sequence[tuple[int, Sequence[Callable[..., Any]]]]
    next_ids: str
    copy: str
    insert: str
    key: str
    read: Callable[[models.Model], tuple[Any, ...]]
    prepare: Sequence[tuple[int, Callable[[Any], Any]]]

    def values(self, row: models.Model) -> Sequence[Any]:
        """Return a row's values, as they are copied."""
        values = list(self.read(row))
        for place, made in self.prepare:
            values[place] = made(values[place])
        return values


@cache
def _table(model: type[models.Model]) -> _Table:
    meta = model._meta
    # The key comes first.
    fields = sorted(
        (field for field in meta.concrete_fields if not field.generated), key=lambda field: not field.primary_key
    )
    ways = ((place, _way(field)) for place, field in enumerate(fields))
    names = ", ".join(f'"{field.column}"' for field in fields)
    converters = ((place, field.get_db_converters(connection)) for place, field in enumerate(fields))
    return _Table(
        [field.attname for field in fields],
        f'SELECT {names} FROM "{meta.db_table}" ',  # noqa: S608  our own names
        [(place, made) for place, made in converters if made],
        f"SELECT nextval(pg_get_serial_sequence('{meta.db_table}', '{meta.pk.column}'))"  # noqa: S608  our own names
        " FROM generate_series(1, %s::int)",
        f'COPY "{meta.db_table}" ({names}) FROM STDIN',
        f'INSERT INTO "{meta.db_table}" ({names.partition(", ")[2]})'  # noqa: S608  our own names
        f" VALUES ({', '.join(['%s'] * (len(fields) - 1))})",
        f'"{meta.pk.column}"',
        attrgetter(*(field.attname for field in fields)),
        [(place, way) for place, way in ways if way],
    )


def _way(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """Return how a field's value is made ready, where that is needed."""
    if isinstance(field, models.JSONField):
        dumps = partial(json.dumps, cls=field.encoder)
        return lambda value: None if value is None else Jsonb(value, dumps=dumps)
    if getattr(field, "auto_now_add", False):
        return lambda _value: timezone.now()
    own_way = type(field).get_prep_value is not _inherited(type(field)).get_prep_value
    if isinstance(field, _AS_IT_IS) and not own_way:
        return None
    return partial(field.get_db_prep_save, connection=connection)


def _inherited(kind: type[models.Field[Any, Any]]) -> type[models.Field[Any, Any]]:
    """Return the field of Django's own that a kind of field stands on."""
    return next(base for base in kind.__mro__ if base.__module__.startswith("django."))

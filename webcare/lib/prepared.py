"""Statements that are written once and run at every request.

The widest statements of a page took Django 25 to 40 ms to write each time, and PostgreSQL 5 to answer (`make bench
ARGS=prepared`). What differs from one request to the next is named with `given` while a statement is built, and told
when it runs; Django still writes it, and makes objects of what it finds.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import BigIntegerField, DateTimeField, Field, Model, QuerySet, UUIDField
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Given:
    """The place of a value in a statement, by its name."""

    name: str


def given(name: str, field: Field[Any, Any] | None = None) -> RawSQL:
    """Return the place of one value: a row's number, or what `field` holds."""
    return RawSQL("%s", (Given(name),), output_field=field or BigIntegerField())  # noqa: S611  a constant


def given_moment(name: str) -> RawSQL:
    """Return the place of a moment."""
    return given(name, DateTimeField())


def given_code(name: str) -> RawSQL:
    """Return the place of a code."""
    return given(name, UUIDField())


def given_numbers(name: str) -> RawSQL:
    """Return the place of any number of rows' numbers, told as a list: for `…__in=`."""
    return RawSQL("SELECT unnest(%s::bigint[])", (Given(name),), output_field=BigIntegerField())  # noqa: S611  a constant


class Prepared(Generic[Row]):
    """A statement. `build` returns its queryset, with `given` for what is told at each run.

    Raises TypeError when it is first run where a moment stands in it for good: it would stay the moment it was built.
    """

    def __init__(self, build: Callable[[], QuerySet[Row]]) -> None:
        self.build = build
        self._written: _Written | None = None

    def rows(self, **values: Any) -> list[Row]:
        """Run it with a value for every name and return its rows. Raises KeyError for a name without a value."""
        if self._written is None:  # two threads may both write it: the same words
            self._written = _Written.of(self.build())
        return list(self._written.bound(values))


@dataclass(frozen=True)
class _Written:
    rows: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> _Written:
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        fixed = [param for param in params if isinstance(param, date)]
        if fixed:
            raise TypeError(f"A prepared statement holds the moment {fixed[0]}: name it with given_moment.")
        return cls(rows, compiler, sql, tuple(params))

    def bound(self, values: dict[str, Any]) -> QuerySet[Any]:
        """Return a queryset that runs the statement as it was written, with these values in their places."""
        params = tuple(values[param.name] if isinstance(param, Given) else param for param in self.params)
        query = cast(_Query, copy.copy(self.rows.query))
        query.__class__ = _Query
        query.written, query.told = self, params
        return QuerySet(model=self.rows.model, query=query, using=self.rows.db)


class _Query(Query):
    """A query that has been written already."""

    written: _Written
    told: tuple[Any, ...]

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> SQLCompiler:
        ours = copy.copy(self.written.compiler)  # knows which column belongs to what
        ours.__class__ = _Compiler
        ours.connection = connections[using] if using else connection  # this thread's own
        cast(_Compiler, ours).said = (self.written.sql, self.told)
        return ours


class _Compiler(SQLCompiler):
    """A compiler that says again what was written."""

    said: tuple[str, tuple[Any, ...]]

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, tuple[Any, ...]]:
        return self.said

"""Querysets that every page asks: compiled once in this process, planned once for each connection.

Django builds and compiles a queryset anew each time, and PostgreSQL plans it anew: several times what it takes to run.
The queryset says where a value comes; the values are named when it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesIterable, get_related_populators
from psycopg import sql

from webcare.lib.statements import fetch

R = TypeVar("R")
_PLACE = re.compile("%[%s]")  # of a parameter, or a percent sign


class Given(Value):
    """The place of a value in a prepared queryset, by its name."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002  Django's own names
        """Return the place itself as the parameter."""
        return "%s", [self]


class AnyOf(Given):
    """The place of several values: `account=AnyOf("accounts")` finds what has one of them."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002  Django's own names
        """Return the place itself as the parameter, which is an array."""
        return "ANY(%s)", [self]


class NoneOf(Func):
    """Whether a column, empty or not, has none of several numbers: `filter(NoneOf("team_id", "closed"))`.

    Said so that a plan for any numbers keeps its index: most rows have none of them.
    """

    template = "coalesce(%(expressions)s)"
    arg_joiner = ", 0) <> ALL("
    output_field = BooleanField()

    def __init__(self, column: str, name: str) -> None:
        super().__init__(F(column), Given(name))


def among(name: str) -> RawSQL:
    """Return the place of several numbers behind `__in`."""
    return RawSQL("SELECT unnest(%s::bigint[])", [Given(name)])  # noqa: S611  a constant


class Prepared(Generic[R]):
    """A queryset with places for values. Asked with them it returns its rows."""

    def __init__(self, build: Callable[[], QuerySet[Any, R]]) -> None:
        self._build = build

    def __call__(self, **values: Any) -> list[R]:
        """Return all rows."""
        compiled = self._compiled
        params = [values[part.value] if isinstance(part, Given) else part for part in compiled.params]
        return [compiled.made(row) for row in map(compiled.converted, fetch(compiled.statement, params))]

    def first(self, **values: Any) -> R | None:
        """Return the first row; None where there is none."""
        return next(iter(self(**values)), None)

    @cached_property
    def _compiled(self) -> _Compiled:
        queryset = self._build()
        compiler: Any = queryset.query.get_compiler(using=connection.alias)
        statement, params = _with_constants(*compiler.as_sql())
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        return _Compiled(statement, params, list(converters.items()), _maker_of(queryset, compiler))


class _Compiled(NamedTuple):
    statement: str
    params: Sequence[Any]
    converters: Sequence[tuple[int, tuple[Sequence[Callable[..., Any]], Any]]]
    made: Callable[[Sequence[Any]], Any]

    def converted(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row with its values as the fields give them."""
        if not self.converters:
            return row
        values = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        return values


def _with_constants(statement: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
    """Write what is always the same into the statement itself.

    A plan for any `status` has no use for an index of the open ones, and none for any LIMIT knows how short it is.
    """
    left, given = iter(params), []

    def written(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%%"
        value = next(left)
        if isinstance(value, (str, int)):
            plain = str(value) if isinstance(value, str) else value  # a choice is a text with a name
            return sql.Literal(plain).as_string(connection.connection).replace("%", "%%")
        given.append(value)
        return "%s"

    return _PLACE.sub(written, statement), given


def _maker_of(queryset: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Return what makes of a row what the queryset yields."""
    kind = queryset._iterable_class
    if kind is ModelIterable:
        return _model_maker(compiler)
    if kind is ValuesIterable:
        names = list(compiler.query.selected)
        return lambda row: dict(zip(names, row, strict=True))
    return (lambda row: row[0]) if kind is FlatValuesListIterable else tuple


def _model_maker(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    info = compiler.klass_info
    columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column[0].target.attname for column in compiler.select[columns]]
    related = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]  # the stubs are a version ahead
    annotations = compiler.annotation_col_map or {}

    def made(row: Sequence[Any]) -> Any:
        found = info["model"].from_db(connection.alias, names, row[columns])
        for each in related:
            each.populate(row, found)
        for name, place in annotations.items():
            setattr(found, name, row[place])
        return found

    return made

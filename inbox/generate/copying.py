"""Rows of a model by COPY: some columns are given row by row, the others are the model's defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


class Table:
    """The columns of a model that a COPY fills. Named ones vary; whatever else there is has its default."""

    def __init__(self, model: type[models.Model], *named: str) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
        if unknown := set(named) - fields.keys():
            raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}.")
        others = [field for name, field in fields.items() if name not in named and not field.primary_key]
        if unique := [field.attname for field in others if field.unique]:
            raise ValueError(f"{model.__name__} has no two rows with the same {', '.join(unique)}.")
        columns = ", ".join(f'"{field.column}"' for field in [*(fields[name] for name in named), *others])
        self._order = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        self._others = tuple(_default_of(field) for field in others)

    def copy(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows; each holds the named columns, in their order."""
        with connection.cursor() as cursor, cursor.copy(self._order) as copying:
            for row in rows:
                copying.write_row((*row, *self._others))


def _default_of(field: models.Field[Any, Any]) -> Any:
    return field.get_db_prep_save(field.get_default(), connection)

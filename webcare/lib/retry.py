"""Transactions that are run once more when another one got in their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connection
from psycopg import errors as pg

T = TypeVar("T")

_WORTH_REPEATING = (pg.SerializationFailure, pg.DeadlockDetected, pg.UniqueViolation)


class RowMoved(Exception):
    """A row changed its conversation between looking and locking: the transaction is begun again."""


def with_retries(store: Callable[[], T]) -> T:
    """Run a transaction; once more when another one was in its way. Returns what it returns, raises what it raises.

    Inside a transaction of somebody else's there is no second time: the database takes no more of the first.
    """
    try:
        return store()
    except RowMoved:
        return store()
    except DatabaseError as error:
        if connection.in_atomic_block or not isinstance(error.__cause__, _WORTH_REPEATING):
            raise
        return store()

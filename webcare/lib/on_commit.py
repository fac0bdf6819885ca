"""What happens once a transaction is in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction


def after_commit(act: Callable[..., object], *args: Any) -> None:
    """Call `act` with these arguments after the commit, or now where there is no transaction.

    What it raises is logged by Django and reaches nobody: what was committed stays, and the page is shown. Django
    names what failed by its `__qualname__`; a partial has none, and would fail once more while that is logged.
    """

    def then() -> None:
        act(*args)

    then.__qualname__ = getattr(act, "__qualname__", type(act).__qualname__)
    transaction.on_commit(then, robust=True)

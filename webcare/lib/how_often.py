"""How often one person, visitor or network may do something. Before it stands a limit by address, for all doors."""

from __future__ import annotations

import time

from django.core.cache import cache


def is_too_often(what: str, whose: str, most: int, seconds: int) -> bool:
    """Count one more; return whether it is more than `most` within this stretch of `seconds`.

    While Redis is away nothing is counted here: what stands before the pages still is.
    """
    key = f"webcare:often:{what}:{whose}:{int(time.time()) // seconds}"
    cache.add(key, 0, 2 * seconds)
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # it ran out between the two
        return False

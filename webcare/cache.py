"""Redis as a cache that nothing depends on: while it is away, everything is a miss."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def _or(otherwise: Callable[..., Any], method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def called(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("The cache is away: %s", type(error).__name__)
            return otherwise(*args, **kwargs)

    return called


def _default(key: Any, default: Any = None, *args: Any, **kwargs: Any) -> Any:
    return default


def _added(key: Any, *args: Any, **kwargs: Any) -> bool:
    # allauth counts under a lock: without one it refuses, so that nothing goes uncounted.
    # A code of the second step works once: while nothing can be remembered, none does.
    return not str(key).startswith(("allauth:rl:", "allauth.mfa.totp.used", "webcare:code:"))


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, but every page works without it."""

    get = _or(_default, RedisCache.get)
    set = _or(lambda *args, **kwargs: None, RedisCache.set)
    add = _or(_added, RedisCache.add)
    touch = _or(lambda *args, **kwargs: False, RedisCache.touch)
    delete = _or(lambda *args, **kwargs: False, RedisCache.delete)
    incr = _or(lambda key, delta=1, *args, **kwargs: delta, RedisCache.incr)
    has_key = _or(lambda *args, **kwargs: False, RedisCache.has_key)
    get_many = _or(lambda *args, **kwargs: {}, RedisCache.get_many)
    set_many = _or(lambda *args, **kwargs: [], RedisCache.set_many)
    delete_many = _or(lambda *args, **kwargs: None, RedisCache.delete_many)

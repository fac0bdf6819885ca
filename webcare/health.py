"""What whoever starts and watches a process asks: whether it lives, can answer pages, and how it fares (/metrics).

Answered before anything else: by any host name, without a session, and without a redirect to HTTPS.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

from webcare import metrics

_ready: list[bool] = []  # that every migration ran, once it was so


class HealthMiddleware:
    """Answers these addresses; every other request goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
        if request.path == "/readyz":
            return _readiness()
        if request.path == "/metrics":
            return metrics.answer(request)
        return self.get_response(request)


def _readiness() -> JsonResponse:
    """Say what works. Without Redis pages go on, only slower and without live updates: that is no reason to stop."""
    database = _database()
    found = {"database": database, "redis": _redis()}
    return JsonResponse(found, status=200 if database == "ok" else 503, headers={"Cache-Control": "no-store"})


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _ready:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "not migrated"
            _ready.append(True)
    except DatabaseError:
        return "away"
    return "ok"


def _redis() -> str:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "away"
    return "ok"

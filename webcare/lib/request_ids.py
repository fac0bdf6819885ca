"""One id for a request and all work it hands out, in every line of the log and in the answer's X-Request-ID."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

HEADER = "X-Request-ID"
_PLAIN = re.compile(r"[A-Za-z0-9-]{8,64}")  # what a proxy of ours makes, and nothing that could forge a line
_CELERY_HEADER = "webcare_request"


class RequestIdMiddleware:
    """Gives each request an id: the proxy's, where there is one in front, and else a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id."""
        given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
        request_id = given if _PLAIN.fullmatch(given) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request=request_id)
        try:
            response = self.get_response(request)
        finally:
            clear_contextvars()
        response[HEADER] = request_id
        return response


def current() -> str:
    """Return the id of the request that is at work here; "" without one."""
    return str(get_contextvars().get("request", ""))


@before_task_publish.connect
def _hand_on(headers: dict[str, Any] | None = None, **_more: Any) -> None:
    if headers is not None and (request_id := current()):
        headers[_CELERY_HEADER] = request_id


@task_prerun.connect
def _take_over(task: Task[Any, Any], task_id: str, args: Any = (), **_more: Any) -> None:
    """Name the task and the rows it is about: tasks take ids, never words."""
    clear_contextvars()
    rows = [each for each in args if isinstance(each, int)]
    # Celery lays a message's headers beside the request's own facts; a task applied in place keeps them apart.
    request_id = getattr(task.request, _CELERY_HEADER, None) or (task.request.headers or {}).get(_CELERY_HEADER)
    bind_contextvars(task=task.name, task_id=task_id, **({"rows": rows} if rows else {}))
    if request_id:
        bind_contextvars(request=request_id)


@task_postrun.connect
def _let_go(**_more: Any) -> None:
    clear_contextvars()

"""The API itself: its document, and how each error is told."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from api.rest import shapes
from api.rest.callers import Bearer
from api.rest.problems import Problem
from api.tokens.models import Scope

log = logging.getLogger(__name__)
DESCRIPTION = """The port of Webcare for other programs. It does what a person may do in the page, by the same rules.

Every call shows a token. Every call that changes something carries an `Idempotency-Key`. Errors are problem details
(RFC 9457). Lists come in parts: `next` or `older` is the cursor of the next part.
"""

api = NinjaAPI(
    title="Webcare", version="1", description=DESCRIPTION, docs_url=None, openapi_url=None, urls_namespace="api_v1"
)


def reads(name: str, scope: Scope, topic: str, shape: Any) -> dict[str, Any]:
    """Return how a call that reads is described."""
    return _described(name, scope, topic, {200: shape}, (401, 403, 404, 413, 422, 429))


def writes(name: str, scope: Scope, topic: str, shape: Any, *, status: int = 200) -> dict[str, Any]:
    """Return how a call that changes something is described."""
    return _described(name, scope, topic, {status: shape}, (400, 401, 403, 404, 409, 412, 413, 422, 429))


def _described(name: str, scope: Scope, topic: str, fine: dict[int, Any], wrong: tuple[int, ...]) -> dict[str, Any]:
    return {
        "url_name": name,
        "auth": Bearer(scope),
        "tags": [topic],
        "response": fine | dict.fromkeys(wrong, shapes.ProblemOut),
        "openapi_extra": {"x-scope": scope.value},
    }


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return Problem(404, "not-found").response()


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return Problem(403, "forbidden").response()


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [{"where": list(one["loc"]), "detail": str(one["msg"])} for one in error.errors]
    return Problem(422, "invalid", errors=wrong).response()


@api.exception_handler(HttpError)
def _wrong(request: HttpRequest, error: HttpError) -> HttpResponse:
    return Problem(error.status_code, "invalid", str(error)).response()


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("A call of the API failed: %s %s", request.method, request.path, exc_info=error)
    return Problem(500, "failed").response()

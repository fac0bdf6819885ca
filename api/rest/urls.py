"""Addresses of the API. Loaded with its first call: pages do not wait for what describes it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, re_path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from api.rest import acting, document, reading
from api.rest.callers import Bearer
from api.rest.problems import Problem
from api.rest.service import api
from inbox.middleware import language_asked_for

api.add_router("", reading.router)
api.add_router("", acting.router)


_View = Callable[..., HttpResponseBase]


def _in_english(view: _View) -> _View:
    """Answer in the language a caller asks for, else in English; and say a wrong method as a problem."""

    @csrf_exempt  # by a token, and no cookie
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_asked_for(request) if request.headers.get("Accept-Language") else "en"
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers.setdefault("Content-Language", language)
        if response.status_code == 405:  # noqa: PLR2004
            return Problem(405, "method", headers={"Allow": response.headers.get("Allow", "")}).response()
        return response

    return answered


def _nothing(request: HttpRequest) -> HttpResponse:
    try:
        Bearer(None)(request)
    except Problem as problem:
        return problem.response()
    return Problem(404, "not-found", "The API has no such address.").response()


def _patterns() -> list[URLPattern]:
    found = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    for pattern in found:
        pattern.callback = _in_english(cast("_View", pattern.callback))
    return found


urlpatterns = [
    re_path(r"^openapi\.json$", document.openapi, name="api_openapi"),
    *_patterns(),
    re_path(r"", _in_english(_nothing), name="api_nothing"),
]

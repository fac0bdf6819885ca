"""The OpenAPI document: what the API takes and answers."""

from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.rest.service import api

_ERROR = "application/problem+json"


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The document, for programs: it says nothing of anybody."""
    return HttpResponse(_written(), content_type="application/json", headers={"Cache-Control": "max-age=300"})


@cache
def document() -> dict[str, Any]:
    """Return it as a value."""
    made: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    for methods in made["paths"].values():
        for operation in methods.values():
            operation["operationId"] = operation["summary"].lower().replace(" ", "_")
            for status, response in operation["responses"].items():
                if int(status) >= 400:  # noqa: PLR2004
                    response["content"] = {_ERROR: response["content"].pop("application/json")}
    return made


@cache
def _written() -> bytes:
    return orjson.dumps(document(), option=orjson.OPT_NON_STR_KEYS)

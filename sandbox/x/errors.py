"""X's wrong answers: problem JSON, the older code 88 form, and an HTML page from the edge."""

from __future__ import annotations

from typing import Any

from sandbox.web import Reply

PROBLEMS = "https://api.x.com/2/problems/"


def problem(status: int, title: str, detail: str, type: str = "about:blank", **more: Any) -> Reply:
    """A problem document (X API v2 reference, response codes and errors)."""
    kind = type if type == "about:blank" else PROBLEMS + type
    return Reply(status, {"title": title, "type": kind, "status": status, "detail": detail, **more})


def unauthorized() -> Reply:
    """401: token missing, wrong, revoked or expired."""
    return problem(401, "Unauthorized", "Unauthorized")


def unsupported(detail: str) -> Reply:
    """403: app-only token where a user is needed."""
    return problem(403, "Unsupported Authentication", detail, "unsupported-authentication")


def forbidden(detail: str) -> Reply:
    """403 with the reason in words."""
    return problem(403, "Forbidden", detail)


def invalid(parameter: str, value: Any, message: str) -> Reply:
    """400: a parameter that X does not take."""
    return invalid_request([{"parameters": {parameter: [str(value)]}, "message": message}])


def invalid_request(errors: list[dict[str, Any]]) -> Reply:
    """400 with each parameter that X does not take."""
    detail = "One or more parameters to your request was invalid."
    return problem(400, "Invalid Request", detail, "invalid-request", errors=errors)


def missing(id: str, parameter: str = "id", resource: str = "tweet") -> dict[str, str]:
    """One entry of `errors` for something deleted, protected or never there."""
    return {
        "value": id,
        "resource_id": id,
        "resource_type": resource,
        "parameter": parameter,
        "title": "Not Found Error",
        "detail": f"Could not find {resource} with {parameter}: [{id}].",
        "type": PROBLEMS + "resource-not-found",
    }


def not_found(detail: str) -> Reply:
    """404 for an address that is none."""
    return problem(404, "Not Found", detail)


SUMMON = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def rate_limited(legacy: bool = False) -> Reply:
    """429 in one of its two shapes."""
    if legacy:
        return Reply(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})
    return problem(429, "Too Many Requests", "Too Many Requests")


def usage_capped() -> Reply:
    """The account's credits or monthly cap are used up; no reset header, since waiting does not help."""
    return problem(
        429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap", "usage-capped",
        account_id=1, product_name="standard-basic", period="Monthly", scope="Product",
    )  # fmt: skip


def over_capacity() -> Reply:
    """503 as an HTML page."""
    page = b"<!DOCTYPE html><html><head><title>X</title></head><body>Something is technically wrong.</body></html>"
    return Reply(503, page, mime="text/html; charset=utf-8")

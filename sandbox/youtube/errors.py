"""Google's wrong answers: one JSON shape for all of the API, another for its token address.

YouTube Data API, "Errors" (2026-09); Google Identity, "Using OAuth 2.0 for web server applications" (2026-09).
"""

from __future__ import annotations

from typing import Any

from sandbox.web import Reply

QUOTA = (
    'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">'
    "quota</a>."
)
PROCESSING = (
    "The API server failed to successfully process the request. While this can be a transient error, it usually "
    "indicates that the request's input is invalid."
)
CREDENTIALS = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)


def error(
    status: int, /, reason: str, message: str, domain: str = "youtube.comment", where: str = "", **more: Any
) -> Reply:
    """An error of the API; `where` names the parameter."""
    first: dict[str, Any] = {"message": message, "domain": domain, "reason": reason}
    if where:
        first |= {"location": where, "locationType": "parameter"}
    return Reply(status, {"error": {"code": status, "message": message, "errors": [first], **more}})


def unauthorized() -> Reply:
    """401: the token is missing, wrong or has ended."""
    told = [{"message": "Invalid Credentials", "domain": "global", "reason": "authError"}]
    told[0] |= {"location": "Authorization", "locationType": "header"}
    body = {"code": 401, "message": CREDENTIALS, "errors": told, "status": "UNAUTHENTICATED"}
    return Reply(401, {"error": body}, {"www-authenticate": 'Bearer realm="https://accounts.google.com/"'})


def lacks_scope() -> Reply:
    """403: who signed in did not allow this."""
    words = "Request had insufficient authentication scopes."
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
        }
    ]
    return error(403, "insufficientPermissions", words, "global", status="PERMISSION_DENIED", details=details)


def quota_exceeded() -> Reply:
    """403: the project's units of today are used up."""
    return error(403, "quotaExceeded", QUOTA, "youtube.quota")


def rate_limited() -> Reply:
    """403: too many calls in a moment."""
    words = "The request cannot be completed because too many requests were sent in a short time."
    return error(403, "rateLimitExceeded", words, "usageLimits")


def missing_parameter(name: str) -> Reply:
    """400: a parameter that is needed."""
    return error(400, "missingRequiredParameter", f"Missing required parameter: {name}", "global", name)


def invalid(name: str, value: object) -> Reply:
    """400: a parameter with a value that does not fit."""
    return error(400, "invalidParameter", f"Invalid value '{value}' for {name}.", "global", name)


def no_filter() -> Reply:
    """400: none or more than one of the filters."""
    return error(
        400, "missingRequiredParameter", "No filter selected. Expected one of the filters.", "youtube.parameter"
    )


def page_token() -> Reply:
    """400: a page token of another list, or made up."""
    return error(400, "invalidPageToken", "The request specifies an invalid page token.", "youtube.parameter")


def not_found(kind: str = "comment", where: str = "id") -> Reply:
    """404: there is no such comment, or it is no longer there."""
    reason = {"parent": "parentCommentNotFound", "channel": "channelNotFound", "video": "videoNotFound"}
    words = f"The {kind} identified by the {where} parameter could not be found."
    return error(404, reason.get(kind, "commentNotFound"), words, where=where)


def forbidden(words: str = "The request might not be properly authorized.") -> Reply:
    """403: not by this account."""
    return error(403, "forbidden", words)


def disabled() -> Reply:
    """403: the video takes no comments."""
    words = "The video identified by the videoId parameter has disabled comments."
    return error(403, "commentsDisabled", words, "youtube.commentThread", "videoId")


def backend() -> Reply:
    """503, by Google's own server."""
    return error(503, "backendError", "Backend Error", "global", status="UNAVAILABLE")


def gateway() -> Reply:
    """502: a page of what stands in front."""
    page = b"<!DOCTYPE html><html lang=en><title>Error 502 (Server Error)!!1</title><p><b>502.</b> That is an error."
    return Reply(502, page, mime="text/html; charset=UTF-8")


def token_refused(code: str, words: str, status: int = 400) -> Reply:
    """An error of oauth2.googleapis.com/token (RFC 6749 section 5.2)."""
    return Reply(status, {"error": code, "error_description": words})

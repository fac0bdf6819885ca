"""Errors as a Mastodon server words them (app/controllers/api/base_controller.rb, concerns/error_responses)."""

from __future__ import annotations

from sandbox.web import Reply


def error(status: int, words: str) -> Reply:
    """An error with its sentence."""
    return Reply(status, {"error": words})


def unauthorized() -> Reply:
    """401: no token, or one that was taken back."""
    return error(401, "The access token was revoked")


def lacks_scope() -> Reply:
    """403: the token may not do this."""
    return error(403, "This action is outside the authorized scopes")


def not_found() -> Reply:
    """404: not there, or not for us."""
    return error(404, "Record not found")


def invalid(words: str) -> Reply:
    """422: what was sent does not fit."""
    return error(422, words)


def too_long(limit: int) -> Reply:
    """422: more characters than the server takes."""
    return invalid(f"Validation failed: Text character limit of {limit} exceeded")


def too_many() -> Reply:
    """429."""
    return error(429, "Too many requests")


def unavailable() -> Reply:
    """503, by Mastodon itself."""
    return error(503, "There was a temporary problem serving your request, please try again")


def gateway() -> Reply:
    """502: a page of what stands in front."""
    page = b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body>"
    return Reply(502, page, mime="text/html")

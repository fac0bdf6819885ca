"""Errors as a Bluesky server gives them: a name and a sentence (AT Protocol, "HTTP API (XRPC)")."""

from __future__ import annotations

from sandbox.web import Reply


def error(name: str, words: str, status: int = 400) -> Reply:
    """An error."""
    return Reply(status, {"error": name, "message": words})


def invalid(words: str) -> Reply:
    """400: what was sent does not fit."""
    return error("InvalidRequest", words)


def expired() -> Reply:
    """400: the access has ended."""
    return error("ExpiredToken", "Token has expired")


def no_access() -> Reply:
    """401: no token, or a wrong one."""
    return error("AuthMissing", "Authentication Required", 401)


def too_many() -> Reply:
    """429."""
    return error("RateLimitExceeded", "Rate Limit Exceeded", 429)


def upstream() -> Reply:
    """502: who stands behind the server does not answer it."""
    return error("UpstreamFailure", "Upstream service unreachable", 502)


def gateway() -> Reply:
    """502: a page of what stands in front."""
    return Reply(502, b"<html><head><title>502 Bad Gateway</title></head></html>", mime="text/html")

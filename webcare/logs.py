"""Logging without secrets: tokens that ride in URLs, forms or headers are masked before a line is written."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import psycopg

_SECRET = re.compile(
    r"(?i)((?:access_token|appsecret_proof|client_secret|input_token|oauth_token|oauth_signature|fb_exchange_token|refresh_token|hub\.verify_token|verify_token|password)"
    r"(?:=|%3D|['\"]?\s*[:=]\s*['\"]?))([^&\s'\",}]+)|((?:bearer|oauth)\s+)[\w.%+/=|~-]{8,}"
)


def scrub(text: str) -> str:
    """Return the text with every token and secret in it replaced by `***`."""
    return _SECRET.sub(lambda found: (found.group(1) or found.group(3)) + "***", text)


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and scrubs the whole of it."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
        """Return the traceback; of what the database says only the kind: its words quote rows, customers' words too."""
        text = super().formatException(ei)
        for error in _chain(ei[1]):
            if isinstance(error, psycopg.Error) and error.sqlstate:
                text = text.replace(str(error), f"{error.sqlstate} {error.diag.constraint_name or ''}".strip())
        return text

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line or lines without secrets."""
        return scrub(super().format(record))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's LOGGING dictionary: everything to stderr through the scrubbing formatter.

    Both SDKs and their HTTP libraries write headers and URLs at DEBUG, so they are held at WARNING whatever the level.
    """
    quiet = ("tweepy", "facebook", "requests", "requests_oauthlib", "oauthlib", "urllib3")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": ScrubbingFormatter, "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in quiet},
    }

"""Logging without secrets: tokens that ride in URLs, forms or headers are masked before a line is written.

A line names the request and the task it belongs to (webcare/lib/request_ids.py): as text, or as JSON for machines.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import structlog
from django.db.utils import DatabaseError
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.typing import EventDict

_SECRET = re.compile(
    r"(?i)((?:access_token|appsecret_proof|client_secret|input_token|oauth_token|oauth_token_secret|oauth_verifier|oauth_signature|oauth2_token|code_verifier|signed_request|(?<=[?&])code|(?<=[?&])state|fb_exchange_token|refresh_token|hub\.verify_token|verify_token|password)"
    r"(?:=|%3D|['\"]?\s*[:=]\s*['\"]?))([^&\s'\",}]+)|((?:bearer|oauth)\s+)[\w.%+/=|~-]{8,}"
)

# An address that is a key: to approve, to a password, to stop a mailed report, to a file. The key is masked.
_SECRET_PATH = re.compile(
    r"(?i)((?:/|%2F)(?:approve|stop|files(?:/|%2F)posts|chat(?:/|%2F)file|reset(?:/|%2F)key)(?:/|%2F))[^\s/?#&'\",<>]+"
)


def scrub(text: str) -> str:
    """Return the text with every token and secret in it replaced by `***`, of addresses that are keys too."""
    masked = _SECRET.sub(lambda found: (found.group(1) or found.group(3)) + "***", text)
    return _SECRET_PATH.sub(r"\1***", masked)


class ScrubbingFormatter(logging.Formatter):
    """Formats a record as text, traceback included, and scrubs the whole of it. The clock is UTC's."""

    converter = time.gmtime  # type: ignore[assignment]  # typeshed takes it for a method
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line or lines, with the request's id behind the first one."""
        text = _without_words(super().format(record), record)
        first, *more = text.split("\n", 1)
        known = get_contextvars() | _who(record)
        marks = [f"{name}={known[name]}" for name in ("request", "task_id", "person", "address") if name in known]
        return "\n".join([" ".join([first, *(f"[{mark}]" for mark in marks)]), *more])


def _who(record: logging.LogRecord) -> dict[str, Any]:
    """Return who asked, and from where, of a line about a request: Django writes one for whatever is refused.

    Only who is known by now: a line is no reason to ask the database.
    """
    request = getattr(record, "request", None)
    address = getattr(request, "META", {}).get("REMOTE_ADDR")
    if not address:
        return {}
    person = getattr(getattr(request, "_cached_user", None), "pk", None)  # Django's, once somebody asked
    return {"address": address} | ({"person": person} if person else {})


def _say_who(_logger: Any, _name: str, event: EventDict) -> EventDict:
    return {**event, **_who(event["_record"])}


def _scrub_event(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Do the same to each text of a line for machines, before it becomes JSON."""
    record: logging.LogRecord = event["_record"]
    return {name: _without_words(value, record) if isinstance(value, str) else value for name, value in event.items()}


def _without_words(text: str, record: logging.LogRecord) -> str:
    """Return the text without secrets, and without what the database says of rows.

    Its words quote customers' words. A message may hold them too, as text or as repr: Celery's does.
    """
    for error in _errors(record):
        if isinstance(error, psycopg.Error | DatabaseError) and str(error):
            summary = _kind(error)
            for words in (repr(error), repr(str(error))[1:-1], str(error)):
                text = text.replace(words, summary)
    return scrub(text)


def _kind(error: BaseException) -> str:
    """Return the code of an error and the rule it broke, as the database's driver holds them."""
    for cause in _chain(error):
        if isinstance(cause, psycopg.Error):
            return f"{cause.sqlstate or type(cause).__name__} {cause.diag.constraint_name or ''}".strip()
    return type(error).__name__


def _errors(record: logging.LogRecord) -> Iterator[BaseException]:
    """Yield every error a record holds: of its traceback, and among what its message is made of."""
    arguments = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    of_traceback = record.exc_info[1] if record.exc_info else None
    for error in (of_traceback, record.msg, *arguments):
        if isinstance(error, BaseException):
            yield from _chain(error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _for_machines() -> dict[str, Any]:
    """Return the formatter that writes one JSON object a line."""
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", key="at"),
        ],
        "processors": [
            _say_who,
            structlog.processors.format_exc_info,
            _scrub_event,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }


def logging_config(level: str, *, machines: bool = False) -> dict[str, Any]:
    """Return Django's LOGGING dictionary: everything to stderr through a formatter that scrubs.

    `machines`: one JSON object a line. SDKs and HTTP libraries log headers and URLs at DEBUG: WARNING is their floor.
    """
    quiet = ("tweepy", "facebook", "googleapiclient", "requests", "requests_oauthlib", "oauthlib", "urllib3")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": ScrubbingFormatter, "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
            "json": _for_machines(),
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json" if machines else "plain"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in quiet},
    }

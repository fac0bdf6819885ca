"""The way to any server that speaks OpenAI's API: one question, one answer, bounded in time and size.

`POST …/v1/chat/completions`, not streamed: https://platform.openai.com/docs/api-reference/chat/create. Ollama, vLLM,
llama.cpp and LocalAI answer the same. What leaves was masked before (assist/masking.py); nothing of it is logged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings

from assist.server.models import Server
from channels.errors import ChannelError
from channels.secrets import CredentialsUnreadable, unseal
from inbox.automation import posting
from webcare.lib.text import clean, read_json

SECONDS = 20.0
MOST_SENT = 24_000  # characters of a question
MOST_BYTES = 256 * 1024  # of an answer
MOST_SAID = 16_000  # characters of its words
_AT_ONCE = BoundedSemaphore(3)  # in one process: pages have threads of their own left
_VERSION = re.compile(r"/v\d+$")
# Models that reason say so first; that is no part of the answer.
_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_NO_ACCESS = (401, 403)
_BUSY = (408, 425, 429)
_MISSING = 404


class AssistError(Exception):
    """It gave no answer. `reason` is a word of assist/reasons.py, `detail` says no more than a status."""

    def __init__(self, reason: str, *, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: how to answer, and about what. Both have been masked."""

    task: str
    text: str
    most_tokens: int = 2000


def endpoint_of(address: str) -> str:
    """Return where a server is asked: its address with or without "/v1", and with or without what follows."""
    base = address.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    return f"{base if _VERSION.search(base) else f'{base}/v1'}/chat/completions"


def ask(server: Server, question: Question) -> str:
    """Return the server's answer. Asked outside a transaction: it takes as long as it takes. Raises AssistError."""
    if len(question.task) + len(question.text) > MOST_SENT:
        raise AssistError("too_long")
    headers, body = _headers(server), _body(server, question)
    if not _AT_ONCE.acquire(blocking=False):
        raise AssistError("busy")
    try:
        status, answer = posting.ask(
            endpoint_of(server.address), body, headers, most_bytes=MOST_BYTES, seconds=SECONDS,
            own=settings.ASSIST_SERVERS,
        )  # fmt: skip
    except ChannelError as error:
        raise AssistError(error.reason) from None
    finally:
        _AT_ONCE.release()
    _refuse(status)
    return _said(answer)


def _headers(server: Server) -> dict[str, str]:
    headers = {
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": "Webcare",
    }
    if server.sealed:
        try:
            headers["authorization"] = f"Bearer {unseal(server.sealed)['key']}"
        except CredentialsUnreadable:
            raise AssistError("unreadable") from None
    return headers


def _body(server: Server, question: Question) -> bytes:
    asked = {
        "model": server.model,
        "messages": [{"role": "system", "content": question.task}, {"role": "user", "content": question.text}],
        "max_tokens": question.most_tokens,
        "temperature": 0.2,
        "stream": False,
    }
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse(status: int) -> None:
    """Raise AssistError for an answer that is none of 2xx."""
    if 200 <= status < 300:  # noqa: PLR2004
        return
    reason = "refused" if 400 <= status < 500 else "disturbance"  # noqa: PLR2004
    if status in _NO_ACCESS:
        reason = "access"
    elif status in _BUSY:
        reason = "limit"
    elif status == _MISSING:
        reason = "missing"
    raise AssistError(reason, detail=f"HTTP {status}")


def _said(answer: bytes) -> str:
    """Return the words of an answer. Raises AssistError for one that is cut off, empty, or not in the form."""
    try:
        choice: Any = read_json(answer)["choices"][0]
        said = choice["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise AssistError("not_understood") from None
    if not isinstance(choice, Mapping) or not isinstance(said, str):
        raise AssistError("not_understood")
    said = clean(_THINKING.sub("", said, count=1)).strip()
    if choice.get("finish_reason") == "length" or len(said) > MOST_SAID:
        raise AssistError("too_large")
    if not said:
        raise AssistError("empty")
    return said

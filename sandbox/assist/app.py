"""The front door: `/assist/v1/chat/completions`, strict about what it gets, and about what it should never get.

The form is OpenAI's: https://platform.openai.com/docs/api-reference/chat/create. A text with an e-mail address or a
telephone number in it is refused: who asks has to mask them.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.assist.model import answer_to
from sandbox.faults import Fault, Faults
from sandbox.model import Event
from sandbox.web import Call, Reply, serve
from sandbox.world import World

MODEL = "sandbox-1"
KEY = "sk-sandbox"  # one may send it, and no other
_UNMASKED = (re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}"), re.compile(r"(?<![\w.])(?:\+|00)?\d(?:[ ().-]{0,2}\d){8,}"))
_KNOWN = {"model", "messages", "max_tokens", "temperature", "stream"}
_KEPT = 50


class Assist:
    """One model that everybody may ask."""

    def __init__(self, faults: Faults, world: World) -> None:
        self.faults = faults
        self.asked: list[dict[str, Any]] = []
        world.listen(self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.name == "cleared":
            self.asked = []

    def routes(self) -> list[BaseRoute]:
        """Return its addresses."""
        return [
            Route("/assist/v1/{path:path}", self.api, methods=["GET", "POST"]),
            Route("/control/assist", self.told),
        ]

    async def api(self, request: Request) -> Response:
        """Answer a call, with whatever fault is due for it."""
        return await serve(request, lambda call: "assist", self.handle, self.broken, self.faults)

    async def told(self, request: Request) -> Response:
        """GET /control/assist: the last questions, as they came in."""
        return JSONResponse({"asked": self.asked})

    def handle(self, call: Call) -> Reply:
        """Answer one question."""
        if call.path != "/assist/v1/chat/completions" or call.method != "POST":
            return _error(404, "Unknown request URL.")
        if call.headers.get("authorization", f"Bearer {KEY}") != f"Bearer {KEY}":
            return _error(401, "Incorrect API key provided.")
        if wrong := _wrong_in(call.body):
            return _error(400, wrong)
        self.asked = [*self.asked, call.body][-_KEPT:]
        task, text = (str(message["content"]) for message in call.body["messages"])
        if call.body["model"] != MODEL:
            return _error(404, f"The model {call.body['model']} does not exist.")
        return _completion(answer_to(task, text))

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """Return the wrong answer of a fault."""
        match fault.name:
            case "llm_rate_limit":
                return _error(429, "Rate limit reached.")
            case "llm_error":
                return Reply(500, b"<html>Internal Server Error</html>", mime="text/html")
            case "llm_nonsense":
                return Reply(200, {"choices": [{"text": 7}]})
            case "llm_cut_off":
                return _completion("Goedemiddag, wij", finish="length")
            case "llm_invents":
                return _completion("Dag [[NAME_88]], dank voor het bericht.")
            case _:  # llm_too_long
                return _completion("x" * 1_000_000)


def _wrong_in(body: dict[str, Any]) -> str:
    """Return what is wrong with a question; "" for nothing."""
    unknown = sorted(set(body) - _KNOWN)
    messages = body.get("messages")
    if unknown:
        return f"Unrecognized request argument supplied: {unknown[0]}"
    if not isinstance(body.get("model"), str) or not body["model"]:
        return "you must provide a model parameter"
    if body.get("stream"):
        return "this server does not stream"
    if not isinstance(body.get("max_tokens"), int) or not 0 < body["max_tokens"] <= 4096:
        return "max_tokens is out of range"
    if not isinstance(messages, list) or [_role(one) for one in messages] != ["system", "user"]:
        return "messages are one of system and one of user here"
    said = "\n".join(str(one["content"]) for one in messages)
    if any(pattern.search(said) for pattern in _UNMASKED):
        return "an e-mail address or a telephone number was not masked"
    return ""


def _role(message: Any) -> str:
    if not isinstance(message, dict) or not isinstance(message.get("content"), str) or not message["content"]:
        return ""
    return str(message.get("role"))


def _completion(said: str, finish: str = "stop") -> Reply:
    choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": finish}
    return Reply(200, {"id": "chatcmpl-1", "object": "chat.completion", "model": MODEL, "choices": [choice]})


def _error(status: int, said: str) -> Reply:
    return Reply(status, {"error": {"message": said, "type": "invalid_request_error", "code": None}})

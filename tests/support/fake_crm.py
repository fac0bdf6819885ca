"""A CRM that speaks the contract of docs/crm.md, on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

LOSE = "lose"  # do it, and cut the connection before the answer


class FakeCrm(BaseHTTPRequestHandler):
    """Keeps each activity under its key, and does as its script says."""

    asked: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []  # kind, headers, body
    written: ClassVar[list[dict[str, Any]]] = []  # every write that was carried out
    script: ClassVar[list[Any]] = []  # of the next questions: a status, LOSE, or the body of an answer
    answers: ClassVar[dict[str, Any]] = {}  # by kind
    quiet: ClassVar[set[str]] = set()  # kinds that are answered beside the script, and not recorded
    waits: ClassVar[list[threading.Event]] = []  # before the next answers

    def do_POST(self) -> None:
        """Answer a question."""
        body = self.rfile.read(int(self.headers["content-length"]))
        told = json.loads(body)
        if told["type"] in self.quiet:
            self._say(200, json.dumps(self.answers.get(told["type"], {})).encode())
            return
        self.asked.append((told["type"], {name.lower(): value for name, value in self.headers.items()}, body))
        if self.waits:
            self.waits.pop(0).wait(10)
        step = self.script.pop(0) if self.script else 200
        if step in (200, LOSE):
            answer = self._carry_out(told["type"], told["data"])
            if step == LOSE:
                self.connection.close()
                return
            self._say(200, json.dumps(answer).encode())
        elif isinstance(step, bytes):
            self._say(200, step)
        else:
            self._say(step, b"")

    def _carry_out(self, kind: str, data: dict[str, Any]) -> Any:
        if kind == "activity.write":
            self.written.append(data)
            return {"record": self._record(data["key"])}
        if kind == "activity.find":
            known = any(one["key"] == data["key"] for one in self.written)
            return {"record": self._record(data["key"]) if known else None}
        return self.answers.get(kind, {})

    def _record(self, key: str) -> dict[str, str]:
        return {"id": f"A-{key[:8]}", "url": f"https://crm.example.com/{key}"}

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def answering() -> Iterator[str]:
    """Run one that knows nothing yet; give its origin."""
    for kept in (FakeCrm.asked, FakeCrm.written, FakeCrm.script, FakeCrm.waits):
        kept.clear()
    FakeCrm.answers.clear()
    FakeCrm.quiet.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeCrm)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

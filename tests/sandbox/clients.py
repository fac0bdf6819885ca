"""The real SDKs and a control client, pointed at a sandbox; and a webhook receiver that checks signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import facebook
import requests
import tweepy

Json = dict[str, Any]


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Wait for a condition; returns its value. Fails when the deadline passes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds} s in vain")


class Control:
    """The control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def call(self, method: str, path: str, body: Json | None = None, status: int = 200) -> Json:
        answer = self.session.request(method, f"{self.url}/control/{path}", json=body, timeout=10)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    def account(self, platform: str, name: str = "Veldhuis", **more: str) -> Json:
        return self.call("POST", "accounts", {"platform": platform, "name": name, "username": name.lower(), **more})

    def say(self, platform: str, kind: str, text: str = "", who: str | Json = "jan", **more: Any) -> str:
        sender = {"username": who, "name": who.title()} if isinstance(who, str) else who
        body = {"platform": platform, "kind": kind, "from": sender, "text": text, **more}
        return str(self.call("POST", "messages", body)["id"])

    def edit(self, id: str, text: str) -> str:
        return str(self.call("PATCH", f"messages/{id}", {"text": text})["id"])

    def remove(self, id: str) -> None:
        self.call("DELETE", f"messages/{id}")

    def messages(self, **query: str) -> list[Json]:
        answer = self.session.get(f"{self.url}/control/messages", params=query, timeout=10)
        rows: list[Json] = answer.json()["messages"]
        return rows

    def message(self, id: str) -> Json:
        return next(row for row in self.messages() if row["id"] == id)

    def fault(self, name: str, **more: Any) -> str:
        return str(self.call("POST", "faults", {"fault": name, **more})["id"])

    def settings(self, **settings: Any) -> None:
        self.call("POST", "settings", settings)

    def advance(self, **parts: float) -> None:
        seconds = parts.get("seconds", 0) + 3600 * parts.get("hours", 0) + 86400 * parts.get("days", 0)
        self.call("POST", "clock", {"advance_seconds": seconds})


class Rebased(requests.Session):
    """Sends requests meant for the platform to the sandbox, before they are signed."""

    def __init__(self, origin: str, base: str, timeout: float = 10) -> None:
        super().__init__()
        self.origin, self.base, self.wait = origin.rstrip("/"), base, timeout
        self.last = requests.Response()

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        if str(url).startswith(self.origin):
            url = self.base + str(url)[len(self.origin) :]
        kwargs["timeout"] = kwargs.get("timeout") or self.wait
        self.last = super().request(method, url, *args, **kwargs)
        return self.last


def x_client(url: str, account: Json, timeout: float = 10) -> tweepy.Client:
    """tweepy's client with an account's keys."""
    keys = account["credentials"]
    client = tweepy.Client(
        keys["bearer_token"],
        keys["consumer_key"],
        keys["consumer_secret"],
        keys["access_token"],
        keys["access_token_secret"],
    )
    client.session = Rebased("https://api.twitter.com", url, timeout)
    return client


class Graph(facebook.GraphAPI):  # type: ignore[misc]
    """facebook-sdk with nested arguments, a newer version, and the sandbox as its origin."""

    def __init__(self, url: str, token: str, version: str = "v25.0", timeout: float = 10) -> None:
        super().__init__(access_token=token, session=Rebased(facebook.FACEBOOK_GRAPH_URL, url, timeout))
        self.version = version

    def get(self, path: str, **args: Any) -> Any:
        return self.request(f"{self.version}/{path}", args)

    def post(self, path: str, files: Any = None, **args: Any) -> Any:
        encoded = {k: json.dumps(v) if isinstance(v, (dict, list, bool)) else v for k, v in args.items()}
        return self.request(f"{self.version}/{path}", post_args=encoded, files=files)

    def delete(self, path: str) -> Any:
        return self.request(f"{self.version}/{path}", method="DELETE")

    def failure(self, call: Callable[[], Any]) -> Json:
        """The error body of a call that must fail."""
        try:
            call()
        except facebook.GraphAPIError as error:
            body: Json = error.result["error"]
            return body
        raise AssertionError("the call did not fail")

    @property
    def headers(self) -> Any:
        return self.session.last.headers


class Receiver:
    """A webhook's other side: answers handshakes, checks each signature, keeps each body."""

    def __init__(self, verify_token: str = "verify me") -> None:  # noqa: S107
        self.verify_token, self.meta_secret, self.x_secret = verify_token, "", ""
        self.raw: list[bytes] = []
        self.forged: list[bytes] = []
        self.status = 200
        self.refused = 0
        self.challenges = 0
        self.headers: list[dict[str, str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                self._answer(*receiver.handshake(parse_qs(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                self._answer(receiver.take({k.lower(): v for k, v in self.headers.items()}, raw), b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def handshake(self, query: dict[str, list[str]]) -> tuple[int, bytes]:
        if "crc_token" in query:
            self.challenges += 1
            made = hmac.new(self.x_secret.encode(), query["crc_token"][0].encode(), hashlib.sha256).digest()
            return 200, json.dumps({"response_token": "sha256=" + base64.b64encode(made).decode()}).encode()
        if query.get("hub.verify_token") != [self.verify_token]:
            return 403, b""
        return 200, query["hub.challenge"][0].encode()

    def take(self, headers: dict[str, str], raw: bytes) -> int:
        if "x-twitter-webhooks-signature" in headers:
            made = hmac.new(self.x_secret.encode(), raw, hashlib.sha256).digest()
            right = headers["x-twitter-webhooks-signature"] == "sha256=" + base64.b64encode(made).decode()
        else:
            hexed = hmac.new(self.meta_secret.encode(), raw, hashlib.sha256).hexdigest()
            right = headers.get("x-hub-signature-256") == f"sha256={hexed}"
        if not right:
            self.forged.append(raw)
            return 403
        if self.status != 200:
            self.refused += 1
            return self.status
        self.headers.append(headers)
        self.raw.append(raw)
        return 200

    @property
    def bodies(self) -> list[Json]:
        return [json.loads(raw) for raw in self.raw]

    @property
    def changes(self) -> list[Json]:
        return [
            change for body in self.bodies for entry in body.get("entry", ()) for change in entry.get("changes", ())
        ]

    @property
    def messaging(self) -> list[Json]:
        return [item for body in self.bodies for entry in body.get("entry", ()) for item in entry.get("messaging", ())]

    @property
    def events(self) -> list[Json]:
        return [body["data"] for body in self.bodies if "data" in body]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

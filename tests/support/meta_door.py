"""A door for the sandbox's webhooks that tests open and close."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, Queue
from typing import Any

from django.test import Client

from channels.models import Delivery
from tests.factories import read_delivery
from tests.support.meta import World


class Door:
    """Takes the sandbox's webhooks and hands each to Webcare's door when a test says so."""

    def __init__(self, url: str, taken: Queue[tuple[bytes, dict[str, str]]]) -> None:
        self.url, self.taken, self.client = url, taken, Client()

    def bodies(self, entries: int) -> Iterator[tuple[bytes, dict[str, str]]]:
        """Wait for deliveries with so many entries in all: several may come in one, as Meta's do."""
        while entries > 0:
            body, headers = self.taken.get(timeout=20)
            entries -= len(json.loads(body)["entry"])
            yield body, headers

    def let_in(self, entries: int) -> None:
        """Wait for so many entries, pass their deliveries through the door and read them."""
        for body, headers in self.bodies(entries):
            signature = {"X-Hub-Signature-256": headers["x-hub-signature-256"]}
            answer = self.client.post("/webhooks/meta/", body, content_type="application/json", headers=signature)
            assert answer.status_code == 200
            read_delivery(Delivery.objects.latest("pk").pk)

    def is_quiet(self) -> bool:
        """Whether nothing waits at the door now."""
        try:
            self.taken.get_nowait()
        except Empty:
            return True
        return False


@contextmanager
def standing(world: World) -> Iterator[Door]:
    """Register a door with the sandbox for as long as this lasts."""
    taken: Queue[tuple[bytes, dict[str, str]]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.split("hub.challenge=")[1].split("&")[0].encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            taken.put((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/"
    world.control("POST", "webhooks", product="meta", url=url, verify_token="token")
    yield Door(url, taken)
    world.control("DELETE", "webhooks", product="meta")
    server.shutdown()
    server.server_close()
    thread.join(5)

"""What the tests of the three Meta platforms share: documented payloads, and connectors to accounts in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import requests

from channels.base import Connector
from channels.platforms import connector_class
from channels.types import Incoming, OutgoingReply, Route

PAYLOADS = Path(__file__).parent / "payloads"
REFERENCE = "0a1b2c3d-0000-4000-8000-00000000000a"


def payload(name: str) -> dict[str, Any]:
    """Return the body of a stored payload; its file says where it is documented."""
    body: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())["body"]
    return body


def read(platform: str, name: str) -> list[Incoming]:
    """Return the events of a stored webhook body, whichever account they are for."""
    return [event for _, _, event in connector_class(platform).parse_webhook(payload(name))]


def only(events: Iterable[Incoming]) -> Incoming:
    """Return the one event there is."""
    (event,) = events
    return event


class World:
    """The sandbox's world, as tests change and see it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Call the control API."""
        response = requests.request(method, f"{self.url}/control/{path}", json=body, timeout=10)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    def connect(self, platform: str, name: str = "Bloem", **more: str) -> Connector:
        """Make an account there and return our connector to it."""
        made = self.control("POST", "accounts", platform=platform, name=name, **more)
        return connector_class(platform)(
            external_id=made["id"], handle=made["username"], credentials=made["credentials"]
        )

    def say(self, platform: str, kind: str, text: str, sender: Mapping[str, str], **more: Any) -> str:
        """Let somebody say something; return its id."""
        made = self.control("POST", "messages", platform=platform, kind=kind, text=text, **{"from": sender}, **more)
        return str(made["id"])

    def said(self, platform: str) -> list[dict[str, Any]]:
        """Return everything that stands on a platform."""
        found: list[dict[str, Any]] = self.control("GET", f"messages?platform={platform}")["messages"]
        return found

    def fault(self, name: str, endpoint: str = "*", **more: Any) -> None:
        """Let something go wrong."""
        self.control("POST", "faults", fault=name, endpoint=endpoint, **more)


def answer(text: str, route: Route = Route.PUBLIC_REPLY, **more: Any) -> OutgoingReply:
    """Return an answer to send."""
    return OutgoingReply(route=route, text=text, reference=REFERENCE, **more)

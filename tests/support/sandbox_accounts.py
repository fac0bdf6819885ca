"""Accounts in the sandbox, connected as an admin connects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from channels.accounts.connecting import connect as connect_account
from channels.models import Account

if TYPE_CHECKING:
    from sandbox.testing import Running


def connect(
    sandbox: Running, platform: str, name: str = "Veldhuis", username: str = "veldhuis", **more: str
) -> Account:
    """Make the brand's account in the sandbox and connect it in Webcare.

    The settings must point to the sandbox already: the fixture `platforms` of tests/channels does that.
    """
    made = control(sandbox, "POST", "/control/accounts", platform=platform, name=name, username=username, **more)
    return connect_account(platform, made["credentials"], by=None)


def say(sandbox: Running, platform: str, kind: str, author: str, text: str, **more: Any) -> str:
    """Let somebody say something on a platform; return its id there."""
    said = {"platform": platform, "kind": kind, "from": {"username": author, "name": author.title()}, "text": text}
    return str(control(sandbox, "POST", "/control/messages", **said, **more)["id"])


def said(sandbox: Running, **filters: str) -> list[dict[str, Any]]:
    """Return what was said in the sandbox, oldest first."""
    answer = requests.get(f"{sandbox.url}/control/messages", params=filters, timeout=10)
    answer.raise_for_status()
    messages: list[dict[str, Any]] = answer.json()["messages"]
    return messages


def fault(sandbox: Running, name: str, endpoint: str = "*", mode: str = "next", n: int = 1, **more: Any) -> None:
    """Let a platform misbehave."""
    control(sandbox, "POST", "/control/faults", fault=name, endpoint=endpoint, mode=mode, n=n, **more)


def control(sandbox: Running, method: str, path: str, **body: Any) -> dict[str, Any]:
    """Ask the sandbox's control API; raises for an answer that is an error."""
    answer = requests.request(method, f"{sandbox.url}{path}", json=body, timeout=10)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found

"""Signing in at the sandbox's platforms without a browser: what one clicks there, and the way back."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests

from channels.accounts.oauth import apps
from tests.support.sandbox_accounts import control

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from sandbox.testing import Running

Answers = Mapping[str, str | Sequence[str]]
_KEPT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def know_apps(sandbox: Running) -> None:
    """Fill in our apps as the sandbox's developer portals show them."""
    for kind, values in control(sandbox, "GET", "/control/apps").items():
        apps.keep(kind, values, by=None)


def go_there(client: Client, platform: str, way: str, **more: str) -> str:
    """Press the button; return the address at the platform."""
    response = client.post(f"/accounts/sign-in/{platform}/go/", {"way": way, **more})
    assert response.status_code == 302, response.content
    return response["Location"]


def say_yes(address: str, answers: Answers) -> str:
    """Fill in the platform's page; return the address it sends the browser back to."""
    asked = requests.get(address, timeout=10)
    assert asked.status_code == 200, asked.text
    kept = {name: html.unescape(value) for name, value in _KEPT.findall(asked.text)}
    given = requests.post(address.partition("?")[0], data={**kept, **answers}, timeout=10, allow_redirects=False)
    assert given.status_code == 302, given.text
    return given.headers["Location"]


def come_back(client: Client, address: str) -> HttpResponse:
    """Follow the way back, to the page it ends at."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}", follow=True)  # type: ignore[return-value]


def sign_in(client: Client, platform: str, way: str, answers: Answers, **more: str) -> HttpResponse:
    """Sign in and come back."""
    return come_back(client, say_yes(go_there(client, platform, way, **more), answers))

"""Asks our own webhook address what a platform asks it, by the way a platform takes: name, certificate, proxy, page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from http import HTTPStatus
from typing import NamedTuple

import requests
from django.conf import settings
from requests import exceptions

from channels.intake.webhooks import META, address
from channels.models import Account
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable

PATIENCE = (3.0, 5.0)  # seconds to connect, and to wait for an answer
MOST = 1000  # bytes of an answer


class Reached(NamedTuple):
    """Whether the address answered as it should, within how many milliseconds, and a reason where it did not."""

    worked: bool
    took: int
    why: str = ""


def reach(account: Account) -> Reached | None:
    """Put a platform's challenge to the account's webhook address; None where it has none. Never raises."""
    path = address(account)
    if not path:
        return None
    challenge = secrets.token_urlsafe(24)
    is_meta = connector_class(account.platform).webhook_product == META
    asked = (
        {"hub.mode": "subscribe", "hub.verify_token": account.verify_token, "hub.challenge": challenge}
        if is_meta
        else {"crc_token": challenge}
    )
    began = time.monotonic()
    try:
        answer = requests.get(
            f"{settings.PUBLIC_URL.rstrip('/')}{path}",
            params=asked,
            timeout=PATIENCE,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            said = answer.raw.read(MOST, decode_content=True)
            why = "" if answer.status_code == HTTPStatus.OK else f"http/{answer.status_code}"
    except exceptions.SSLError:
        why, said = "certificate", b""
    except exceptions.Timeout:
        why, said = "timeout", b""
    except (exceptions.RequestException, OSError):
        why, said = "no_connection", b""
    took = int((time.monotonic() - began) * 1000)
    if not why and not (said == challenge.encode() if is_meta else _proof(account, challenge) in said):
        why = "other_answer"
    return Reached(not why, took, why)


def _proof(account: Account, challenge: str) -> bytes:
    """What X expects back: see channels.intake.webhooks.x."""
    try:
        secret = account.credentials.get("consumer_secret", "")
    except CredentialsUnreadable:
        secret = ""
    return base64.b64encode(hmac.new(secret.encode(), challenge.encode(), hashlib.sha256).digest())

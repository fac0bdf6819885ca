"""Signatures on webhooks, and the handshakes by which the platforms check a webhook's owner."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from typing import Any

import requests

from sandbox import registry

TIMEOUT = {"meta": 5.0, "x": 10.0}
_local = threading.local()


class Refused(Exception):
    """The webhook did not prove that it is ours; the text says what it did instead."""


def session() -> requests.Session:
    """A connection of this thread that ignores proxies in the environment."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False
    made: requests.Session = _local.session
    return made


def kind_of(product: str) -> str:
    """meta or x, of a product that may name an app: x:<app>."""
    return product.partition(":")[0]


def secret_of(product: str) -> str:
    """The secret of the app a product's webhooks belong to."""
    return registry.META_APP_SECRET if product == "meta" else registry.x_app(product.partition(":")[2])[1]


def headers_for(product: str, body: bytes, *, forged: bool = False) -> dict[str, str]:
    """The signature headers of a body: hex for Meta (sha256 and the older sha1), base64 for X."""
    secret = secret_of(product)
    key = b"not the secret" if forged else secret.encode()
    digest = hmac.new(key, body, hashlib.sha256)
    if kind_of(product) == "x":
        signature = base64.b64encode(digest.digest()).decode()
        return {"content-type": "application/json", "x-twitter-webhooks-signature": f"sha256={signature}"}
    return {
        "content-type": "application/json",
        "user-agent": "facebookexternalua",
        "x-hub-signature-256": f"sha256={digest.hexdigest()}",
        "x-hub-signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}",
    }


def handshake(product: str, url: str, verify_token: str) -> None:
    """Meta's GET verification or X's challenge-response check. Raises Refused."""
    if not url.startswith(("http://", "https://")):
        raise Refused(f"not an address: {url!r}")
    if kind_of(product) == "x":
        _crc(product, url)
    else:
        challenge = str(secrets.randbelow(10**10))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
        answer = _get(url, query, TIMEOUT["meta"])
        if answer.status_code != 200 or answer.text.strip() != challenge:
            raise Refused(f"verification answered {answer.status_code} and not the challenge: {answer.text[:80]!r}")


def _crc(product: str, url: str) -> None:
    token = secrets.token_urlsafe(24)
    answer = _get(url, {"crc_token": token}, TIMEOUT["x"])
    made = hmac.new(secret_of(product).encode(), token.encode(), hashlib.sha256).digest()
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
    expected = "sha256=" + base64.b64encode(made).decode()
    if answer.status_code != 200 or not isinstance(body, dict) or body.get("response_token") != expected:
        raise Refused(f"the challenge got {answer.status_code} and not the right response_token")


def _get(url: str, query: dict[str, str], timeout: float) -> requests.Response:
    try:
        return session().get(url, params=query, timeout=timeout, allow_redirects=False)
    except requests.RequestException as error:
        raise Refused(f"no answer from {url}: {type(error).__name__}") from error

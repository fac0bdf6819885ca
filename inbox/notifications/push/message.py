"""One message to one browser: encrypted for it alone (RFC 8291), signed with our key, and posted to its service.

pywebpush is http-ece and py-vapid with a client of its own. Ours is the one that cannot be led into our network.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02
from requests import exceptions
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from channels import secrets
from channels.downloads import guarded_session
from channels.http import is_loopback
from inbox.models import PushSubscription
from inbox.notifications.push import keys
from inbox.notifications.push.subscriptions import raw

log = logging.getLogger(__name__)
TIMEOUT = (5, 10)  # seconds to connect, and to wait for an answer
MOST_SECONDS = 20  # for all of it
SIGNED_FOR = 12 * 60 * 60  # seconds; services take 24 hours at most
LONGEST_PAUSE = timedelta(hours=1)  # a service that asks for more is asked again all the same


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message."""

    is_taken: bool = False
    is_gone: bool = False  # there is no such browser any more
    is_refused: bool = False  # the same message will be refused again
    wait: timedelta | None = None  # the service asks for this pause


def post(subscription: PushSubscription, payload: Mapping[str, str], *, topic: str, keep: timedelta) -> Answer:
    """Send a message that the service keeps so long for a browser that is away.

    A later one of the same `topic` takes its place there: sending it twice shows it once.
    """
    headers = {
        **_signature(subscription.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(max(int(keep.total_seconds()), 0)),
        "Topic": topic,
        "Urgency": "high",  # phones that save power keep back everything else
    }
    body = _encrypted(subscription, json.dumps(payload).encode())
    with guarded_session(MOST_SECONDS) as (session, _over):
        session.trust_env = not is_loopback(subscription.endpoint)
        try:
            with session.post(
                subscription.endpoint, data=body, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False
            ) as response:
                return _read(response.status_code, response.headers.get("Retry-After", ""))
        except InvalidIPAddress:
            return Answer(is_gone=True)  # no push service stands in our network
        except (exceptions.RequestException, HTTPError, OSError) as error:
            log.warning("The push service %s does not answer: %s", _host(subscription), type(error).__name__)
            return Answer()


def _read(status: int, retry_after: str) -> Answer:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(is_taken=True)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Answer(is_gone=True)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer(wait=_pause(retry_after))
    return Answer(is_refused=True)


def _pause(retry_after: str) -> timedelta | None:
    """Return how long a service asks to be left alone, in seconds or until a date."""
    if retry_after.isdecimal():
        return min(timedelta(seconds=int(retry_after[:9])), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return min(until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC), LONGEST_PAUSE)


def _encrypted(subscription: PushSubscription, text: bytes) -> bytes:
    known = secrets.unseal(subscription.sealed_keys)
    once = ec.generate_private_key(ec.SECP256R1())
    encrypted: bytes = http_ece.encrypt(
        text, private_key=once, dh=raw(known["p256dh"]), auth_secret=raw(known["auth"]), version="aes128gcm"
    )
    return encrypted


def _signature(endpoint: str) -> dict[str, str]:
    service = urlsplit(endpoint)
    claims = {
        "aud": f"{service.scheme}://{service.netloc}",
        "exp": int(time.time()) + SIGNED_FOR,
        "sub": settings.PUSH_CONTACT,
    }
    signed: dict[str, str] = Vapid02.from_string(keys.private_of(keys.current())).sign(claims)
    return signed


def _host(subscription: PushSubscription) -> str:
    return urlsplit(subscription.endpoint).hostname or ""

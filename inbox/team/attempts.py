"""Sign-in attempts: nobody guesses passwords, and no stranger locks a colleague out.

A browser used before is known by a signed cookie, and counted by itself. Any other is counted by address, and by
address and e-mail together. Each further try waits twice as long as the one before. Nothing is counted by e-mail
address alone: that could be aimed at somebody.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from inbox.live.announce import redis_now
from webcare.server.addresses import network_of

COOKIE = "__Host-webcare_known" if settings.SECURE_SSL else "webcare_known"
KNOWN_SECONDS = 60 * 60 * 24 * 180
PEOPLE_OF_BROWSER = 10
WINDOW_SECONDS = 60 * 60  # after this long without a try, all is forgotten
FIRST_WAIT = 4
LONGEST_WAIT = 15 * 60
WAIT_WITHOUT_REDIS = 30
_SALT = "inbox.team.attempts"
log = logging.getLogger(__name__)


class TooManyAttempts(Exception):
    """Another try has to wait this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """One thing that is counted, and how many wrong tries of it cost no wait."""

    key: str
    free: int

    def wait(self, tries: int) -> int:
        """Return after how many seconds the try after this one may come."""
        return min(FIRST_WAIT * 2 ** min(tries - self.free, 20), LONGEST_WAIT) if tries >= self.free else 0


@dataclass(frozen=True)
class Attempt:
    """One try: what it counts for. A stranger's is refused while nothing can be counted."""

    limits: Sequence[Limit]
    known: bool

    def begin(self) -> None:
        """Count the try before the password is checked, so that many at once count too. Raises TooManyAttempts."""
        try:
            for limit in self.limits:
                if (left := int(redis_now().pttl(f"{limit.key}:wait"))) > 0:
                    raise TooManyAttempts(-(-left // 1000))
            for limit in self.limits:
                _count(limit)
        except (RedisError, OSError) as error:
            log.warning("Tries to sign in are not counted: %s", type(error).__name__)
            if not self.known:
                raise TooManyAttempts(WAIT_WITHOUT_REDIS) from None

    def succeed(self) -> None:
        """Take the try back: it was the right password. Wrong ones of others at this address stay counted."""
        try:
            for number, limit in enumerate(self.limits):
                if number == 0:
                    redis_now().delete(limit.key, f"{limit.key}:wait")
                else:
                    redis_now().decr(limit.key)
        except (RedisError, OSError) as error:
            log.warning("A try to sign in stays counted: %s", type(error).__name__)


def attempt_of(request: HttpRequest, email: str, person_id: int | None) -> Attempt:
    """Return how a try counts: for the browser where this person signed in with it before, else for its address."""
    browser, people = _known_browser(request)
    if person_id is not None and person_id in people:
        return Attempt([Limit(_key("browser", browser, str(person_id)), 10)], known=True)
    address = network_of(request.META.get("REMOTE_ADDR", ""))
    return Attempt([Limit(_key("pair", address, email), 5), Limit(_key("address", address), 30)], known=False)


def attempt_with_link(request: HttpRequest) -> Attempt:
    """Return how opening an address that is a secret counts: nobody guesses one. A good one is taken back."""
    address = network_of(request.META.get("REMOTE_ADDR", ""))
    return Attempt([Limit(_key("link", address), 20)], known=False)


def remember(request: HttpRequest, response: HttpResponse, person_id: int) -> None:
    """Let the browser be known as one that this person signed in with."""
    browser, people = _known_browser(request)
    kept = [person_id, *(person for person in people if person != person_id)][:PEOPLE_OF_BROWSER]
    cookie = {"browser": browser or uuid.uuid4().hex, "people": kept}
    response.set_cookie(
        COOKIE,
        signing.dumps(cookie, salt=_SALT),
        max_age=KNOWN_SECONDS,
        secure=settings.SECURE_SSL,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(request: HttpRequest) -> tuple[str, list[int]]:
    try:
        cookie: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KNOWN_SECONDS)
    except signing.BadSignature:
        return "", []
    return str(cookie["browser"]), list(cookie["people"])


def _count(limit: Limit) -> None:
    tries = int(redis_now().incr(limit.key))
    redis_now().expire(limit.key, WINDOW_SECONDS)
    wait = limit.wait(tries)
    # Of many tries at the same moment, one begins the wait and the others meet it.
    if wait and not redis_now().set(f"{limit.key}:wait", 1, nx=True, ex=wait):
        raise TooManyAttempts(wait)


def _key(*parts: str) -> str:
    return f"webcare:signin:{salted_hmac(_SALT, '|'.join(parts), algorithm='sha256').hexdigest()[:40]}"

"""Who calls: each call shows a token, and goes on as its person, within its scopes and accounts.

Wrong keys are counted by the caller's network, good ones by token. Both are told when to come back.
"""

import hmac
import logging
import time
from datetime import timedelta
from typing import cast

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.http import HttpAuthBase
from redis.exceptions import RedisError

from api.rest.problems import Problem
from api.tokens.issuing import START, digest_of, works
from api.tokens.models import Scope, Token
from inbox.http import AgentRequest
from inbox.live.announce import redis_now
from inbox.team.signin import PeopleBackend
from webcare.lib import masks
from webcare.server.addresses import is_inside, network_of

PER_MINUTE = 300  # calls of one token
WRONG_PER_MINUTE = 20  # calls without a good token, of one network
USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known
LARGEST_BODY = 64 * 1024
_MINUTE = 60
log = logging.getLogger(__name__)


class ApiRequest(AgentRequest):
    """A call with a good token; its `user` is the token's person, narrowed to its accounts."""

    token: Token


class Bearer(HttpAuthBase):
    """Lets in tokens with a scope."""

    openapi_scheme = "bearer"
    openapi_description = "A token of Settings → API, as `Authorization: Bearer wct_…`."

    def __init__(self, scope: Scope | None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Token:
        """Return the token of a call, and let the call be its person's. Raises Problem."""
        token = _token_of(request)
        if token is None:
            raise _refusal(request)
        if len(request.body) > LARGEST_BODY:
            raise Problem(413, "too-large")
        if wait := _count(f"token:{token.pk}", PER_MINUTE):
            raise Problem(429, "too-many", headers={"Retry-After": str(wait)})
        if self.scope is not None and self.scope not in token.scopes:
            raise Problem(403, "forbidden", f"The token has no scope {self.scope.value}.")
        return token


def _token_of(request: HttpRequest) -> Token | None:
    kind, _space, key = request.headers.get("Authorization", "").partition(" ")
    prefix = key.removeprefix(START).partition("_")[0]
    if kind.lower() != "bearer" or not key.isascii() or not key.startswith(START) or not prefix.isalnum():
        return None
    token = Token.objects.filter(prefix=prefix[:12]).first()
    known = token.digest if token is not None else digest_of("")
    if not hmac.compare_digest(known, digest_of(key)) or token is None or not token.is_usable:
        return None
    person = PeopleBackend().get_user(token.person_id)
    address = request.META.get("REMOTE_ADDR", "")
    if person is None or person.is_auditor or not is_inside(address, getattr(person, "networks", None) or []):
        return None
    if not works(token, person):
        return None
    person.only_accounts = None if token.accounts is None else tuple(token.accounts)
    call = cast(ApiRequest, request)
    call.user, call.token = person, token
    masks.begin(masks=person.sees_masks)
    _note_use(token, address)
    return token


def _refusal(request: HttpRequest) -> Problem:
    if wait := _count(f"wrong:{network_of(request.META.get('REMOTE_ADDR', ''))}", WRONG_PER_MINUTE):
        return Problem(429, "too-many", headers={"Retry-After": str(wait)})
    return Problem(401, "unauthorized", headers={"WWW-Authenticate": 'Bearer realm="Webcare"'})


def _count(name: str, most: int) -> int:
    """Count a call in this minute; return after how many seconds the next one may come, 0 for now.

    While Redis is away nothing is counted, and calls go on.
    """
    now = int(time.time())
    key = f"webcare:api:{name}:{now // _MINUTE}"
    try:
        counted = int(redis_now().incr(key))
        if counted == 1:
            redis_now().expire(key, 2 * _MINUTE)
    except (RedisError, OSError) as error:
        log.warning("Calls of the API are not counted: %s", type(error).__name__)
        return 0
    return _MINUTE - now % _MINUTE if counted > most else 0


def _note_use(token: Token, address: str) -> None:
    now = timezone.now()
    if token.last_used_at and now - token.last_used_at < USED_EVERY and token.last_used_from == address:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY) | ~Q(last_used_from=address or None)
    Token.objects.filter(stale, pk=token.pk).update(last_used_at=now, last_used_from=address or None)

"""Where the platforms push: verify the signature, store the bytes, answer 200. Read later by deliveries.py."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from time import monotonic
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels import secrets
from channels.models import Account, AccountQuerySet
from channels.platforms import PLATFORMS, connector_class
from webcare.lib.enqueue import Waker
from webcare.lib.on_commit import after_commit
from webcare.lib.statements import fetch, run

log = logging.getLogger(__name__)

META, X = "meta", "x"
SIGNED_IN = {META: "x-hub-signature-256", X: "x-twitter-webhooks-signature"}  # the header
_SECRET_OF = {META: "app_secret", X: "consumer_secret"}
_ENCODED: dict[str, Callable[[bytes], bytes]] = {META: lambda digest: digest.hex().encode(), X: base64.b64encode}
# What no key could have made is refused without a look at any.
_SHAPE = {META: re.compile("sha256=[0-9a-f]{64}"), X: re.compile("sha256=[A-Za-z0-9+/]{43}=")}
LONGEST_TOKEN = 1000
MOST_LOOKS = 10  # in a second, at keys that may be newer: wrong signatures are free to make
COUNT_KEPT = 60 * 60 * 48
MOST_TURNS = 3  # of reading keys that change in this very moment
_OURS = "removed_at IS NULL AND platform = ANY(%s::text[]) AND sealed_credentials <> ''"
_SEALED = f"SELECT sealed_credentials, platform FROM channels_account WHERE {_OURS} ORDER BY id"  # noqa: S608  our own
_STORE = (
    "INSERT INTO channels_delivery (product, body, received_at, status, attempts, losses, alone, looks_up, error)"  # noqa: S608
    " SELECT %s, body, %s, 'waiting', 0, 0, false, '{}', '' FROM unnest(%s::bytea[]) AS told(body),"
    " (SELECT coalesce(string_agg(sealed_credentials, ',' ORDER BY id), '') AS sealed FROM channels_account"
    f" WHERE {_OURS}) keys WHERE encode(sha256(convert_to(keys.sealed, 'UTF8')), 'hex') = %s"
)


class Keys(NamedTuple):
    """The secrets a product's deliveries may be signed with, and of which accounts' credentials they are."""

    secrets: tuple[tuple[str, str], ...]  # each with its app, oldest first
    version: str

    def of(self, app: str) -> list[str]:
        """Return the distinct secrets of one app, or of all."""
        return list(dict.fromkeys(secret for of_app, secret in self.secrets if not app or of_app == app))


@dataclass
class _Looks:
    """How often this process looked for newer keys in the current second, for deliveries that were wrongly signed."""

    second: int = 0
    number: int = 0

    def take(self) -> bool:
        """Whether another look may be taken. One look renews the keys for all."""
        if self.second != (now := int(monotonic())):
            self.second, self.number = now, 0
        self.number += 1
        return self.number <= MOST_LOOKS


# What this process read last. Whether it still holds is seen in the statement that stores.
_keys: dict[str, Keys] = {}
_looks = _Looks()
waker = Waker("channels.tasks.read_waiting")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def meta(request: HttpRequest) -> HttpResponse:
    """The door of Facebook, Instagram and WhatsApp. GET answers Meta's verification, POST takes a delivery.

    Graph API reference, "Webhooks, getting started": hub.mode, hub.challenge, hub.verify_token; X-Hub-Signature-256 is
    the HMAC-SHA256 in hex, made with the app secret over the bytes as sent.
    """
    if request.method == "GET":
        return _verified(request)
    return _take(request, META)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def x(request: HttpRequest, app: str = "") -> HttpResponse:
    """The door of X. GET answers the challenge (CRC), POST takes a delivery.

    X API v2 reference, "Webhooks": crc_token and x-twitter-webhooks-signature, both HMAC-SHA256 in base64, made with
    the app's consumer secret. A challenge does not name its app, so each has its own address; at the one without an app
    the oldest account's answers, as it always did.
    """
    if request.method == "GET":
        return _challenged(request, app)
    return _take(request, X, app)


def accept(product: str, app: str, signature: str, body: bytes) -> HTTPStatus:
    """Store a delivery that is signed with a secret of ours, and wake a reader."""
    (status,) = accept_all(product, app, [(signature, body)])
    if status == HTTPStatus.OK:
        after_commit(waker.wake)
    return status


def accept_all(product: str, app: str, told: Sequence[tuple[str, bytes]]) -> list[HTTPStatus]:
    """Store those deliveries of one address that are signed with a secret of ours: each is a signature and a body.

    One statement and one commit for all of them, unless keys changed. Wakes nobody.
    """
    statuses = [HTTPStatus.FORBIDDEN] * len(told)
    left = [place for place, (signature, _body) in enumerate(told) if _SHAPE[product].fullmatch(signature)]
    keys = _keys.get(product)
    for _turn in range(MOST_TURNS):
        signed = [place for place in left if keys and _is_signed(product, *told[place], keys.of(app))]
        if keys and signed and _store(product, [told[place][1] for place in signed], keys):
            statuses = [HTTPStatus.OK if place in signed else status for place, status in enumerate(statuses)]
            left, signed = [place for place in left if place not in signed], []
        # Keys are surely others where what they signed was not stored; else a look is a guess.
        if not left or not (keys is None or signed or _looks.take()):
            break
        newer = _load_keys(product)
        if newer == keys:
            break
        keys = _keys[product] = newer
    if refused := statuses.count(HTTPStatus.FORBIDDEN):
        _count_refused(product, refused)
    return statuses


def address(account: Account) -> str:
    """Return the path that an account's webhooks are to be registered with; "" where its platform has none."""
    kind = connector_class(account.platform)
    if not kind.webhook_product:
        return ""
    name = _secret_in(account.sealed_credentials, kind.webhook_app) if kind.webhook_app else ""
    return f"/webhooks/{kind.webhook_product}/{f'{_app(name)}/' if name else ''}"


def _app(name: str) -> str:
    """Return how an app is called in its address: the same for all its accounts, and telling nothing of its keys."""
    return hashlib.sha256(f"webhook of {name}".encode()).hexdigest()[:24]


def _verified(request: HttpRequest) -> HttpResponse:
    sent_token = request.GET.get("hub.verify_token", "")
    if request.GET.get("hub.mode") != "subscribe" or not sent_token:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    known = [settings.META_VERIFY_TOKEN, *_accounts(META).values_list("verify_token", flat=True)]
    # Every token is compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(sent_token.encode(), token.encode()) for token in known if token]
    if not any(matches):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain; charset=utf-8")


def _challenged(request: HttpRequest, app: str) -> HttpResponse:
    token = request.GET.get("crc_token", "")
    if not token or len(token) > LONGEST_TOKEN:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    secret = next(iter(_load_keys(X).of(app)), "")
    if not secret:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    digest = hmac.new(secret.encode(), token.encode(), hashlib.sha256).digest()
    return JsonResponse({"response_token": f"sha256={base64.b64encode(digest).decode()}"})


def _take(request: HttpRequest, product: str, app: str = "") -> HttpResponse:
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return HttpResponse(status=accept(product, app, request.headers.get(SIGNED_IN[product], ""), body))


def _is_signed(product: str, signature: str, body: bytes, keys: Iterable[str]) -> bool:
    sent, encode = signature.encode(), _ENCODED[product]
    made = [b"sha256=" + encode(hmac.new(key.encode(), body, hashlib.sha256).digest()) for key in keys]
    # Every key is tried, so that the time taken tells nothing.
    matches = [hmac.compare_digest(sent, signature) for signature in made]
    return any(matches)


def _store(product: str, bodies: Sequence[bytes], keys: Keys) -> bool:
    """Store bodies, unless the accounts' keys are others by now: the statement itself looks. Returns whether it did."""
    return bool(run(_STORE, [product, timezone.now(), list(bodies), _platforms(product), keys.version]))


def _platforms(product: str) -> list[str]:
    return [platform for platform in PLATFORMS if connector_class(platform).webhook_product == product]


def _accounts(product: str) -> AccountQuerySet:
    present: AccountQuerySet = Account.objects.present()
    return present.filter(platform__in=_platforms(product))


def _load_keys(product: str) -> Keys:
    """Return the secrets of connected accounts, oldest first."""
    rows = fetch(_SEALED, [_platforms(product)])
    found = (
        (_app(_secret_in(sealed, connector_class(platform).webhook_app)), _secret_in(sealed, _SECRET_OF[product]))
        for sealed, platform in rows
    )
    version = hashlib.sha256(",".join(sealed for sealed, _platform in rows).encode()).hexdigest()
    return Keys(tuple((app, secret) for app, secret in found if secret), version)


@lru_cache(maxsize=1024)
def _secret_in(sealed: str, name: str) -> str:
    try:
        return secrets.unseal(sealed).get(name, "")
    except secrets.CredentialsUnreadable:
        return ""


def _count_refused(product: str, many: int) -> None:
    log.warning("%s deliveries for %s came without a right signature", many, product)
    key = _refused_key(product)
    try:
        cache.add(key, 0, COUNT_KEPT)
        cache.incr(key, many)
    except Exception as error:  # noqa: BLE001  the count is worth less than the answer
        log.warning("Refused deliveries are not counted: %s", type(error).__name__)


def refused_today(product: str) -> int:
    """Return how many deliveries with a wrong signature came in today; 0 when the cache is away."""
    try:
        return int(cache.get(_refused_key(product)) or 0)
    except Exception:  # noqa: BLE001  as above
        return 0


def _refused_key(product: str) -> str:
    return f"webhooks:refused:{product}:{timezone.now():%Y-%m-%d}"

"""Where the platforms push: verify the signature, store the bytes, answer 200. Read later by deliveries.py."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from channels import secrets
from channels.models import Account, AccountQuerySet, Delivery
from channels.platforms import PLATFORMS
from channels.registry import connector_class
from webcare.lib.enqueue import enqueue

log = logging.getLogger(__name__)

META, X = "meta", "x"
LONGEST_TOKEN = 1000
COUNT_KEPT = 60 * 60 * 48


@csrf_exempt
@require_http_methods(["GET", "POST"])
def meta(request: HttpRequest) -> HttpResponse:
    """The door of Facebook, Instagram and WhatsApp. GET answers Meta's verification, POST takes a delivery.

    Graph API reference, "Webhooks, getting started": hub.mode, hub.challenge, hub.verify_token; X-Hub-Signature-256 is
    the HMAC-SHA256 in hex, made with the app secret over the bytes as sent.
    """
    if request.method == "GET":
        return _verified(request)
    return _take(request, META, request.headers.get("X-Hub-Signature-256", ""), _secrets(META, "app_secret"), bytes.hex)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def x(request: HttpRequest, app: str = "") -> HttpResponse:
    """The door of X. GET answers the challenge (CRC), POST takes a delivery.

    X API v2 reference, "Webhooks": crc_token and x-twitter-webhooks-signature, both HMAC-SHA256 in base64, made with
    the app's consumer secret. A challenge does not name its app, so each has its own address; at the one without an app
    the oldest account's answers, as it always did.
    """
    keys = _secrets(X, "consumer_secret", app)
    if request.method == "GET":
        return _challenged(request, keys)
    signature = request.headers.get("X-Twitter-Webhooks-Signature", "")
    return _take(request, X, signature, keys, lambda digest: base64.b64encode(digest).decode())


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
    known = [settings.META_VERIFY_TOKEN, *_accounts(META).values_list("verify_token", flat=True)]
    # Every token is compared, so that the time taken tells nothing.
    matches = [hmac.compare_digest(sent_token.encode(), token.encode()) for token in known if token]
    if request.GET.get("hub.mode") != "subscribe" or not any(matches):
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain; charset=utf-8")


def _challenged(request: HttpRequest, keys: Sequence[str]) -> HttpResponse:
    token, secret = request.GET.get("crc_token", ""), next(iter(keys), "")
    if not secret or not token or len(token) > LONGEST_TOKEN:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    digest = hmac.new(secret.encode(), token.encode(), hashlib.sha256).digest()
    return JsonResponse({"response_token": f"sha256={base64.b64encode(digest).decode()}"})


def _take(
    request: HttpRequest, product: str, signature: str, keys: Sequence[str], encode: Callable[[bytes], str]
) -> HttpResponse:
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not _is_signed(body, signature, keys, encode):
        _count_refused(product)
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    delivery = Delivery.objects.create(product=product, body=body)
    enqueue("channels.tasks.read_delivery", delivery.pk)
    return HttpResponse(status=HTTPStatus.OK)


def _is_signed(body: bytes, signature: str, keys: Iterable[str], encode: Callable[[bytes], str]) -> bool:
    sent = signature.encode()
    made = [f"sha256={encode(hmac.new(key.encode(), body, hashlib.sha256).digest())}".encode() for key in keys]
    matches = [hmac.compare_digest(sent, signature) for signature in made]
    return any(matches)


def _accounts(product: str) -> AccountQuerySet:
    kinds = [platform for platform in PLATFORMS if connector_class(platform).webhook_product == product]
    present: AccountQuerySet = Account.objects.present()
    return present.filter(platform__in=kinds)


def _secrets(product: str, name: str, app: str = "") -> list[str]:
    """Return the distinct secrets of connected accounts, of one app or all, oldest first.

    The sealed text is read each time, so changes count at once everywhere; only the decryption is remembered.
    """
    rows = _accounts(product).order_by("pk").exclude(sealed_credentials="")
    found = [
        _secret_in(sealed, name)
        for sealed, platform in rows.values_list("sealed_credentials", "platform")
        if not app or _app(_secret_in(sealed, connector_class(platform).webhook_app)) == app
    ]
    return list(dict.fromkeys(secret for secret in found if secret))


@lru_cache(maxsize=1024)
def _secret_in(sealed: str, name: str) -> str:
    try:
        return secrets.unseal(sealed).get(name, "")
    except secrets.CredentialsUnreadable:
        return ""


def _count_refused(product: str) -> None:
    log.warning("A delivery for %s came without a right signature", product)
    key = _refused_key(product)
    try:
        cache.add(key, 0, COUNT_KEPT)
        cache.incr(key)
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

"""Which browsers tell a person: added and removed by themselves, and removed once a browser is gone."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from channels import secrets
from inbox.models import PushSubscription, User

AT_MOST = 10  # browsers of one person; the oldest gives way
COOKIE_AGE = 365 * 24 * 60 * 60
# The first that fits: what others call themselves besides stands behind.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
             "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
            "Mac OS": "macOS", "Linux": "Linux"}  # fmt: skip
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(?::443)?/[!-\[\]-~]+", re.IGNORECASE)


def of(user: User) -> QuerySet[PushSubscription]:
    """Return a person's browsers, the newest first."""
    return PushSubscription.objects.filter(user=user).order_by("-at", "-pk")


@transaction.atomic
def add(user: User, *, endpoint: str, p256dh: str, auth: str, agent: str) -> PushSubscription:
    """Let a browser tell this person, and nobody else any more. Raises ValueError for what is no subscription."""
    if not _is_endpoint(endpoint):
        raise ValueError("A push service's address is https, at its usual port, and at most 1,000 long.")
    _refuse_odd_keys(p256dh, auth)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time: how many there are is counted below
    PushSubscription.objects.filter(endpoint=endpoint).delete()  # another row: what was on its way to others is gone
    made = PushSubscription.objects.create(
        user=user,
        endpoint=endpoint,
        sealed_keys=secrets.seal({"p256dh": p256dh, "auth": auth}),
        browser=browser_name(agent),
    )
    too_many = of(user).values_list("pk", flat=True)[AT_MOST:]
    PushSubscription.objects.filter(pk__in=list(too_many)).delete()
    return made


def remove(user: User, code: UUID) -> bool:
    """Let a browser of this person tell nothing any more; return whether it was theirs."""
    return bool(of(user).filter(code=code).delete()[0])


def browser_name(agent: str) -> str:
    """Return what a browser calls itself, for its owner to know it by: "Chrome, Android"."""
    named = next((name for mark, name in _BROWSERS.items() if mark in agent), _("Browser"))
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return f"{named}, {system}" if system else str(named)


def forget_others(*, user: User, request: HttpRequest, **_signal: Any) -> None:
    """Who signs in to a browser ends what it told somebody else (a receiver of Django's `user_logged_in`)."""
    _of_browser(request).exclude(user=user).delete()


def forget_browser(*, request: HttpRequest, **_signal: Any) -> None:
    """Who signs out is no longer told by this browser (a receiver of Django's `user_logged_out`)."""
    _of_browser(request).delete()


def code_of(request: HttpRequest) -> str:
    """Return which subscription this browser says it has; "" for none."""
    return request.COOKIES.get(settings.PUSH_COOKIE_NAME, "")


def _of_browser(request: HttpRequest) -> QuerySet[PushSubscription]:
    try:
        return PushSubscription.objects.filter(code=UUID(code_of(request)))
    except ValueError:
        return PushSubscription.objects.none()


def _is_endpoint(url: str) -> bool:
    sandbox = settings.MEDIA_SANDBOX
    if len(url) > 1000:
        return False
    return bool(_ADDRESS.fullmatch(url) and urlsplit(url).hostname) or bool(sandbox and url.startswith(f"{sandbox}/"))


def _refuse_odd_keys(p256dh: str, auth: str) -> None:
    """Raise ValueError unless these are a point on the curve and sixteen bytes."""
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(p256dh))
    if len(raw(auth)) != 16:
        raise ValueError("The secret of a subscription has sixteen bytes.")


def raw(text: str) -> bytes:
    """Return the bytes of base64url without its padding. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

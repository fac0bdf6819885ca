"""One sign-in at a platform: begun in a browser, brought back to it once, and then chosen from.

The row holds what must not travel: the PKCE verifier on the way, the credentials until accounts were chosen. Nothing of
it is in an address of ours, or in a log.
"""

from __future__ import annotations

import hashlib
import json
import secrets as random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple, Protocol

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from channels import secrets
from channels.accounts.oauth import apps
from channels.base import Offer
from channels.email import login as mail
from channels.mastodon import login as mastodon
from channels.meta import login as meta
from channels.models import Account, SignIn
from channels.x import access as x_access
from channels.x import login as x
from channels.youtube import access as google_access
from channels.youtube import login as google
from inbox.models import User

RETURNS_WITHIN = timedelta(minutes=15)
CHOOSES_WITHIN = timedelta(minutes=30)
KEPT = timedelta(days=1)


class Way(StrEnum):
    """How somebody signs in."""

    X = "x"  # OAuth 2 with PKCE
    X_KEYS = "x1"  # OAuth 1.0a
    PAGES = "pages"  # Facebook Login
    NUMBERS = "numbers"  # WhatsApp's embedded sign-up
    GOOGLE = "google"  # OAuth 2 with PKCE
    MICROSOFT = "microsoft"  # the same, for a mailbox
    GMAIL = "gmail"  # the same, for a mailbox
    MASTODON = "mastodon"  # the same, at the server that was typed
    TOKEN = "token"  # noqa: S105  a system user's token, made at Meta and pasted here


KINDS: Mapping[Way, str] = {
    Way.X: apps.X,
    Way.X_KEYS: apps.X,
    Way.PAGES: apps.META,
    Way.NUMBERS: apps.META,
    Way.TOKEN: apps.META,
    Way.GOOGLE: apps.GOOGLE,
    Way.MICROSOFT: apps.MICROSOFT,
    Way.GMAIL: apps.GOOGLE,
    Way.MASTODON: apps.MASTODON,
}
WAYS: Mapping[str, tuple[Way, ...]] = {
    "x": (Way.X, Way.X_KEYS),
    "facebook": (Way.PAGES,),
    "instagram": (Way.PAGES,),
    "whatsapp": (Way.NUMBERS, Way.TOKEN),
    "youtube": (Way.GOOGLE,),
    "email": (Way.MICROSOFT, Way.GMAIL),
    "mastodon": (Way.MASTODON,),
}


class _Address(Protocol):
    """Returns where somebody lets our app in."""

    def __call__(self, app: Mapping[str, str], redirect: str, state: str, verifier: str) -> str: ...


class _Exchange(Protocol):
    """Changes a code for credentials."""

    def __call__(self, app: Mapping[str, str], redirect: str, code: str, verifier: str) -> dict[str, str]: ...


class _Offers(Protocol):
    """Returns what credentials reach."""

    def __call__(self, credentials: Mapping[str, str]) -> Sequence[Offer]: ...


class _Walk(NamedTuple):
    """OAuth 2 with PKCE at one platform."""

    address: _Address
    exchange: _Exchange
    offers: _Offers


_PKCE: Mapping[Way, _Walk] = {
    Way.X: _Walk(x.address, x_access.exchange, x.offers),
    Way.GOOGLE: _Walk(google.address, google_access.exchange, google.offers),
    Way.MICROSOFT: _Walk(partial(mail.address, mail.MICROSOFT), partial(mail.exchange, mail.MICROSOFT), mail.offers),
    Way.MASTODON: _Walk(mastodon.address, mastodon.exchange, mastodon.offers),
    Way.GMAIL: _Walk(partial(mail.address, mail.GOOGLE), partial(mail.exchange, mail.GOOGLE), mail.offers),
}
_VERIFIER = "verifier"


class SignInRefused(Exception):
    """A sign-in that leads nowhere. The text is a sentence for the admin."""


def ways_of(platform: str) -> list[Way]:
    """Return the ways that are open now: those our app is filled in for."""
    return [way for way in WAYS.get(platform, ()) if _is_open(way, apps.app_of(KINDS[way]))]


def begin(
    way: Way,
    *,
    by: User,
    session: str,
    account: Account | None = None,
    again: bool = False,
    typed: Mapping[str, str] | None = None,
) -> str:
    """Begin a sign-in and return the address to go to. Raises ChannelError, SignInRefused where our app is unknown.

    `typed` goes before what the platform says of the account: a shared mailbox, the sender's name.
    """
    app = apps.app_of(KINDS[way])
    if way == Way.TOKEN or not _is_open(way, app):
        raise SignInRefused(_("Fill in the app first."))
    state, hidden = random.token_urlsafe(32), dict(typed or {})
    redirect = return_address(KINDS[way])
    if way == Way.MASTODON:  # every server knows apps of its own
        app = hidden = mastodon.register(hidden.get("instance", ""), redirect)
    if way in _PKCE:
        hidden[_VERIFIER] = random.token_urlsafe(64)
        address = _PKCE[way].address(app, redirect, state, hidden[_VERIFIER])
    elif way == Way.X_KEYS:
        state, hidden["secret"] = x.request_token(app, redirect)
        address = x.signer_address(state)
    else:
        config = settings.META_WHATSAPP_CONFIG_ID if way == Way.NUMBERS else ""
        address = meta.address(app, redirect, state, config=config, again=again)
    SignIn.objects.create(
        way=way, account=account, by=by, browser=_browser(session), state=_hash(state), sealed=secrets.seal(hidden)
    )
    return address


def arrive(kind: str, answer: Mapping[str, str], *, by: User, session: str) -> SignIn:
    """Take what the platform sent the browser back with, once, and ask what the sign-in reaches.

    Raises SignInRefused where it was not begun by this person in this browser, is over, or was refused there;
    ChannelError where the platform does not accept the code.
    """
    state = answer.get("state") or answer.get("oauth_token") or answer.get("denied") or ""
    now = timezone.now()
    mine = SignIn.objects.filter(state=_hash(state), by=by, browser=_browser(session), returned_at=None)
    ways = [way for way in Way if KINDS[way] == kind and way != Way.TOKEN]
    if not mine.filter(way__in=ways, started_at__gt=now - RETURNS_WITHIN).update(returned_at=now):
        raise SignInRefused(_("This sign-in is over, or was begun in another browser. Begin again."))
    row: SignIn = SignIn.objects.select_related("account").get(state=_hash(state))
    if "error" in answer or "denied" in answer:
        SignIn.objects.filter(pk=row.pk).update(sealed="")
        raise SignInRefused(_("You did not let Webcare in. Nothing has changed."))
    _keep(row, _reached(row, answer))
    return row


def paste(token: str, *, by: User, session: str, account: Account | None = None) -> SignIn:
    """Ask what a system user's token reaches. Raises ChannelError, SignInRefused where our app is unknown."""
    app = apps.app_of(apps.META)
    if not _is_open(Way.TOKEN, app):
        raise SignInRefused(_("Fill in the app first."))
    offers = meta.number_offers(app, token)
    now, state = timezone.now(), _hash(random.token_urlsafe(32))
    row = SignIn.objects.create(
        way=Way.TOKEN, account=account, by=by, browser=_browser(session), state=state, returned_at=now
    )
    _keep(row, offers)
    return row


def find(code: uuid.UUID, *, by: User, session: str) -> SignIn | None:
    """Return a sign-in of this person in this browser that accounts can still be chosen from."""
    since = timezone.now() - CHOOSES_WITHIN
    rows = SignIn.objects.filter(by=by, browser=_browser(session), returned_at__gt=since).exclude(sealed="")
    return rows.select_related("account").filter(code=code).first()


def offers_of(row: SignIn) -> list[Offer]:
    """Return what a sign-in reaches. Raises CredentialsUnreadable."""
    found = json.loads(secrets.unseal(row.sealed)["offers"])
    return [Offer(**{**offer, "lacking": tuple(offer["lacking"])}) for offer in found]


def end(row: SignIn) -> None:
    """Forget what a sign-in reached: accounts were chosen."""
    SignIn.objects.filter(pk=row.pk).update(sealed="")


def forget_old() -> None:
    """Delete sign-ins that are over, and empty those nobody chose from in time."""
    now = timezone.now()
    SignIn.objects.filter(started_at__lt=now - KEPT).delete()
    over = Q(returned_at=None, started_at__lt=now - RETURNS_WITHIN) | Q(returned_at__lt=now - CHOOSES_WITHIN)
    SignIn.objects.filter(over).exclude(sealed="").update(sealed="")


def return_address(kind: str) -> str:
    """Return where a platform sends browsers back to: it has to be known there letter by letter."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('signed_in', args=[kind])}"


def _reached(row: SignIn, answer: Mapping[str, str]) -> Sequence[Offer]:
    hidden = secrets.unseal(row.sealed)
    way = Way(row.way)
    app, redirect = apps.app_of(KINDS[way]), return_address(KINDS[way])
    code = answer.get("code", "")
    if way == Way.MASTODON:
        app = hidden
    if way in _PKCE:
        walk, verifier = _PKCE[way], hidden.pop(_VERIFIER)
        return walk.offers({**walk.exchange(app, redirect, code, verifier), **hidden})
    if row.way == Way.X_KEYS:
        token, verifier = answer.get("oauth_token", ""), answer.get("oauth_verifier", "")
        return x.offers(x.exchange_signer(app, token, hidden["secret"], verifier))
    if row.way == Way.NUMBERS:
        return meta.number_offers(app, meta.exchange(app, redirect, code, longer=False))
    return meta.page_offers(app, meta.exchange(app, redirect, code))


def _keep(row: SignIn, offers: Sequence[Offer]) -> None:
    if not offers:
        SignIn.objects.filter(pk=row.pk).update(sealed="")
        raise SignInRefused(_("You shared no page and no number with Webcare. Sign in again and choose some."))
    row.sealed = secrets.seal({"offers": json.dumps([asdict(offer) for offer in offers])})
    row.save(update_fields=["sealed"])


def _is_open(way: Way, app: Mapping[str, str]) -> bool:
    if way == Way.MASTODON:
        return True
    needed = {
        Way.X: ("client_id",),
        Way.X_KEYS: ("consumer_key", "consumer_secret"),
        **dict.fromkeys((Way.GOOGLE, Way.MICROSOFT, Way.GMAIL), ("client_id", "client_secret")),
    }.get(way, ("app_id", "app_secret"))
    return all(app.get(name) for name in needed) and (way != Way.NUMBERS or bool(settings.META_WHATSAPP_CONFIG_ID))


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _browser(session: str) -> str:
    return salted_hmac("channels.accounts.oauth", session, algorithm="sha256").hexdigest()

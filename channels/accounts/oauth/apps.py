"""Our app at each platform: from the environment, or filled in by an admin and kept encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from channels import secrets
from channels.models import PlatformApp
from inbox.models import Event, User


class AppField(NamedTuple):
    """One thing that names our app or proves it: the environment's name, and whether it is never shown."""

    name: str
    setting: str
    label: str  # English; translated where shown
    secret: bool = False


X, META, GOOGLE, MICROSOFT = "x", "meta", "google", "microsoft"
MASTODON = "mastodon"  # no app to fill in: each server is told of one when somebody signs in there
TITLES = {X: "X", META: "Meta", GOOGLE: "Google", MICROSOFT: "Microsoft", MASTODON: "Mastodon"}
_PLATFORMS = {X: ("x",), META: ("facebook", "instagram", "whatsapp"), GOOGLE: ("youtube",), MICROSOFT: ("email",)}
FIELDS: Mapping[str, tuple[AppField, ...]] = {
    X: (
        AppField("client_id", "X_CLIENT_ID", "OAuth 2.0 client ID"),
        AppField("client_secret", "X_CLIENT_SECRET", "OAuth 2.0 client secret", secret=True),
        AppField("consumer_key", "X_API_KEY", "API key"),
        AppField("consumer_secret", "X_API_SECRET", "API key secret", secret=True),
    ),
    META: (
        AppField("app_id", "META_APP_ID", "App ID"),
        AppField("app_secret", "META_APP_SECRET", "App secret", secret=True),
    ),
    GOOGLE: (
        AppField("client_id", "GOOGLE_CLIENT_ID", "OAuth client ID"),
        AppField("client_secret", "GOOGLE_CLIENT_SECRET", "OAuth client secret", secret=True),
    ),
    MICROSOFT: (
        AppField("client_id", "MICROSOFT_CLIENT_ID", "Application (client) ID"),
        AppField("client_secret", "MICROSOFT_CLIENT_SECRET", "Client secret", secret=True),
        AppField("tenant", "MICROSOFT_TENANT", "Directory (tenant) ID"),
    ),
}


def platform_of(kind: str) -> str:
    """Return the first platform whose accounts are connected with an app."""
    return _PLATFORMS[kind][0]


def app_of(kind: str) -> dict[str, str]:
    """Return what is known of our app: what the environment says goes first."""
    kept = _kept(kind)
    found = {field.name: from_environment(field) or kept.get(field.name, "") for field in FIELDS.get(kind, ())}
    return {name: value for name, value in found.items() if value}


def with_secret(platform: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """Return an account's credentials with our app's secret as it is now: the copy among them may have ended.

    The copy stays where our app is another one now, or is not known: what a platform gave is bound to its app.
    """
    kind = _kind_of(platform, credentials)
    known = app_of(kind).get("client_secret") if is_of(kind, platform, credentials) else None
    return {**credentials, **({"client_secret": known} if known else {})}


def is_of(kind: str, platform: str, credentials: Mapping[str, str]) -> bool:
    """Whether an account was connected with our app at a platform, as it is now."""
    client = credentials.get("client_id")
    return bool(client) and _kind_of(platform, credentials) == kind and app_of(kind).get("client_id") == client


def _kind_of(platform: str, credentials: Mapping[str, str]) -> str:
    return credentials.get("provider") or next((kind for kind, names in _PLATFORMS.items() if platform in names), "")


def from_environment(field: AppField) -> str:
    """Return what the environment says."""
    return str(getattr(settings, field.setting))


def keep(kind: str, values: Mapping[str, str], *, by: User | None) -> None:
    """Keep what was filled in. An empty secret keeps the one that is there."""
    with transaction.atomic():
        row, _made = PlatformApp.objects.select_for_update().get_or_create(kind=kind, defaults={"sealed": ""})
        kept = _unsealed(row.sealed)
        for field in FIELDS[kind]:
            value = values.get(field.name, "").strip()
            if value or not field.secret:
                kept[field.name] = value
        row.sealed = secrets.seal({name: value for name, value in kept.items() if value})
        row.save()
        Event.note("platform_app_changed", actor=by, platform=platform_of(kind))


def _kept(kind: str) -> dict[str, str]:
    return _unsealed(PlatformApp.objects.filter(kind=kind).values_list("sealed", flat=True).first() or "")


def _unsealed(sealed: str) -> dict[str, str]:
    if not sealed:
        return {}
    try:
        return secrets.unseal(sealed)
    except secrets.CredentialsUnreadable:
        return {}  # the key is gone: it has to be filled in again

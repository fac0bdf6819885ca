"""Credentials at rest: encrypted with MultiFernet, so that a key can be replaced without a pause."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CredentialsUnreadable(Exception):
    """None of the configured keys opens the stored credentials."""


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(credentials: Mapping[str, str]) -> str:
    """Encrypt a mapping of names to secrets with the newest key; returns text for the database."""
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).encrypt(json.dumps(dict(credentials)).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Decrypt what `seal` made, with any of the configured keys. Raises CredentialsUnreadable."""
    try:
        opened: dict[str, str] = json.loads(_fernet(tuple(settings.CREDENTIAL_KEYS)).decrypt(sealed.encode()))
    except (InvalidToken, ValueError):
        # `from None`: the original error would carry the sealed text into a log.
        raise CredentialsUnreadable("No configured CREDENTIAL_KEYS opens these credentials.") from None
    return opened


def reseal(sealed: str) -> str:
    """Encrypt again with the newest key (after adding one in front). Raises CredentialsUnreadable."""
    try:
        return _fernet(tuple(settings.CREDENTIAL_KEYS)).rotate(sealed.encode()).decode()
    except InvalidToken:
        raise CredentialsUnreadable("No configured CREDENTIAL_KEYS opens these credentials.") from None

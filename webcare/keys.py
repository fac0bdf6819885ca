"""What is wrong with a setting that protects others, in words for the terminal. Knows no Django."""

from __future__ import annotations

import base64
import binascii

_SHORTEST = 40


def fault_of_secret(value: str) -> str:
    """Return what is wrong with SECRET_KEY; "" for a good one."""
    if len(value) < _SHORTEST or len(set(value)) < 10:
        return f"SECRET_KEY must be at least {_SHORTEST} random characters, e.g. of `openssl rand -base64 48`."
    return ""


def fault_of_credential_keys(value: str) -> str:
    """Return what is wrong with CREDENTIAL_KEYS; "" for good ones."""
    for number, key in enumerate((part.strip() for part in value.split(",") if part.strip()), start=1):
        try:
            right = len(base64.b64decode(key.encode(), altchars=b"-_", validate=True)) == 32
        except (binascii.Error, ValueError):
            right = False
        if not right:
            return f"Key {number} of CREDENTIAL_KEYS is not a key of `make key`: 32 bytes in URL-safe base64."
    return ""


def fault_of_hosts(value: str) -> str:
    """Return what is wrong with ALLOWED_HOSTS; "" for good ones."""
    for host in (part.strip() for part in value.split(",") if part.strip()):
        if "*" in host or "/" in host:
            return f"ALLOWED_HOSTS must be host names such as webcare.example.nl, not {host!r}."
    return ""

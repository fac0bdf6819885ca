"""Signing in at Salesforce: client credentials, or user name, password and token. A token is kept while it works."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from threading import Lock
from typing import Any

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.login import SalesforceLogin

SUFFIX = ".salesforce.com"
_tokens: dict[str, tuple[str, str]] = {}  # by credentials: token and host, of this process
_lock = Lock()


def client(credentials: Mapping[str, str], session: requests.Session) -> Salesforce:
    """Return the SDK's client, signed in. Raises simple_salesforce's exceptions, and CrmError."""
    key = _key(credentials)
    with _lock:
        known = _tokens.get(key)
    if known is None:
        known = _sign_in(credentials, session)
        with _lock:
            _tokens.clear()  # one CRM is connected at a time
            _tokens[key] = known
    token, host = known
    return Salesforce(session_id=token, instance=host, version=credentials["version"], session=session)


def host(credentials: Mapping[str, str]) -> str:
    """Return the host that the token is for; the one that was filled in where there is no token."""
    with _lock:
        known = _tokens.get(_key(credentials))
    return known[1] if known else credentials["host"]


def forget(credentials: Mapping[str, str]) -> None:
    """Forget the token: it is refused."""
    with _lock:
        _tokens.pop(_key(credentials), None)


def _sign_in(credentials: Mapping[str, str], session: requests.Session) -> tuple[str, str]:
    given: dict[str, Any] = {
        "consumer_key": credentials["consumer_key"],
        "consumer_secret": credentials["consumer_secret"],
        "domain": credentials["host"].removesuffix(SUFFIX),
    }
    if credentials.get("username"):
        # The security token follows the password: Salesforce's help, "OAuth 2.0 Username-Password Flow".
        given |= {
            "username": credentials["username"],
            "password": credentials["password"] + credentials.get("security_token", ""),
        }
    token, host = SalesforceLogin(session=session, **given)
    return str(token), str(host)


def _key(credentials: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(credentials), sort_keys=True).encode()).hexdigest()

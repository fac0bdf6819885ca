"""The session handed to simple-salesforce: Salesforce's own hosts, bounded answers, and no exception of requests."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests import exceptions
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from channels.http import Answer, is_loopback
from crm.port import CrmError

MOST_BYTES = 1024 * 1024
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+salesforce\.com")


def is_salesforce(url: str) -> bool:
    """Whether an address is one of Salesforce's own hosts, over https."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.port in (None, 443) and bool(_HOST.fullmatch(parts.hostname or ""))
    except ValueError:
        return False


class SalesforceSession(requests.Session):
    """The host is in the SDK's code and in the answer that gives a token, so each is looked at here."""

    def __init__(self, seconds: float) -> None:
        """All requests together take `seconds` at most."""
        super().__init__()
        self._ends = time.monotonic() + seconds

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request; read at most MOST_BYTES of the answer. Raises CrmError."""
        address = url if isinstance(url, str) else url.decode()
        if not is_salesforce(address):
            raise CrmError("private_address", permanent=True)
        if settings.SALESFORCE_BASE:
            parts = urlsplit(address)
            address = settings.SALESFORCE_BASE + address[len(f"{parts.scheme}://{parts.netloc}") :]
        self.trust_env = not is_loopback(address)
        left = self._ends - time.monotonic()
        if left <= 0:
            raise CrmError("unreachable")
        connect, read = settings.PLATFORM_TIMEOUT
        # Not packed: what is read is as long as what comes.
        kwargs["headers"] = {**(kwargs.get("headers") or {}), "Accept-Encoding": "identity"}
        kwargs |= {"timeout": (min(connect, left), min(read, left)), "allow_redirects": False, "stream": True}
        try:
            with super().request(method, address, *args, **kwargs) as response:
                content = response.raw.read(MOST_BYTES + 1, decode_content=False)
        except InvalidIPAddress:
            raise CrmError("private_address", permanent=True) from None
        except (exceptions.RequestException, HTTPError, OSError):
            raise CrmError("unreachable") from None
        if len(content) > MOST_BYTES:
            raise CrmError("too_large")
        response._content = content  # noqa: SLF001  requests has no other way to set what was read
        response.__class__ = Answer
        return response

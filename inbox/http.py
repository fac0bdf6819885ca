"""The request as the inbox's views know it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from inbox.models import User


class AgentRequest(HttpRequest):
    """A request of somebody signed in."""

    user: User
    htmx: HtmxDetails


def is_own_page(address: str) -> bool:
    """Whether an address that a browser sent is a path of ours: `null`, names of views and other hosts are not."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)

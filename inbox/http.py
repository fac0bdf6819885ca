"""The request as the inbox's views know it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from inbox.models import User


class AgentRequest(HttpRequest):
    """A request of somebody signed in."""

    user: User
    htmx: HtmxDetails

"""Searches that name a customer: listed where the customer is erased, for people to change."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.privacy.elsewhere import Texts
from monitoring.queries.models import Query

QUERIES = Texts(
    "query", _("Saved query"), Query.objects.all, ("name", "text"),
    lambda row: reverse("monitoring_query", args=[row.code]),
)  # fmt: skip

"""Mailed figures whose title names a customer: listed where the customer is erased, for people to end."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inbox.privacy.elsewhere import Texts
from reports.mailed.models import MailedReport

TITLES = Texts(
    "mailed", _("Mailed figures"), MailedReport.objects.all, ("title",), lambda _row: reverse("mailed_reports")
)

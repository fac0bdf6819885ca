"""Tells admins that an endpoint was switched off: it was silent for three days, or wants no more."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from api.webhooks.models import Endpoint
from inbox.models import User
from inbox.notifications.mail import AUTOMATIC, can_mail


def tell_admins(endpoint: Endpoint) -> None:
    """Mail each admin once; the page of webhooks and the log say it in any case."""
    if not can_mail():
        return
    address = settings.PUBLIC_URL + reverse("api_endpoint", args=[endpoint.code])
    for person in User.objects.filter(role=User.Role.ADMIN, is_active=True):
        with translation.override(person.language):
            subject = _("The webhook “%(name)s” was switched off") % {"name": endpoint.name}
            why = _("It did not answer for three days, or wants no more. It is told nothing until you switch it on:")
            mail = EmailMessage(f"Webcare: {subject}", f"{why}\n\n{address}", to=[person.email], headers=AUTOMATIC)
            mail.send(fail_silently=True)

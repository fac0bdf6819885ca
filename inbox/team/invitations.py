"""How somebody new gets in: a link that works once and for three days, passed on by hand or by e-mail.

Nobody types a password for a colleague. docs/decisions/0006-no-invitations-by-mail.md says why the link is there too.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from inbox.models import Event, Organisation, User

log = logging.getLogger(__name__)


def make_link(person: User, *, by: User) -> str:
    """Return the path of a page where this person chooses a password: works once, and for three days."""
    with transaction.atomic():
        path = _path(person)
        Event.note("person_link_made", actor=by, person=person.pk)
    return path


def send(person: User, *, by: User, origin: str) -> bool:
    """Mail somebody such a link; return whether the mail server took it."""
    path = _path(person)
    with translation.override(person.language):
        words = {"person": person, "by": by, "link": origin.rstrip("/") + path, "until": valid_until(person)}
        body = loader.render_to_string("account/email/invitation.txt", words | {"at": Organisation.current().name})
        subject = _("%(name)s lets you in to Webcare") % {"name": " ".join(by.name.split())}
    try:
        EmailMessage(subject, body, to=[person.email], headers={"Auto-Submitted": "auto-generated"}).send()
    except (smtplib.SMTPException, OSError) as error:
        log.warning("An invitation could not be sent: %s", type(error).__name__)
        return False
    Event.note("invitation_sent", actor=by, person=person.pk)
    return True


def valid_until(person: User) -> datetime | None:
    """Return until when somebody who never signed in may use their link; None for all others."""
    if person.invited_at is None or person.last_login is not None or person.has_usable_password():
        return None
    return person.invited_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def is_over(person: User) -> bool:
    """Whether somebody's link is too old to be used."""
    until = valid_until(person)
    return until is not None and until < timezone.now()


def _path(person: User) -> str:
    person.invited_at = timezone.now()
    person.save(update_fields=["invited_at"])
    key = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})

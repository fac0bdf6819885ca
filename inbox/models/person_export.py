"""The file of an access request: everything that is held of one person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]


class PersonExport(models.Model):
    """One file, for whoever asked for it. The row is the queue: a worker makes the file, and it goes after a week."""

    class Known(models.TextChoices):
        """How we know that it is they who ask."""

        WROTE = "wrote", _("They asked from their own account or number")
        SEEN = "seen", _("Saw a document, and did not keep it")
        OTHER = "other", _("In another way")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contact = models.ForeignKey("inbox.Contact", on_delete=models.CASCADE, related_name="exports")
    known = models.CharField(_("How do you know that it is them?"), max_length=8, choices=Known.choices)
    language = models.CharField(_("language of the file"), max_length=2, choices=LANGUAGES, default="nl")
    with_notes = models.BooleanField(_("I read the notes"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    tries = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="export_due", condition=Q(made_at=None, failed_at=None)),
            models.Index(fields=["-at", "-id"], name="exports_newest"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} of contact {self.contact_id}"

    @property
    def path(self) -> str:
        """Where its file stands: known before it is made, so that none is ever lost sight of."""
        return f"exports/{self.code}.zip"

    @property
    def state(self) -> str:
        """One of: making, ready, gone, failed."""
        if self.failed_at:
            return "failed"
        if self.made_at is None or self.expires_at is None:
            return "making"
        return "ready" if self.expires_at > timezone.now() else "gone"

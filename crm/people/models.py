"""Which record of the CRM a contact of ours is."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from crm.connecting.models import Connection


class Link(models.Model):
    """A contact and their record. Without a record: looked for and not found, or unlinked by a colleague."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links", db_index=False)
    # Without a constraint: a release that does not know this table goes on uniting contacts during an upgrade.
    contact = models.ForeignKey("inbox.Contact", on_delete=models.CASCADE, db_constraint=False, related_name="+")
    record_id = models.CharField(max_length=200, blank=True, default="")
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    is_chosen = models.BooleanField(default=False)  # a colleague said so: never changed by itself
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "contact"], name="one_record_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} is {self.record_id or 'nobody'}"

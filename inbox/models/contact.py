"""A person, and that person's accounts on platforms."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Contact(models.Model):
    """A person who talks to the brand. Made of one or more identities; never merged on a name alone."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Identity(models.Model):
    """A contact's account on a platform.

    `scope` is "" where ids count for the whole platform (X, WhatsApp numbers) and the account's external id where the platform
    gives each page its own ids for people (Facebook's PSID, Instagram's IGSID).
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="identities")
    platform = models.CharField(max_length=20)
    scope = models.CharField(max_length=64, blank=True)
    external_id = models.CharField(max_length=160)
    name = models.CharField(max_length=200, blank=True)
    handle = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    avatar_url = models.URLField(max_length=1000, blank=True)
    followers = models.PositiveIntegerField(null=True, blank=True)
    verified = models.BooleanField(null=True, blank=True)
    location = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "scope", "external_id"], name="one_identity_per_platform_id"),
        ]
        indexes: ClassVar = [
            # serves the contact panel: all identities of one contact in a stable order
            models.Index(fields=["contact", "id"], name="identity_of_contact"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What to call this person: name, else @handle, else phone number, else "" (unknown)."""
        return self.name or (f"@{self.handle}" if self.handle else "") or self.phone

    @property
    def at_handle(self) -> str:
        """The @handle or phone number beside the name; "" where there is none or it would repeat the name."""
        shown = f"@{self.handle}" if self.handle else self.phone
        return "" if shown == self.title else shown

    @property
    def initials(self) -> str:
        """Two letters for the avatar; "?" for someone without a name."""
        words = [word for word in self.title.lstrip("@+").replace("_", " ").replace(".", " ").split() if word[0].isalnum()]
        if not words:
            return "?"
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

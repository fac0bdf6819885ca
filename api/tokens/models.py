"""Tokens of the API, and the calls that changed something by one."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField


class Scope(models.TextChoices):
    """What a token may be used for, besides what its person may do."""

    READ = "read", _("read conversations, canned replies and accounts")
    NOTE = "note", _("write notes")
    REPLY = "reply", _("answer customers")
    ASSIGN = "assign", _("assign, close, snooze and reopen")
    LABEL = "label", _("put labels on and take them off")
    CONTACTS = "contacts", _("read what is known of customers")
    FIGURES = "figures", _("read the figures")


class Token(models.Model):
    """A key to the API that acts as one person. Of the key itself only a hash is kept."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    prefix = models.CharField(max_length=12, unique=True, editable=False)  # how people know it, and it is found
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 of the whole key: 256 random bits need no salt
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    accounts = ArrayField(models.BigIntegerField(), null=True, blank=True)  # None: all its person may read
    expires_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(scopes=[]), name="token_is_for_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_names(self) -> list[str]:
        """What it may be used for, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]

    @property
    def is_usable(self) -> bool:
        """Whether it was neither revoked nor has ended."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class IdempotentCall(models.Model):
    """A call that changes something, by the key its caller gave it: the same key again is the same call.

    `answer` holds codes and states, never a customer's words.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # SHA-256 of method, address and body
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # None while it goes on
    answer = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="one_call_of_a_key")]
        indexes: ClassVar = [models.Index(fields=["at"], name="call_at")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"

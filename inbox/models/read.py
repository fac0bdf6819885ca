"""Who read what of customers. Written once: a trigger refuses changes and deletions. Months are tables of their own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Read(models.Model):
    """One time that somebody opened, searched or exported. No foreign keys: writing it waits for nobody.

    The table is divided by month (inbox/migrations/_reads.py); an old one is dropped whole.
    """

    class Kind(models.TextChoices):
        """What was done."""

        OPENED = "opened", _("opened a conversation")
        SEARCHED = "searched", _("searched")
        EXPORTED = "exported", _("exported a person")
        LOOKED = "looked", _("looked at what is held of a person")
        REVEALED = "revealed", _("had masked data shown")

    class What(models.TextChoices):
        """What was searched by; never the words themselves."""

        NUMBER = "number", _("a number")
        ADDRESS = "address", _("a mail address")
        HANDLE = "handle", _("a handle")
        WORDS = "words", _("words")
        PERSON = "person", _("one person's messages")

    at = models.DateTimeField()
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    conversation_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    what = models.CharField(max_length=10, blank=True, choices=What.choices)
    found = models.IntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="read_newest"),
            models.Index(fields=["user_id", "-at"], name="read_by_person"),
            models.Index(fields=["contact_id", "-at"], name="read_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"

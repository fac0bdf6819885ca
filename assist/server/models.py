"""The server that an admin set up."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Help(models.TextChoices):
    """One thing it helps with, each switched on by itself."""

    TRANSLATION = "translation", _("Translate messages of customers")
    ANSWER = "answer", _("Translate answers into the customer's language")
    SUMMARY = "summary", _("Sum up a long case for who takes it over")
    DRAFT = "draft", _("Draft an answer from canned replies and past answers")


class Server(models.Model):
    """A server that speaks OpenAI's API. There is one at most; it helps with nothing before that is ticked."""

    address = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    sealed = models.TextField(blank=True, editable=False)  # its key; "" where it asks for none
    helps = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # of Help
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(models.Value(1), name="one_assist_server")]

    def __str__(self) -> str:
        return f"{self.model} at {self.host}"

    @property
    def host(self) -> str:
        """Where it is, in short."""
        return urlsplit(self.address).hostname or ""

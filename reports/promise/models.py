"""What an admin writes for the public page, and what was measured for it."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("nl", "en")
COLOUR = "#0d6a64"


class PromisePage(models.Model):
    """One row at most. What is empty in a language is shown in the other."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_public = models.BooleanField(default=False)
    colour = models.CharField(
        max_length=7,
        default=COLOUR,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Choose a colour like #0d6a64."))],
    )
    website = models.URLField(max_length=200, blank=True)
    privacy = models.URLField(max_length=200, blank=True)
    shows_mail = models.BooleanField(default=False, db_default=False)  # the addresses of mailboxes
    embedded_by = models.TextField(max_length=1000, blank=True)  # origins that may show the badge; "" for any
    headline_nl = models.CharField(max_length=80, blank=True)
    headline_en = models.CharField(max_length=80, blank=True)
    intro_nl = models.TextField(max_length=500, blank=True)
    intro_en = models.TextField(max_length=500, blank=True)
    rules_nl = models.TextField(max_length=3000, blank=True)  # a line each
    rules_en = models.TextField(max_length=3000, blank=True)
    complaints_nl = models.TextField(max_length=4000, blank=True)  # steps with an empty line between, a title first
    complaints_en = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_promise_page")]

    def __str__(self) -> str:
        return "public" if self.is_public else "not public"

    @classmethod
    def current(cls) -> PromisePage:
        """Return the page as it is; an unsaved one that is off where nobody made any."""
        return cls.objects.first() or cls()

    def text(self, name: str, language: str) -> tuple[str, str]:
        """Return a text in a language, else in the other, and which language that is."""
        for code in (language, *LANGUAGES):
            if written := str(getattr(self, f"{name}_{code}")).strip():
                return written, code
        return "", language


class MeasuredChannel(models.Model):
    """How fast a channel was over the last weeks. Kept, so that no visitor has it counted."""

    platform = models.CharField(max_length=20, unique=True)
    first = models.DateField()
    last = models.DateField()
    n = models.PositiveIntegerField()
    median_seconds = models.FloatField(null=True)
    p90_seconds = models.FloatField(null=True)
    within_target = models.FloatField(null=True)
    measured_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.platform} {self.first} – {self.last}"

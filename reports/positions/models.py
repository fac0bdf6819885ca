"""A place among search results that somebody saw and wrote down."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LAST = 100  # the last place that is looked at


class SearchPosition(models.Model):
    """What stood where for a term, on one day in one engine."""

    class Engine(models.TextChoices):
        """Where it was looked up."""

        GOOGLE = "google", "Google"
        BING = "bing", "Bing"
        DUCKDUCKGO = "duckduckgo", "DuckDuckGo"
        ECOSIA = "ecosia", "Ecosia"
        STARTPAGE = "startpage", "Startpage"
        YOUTUBE = "youtube", "YouTube"
        OTHER = "other", _("Another one")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.DateField(_("Day"), default=timezone.localdate)
    engine = models.CharField(_("Search engine"), max_length=12, choices=Engine.choices, default=Engine.GOOGLE)
    term = models.CharField(_("Search term"), max_length=120)
    position = models.PositiveSmallIntegerField(
        _("Position"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LAST)]
    )  # None: not among the first
    is_ours = models.BooleanField(_("The result is ours"), default=True)
    url = models.URLField(_("Address of the result"), max_length=500, blank=True)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    conversation = models.ForeignKey(
        "inbox.Conversation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("term"),
                "engine",
                "day",
                "is_ours",
                "url",
                name="one_position_of_a_result_a_day",
                violation_error_message=_("This result was written down for that day already."),
            ),  # fmt: skip
            models.CheckConstraint(
                condition=Q(position=None) | Q(position__range=(1, LAST)), name="position_is_one_to_a_hundred"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-day", "-id"], name="positions_by_day")]

    def __str__(self) -> str:
        return f"{self.term}: {self.position}"

    @property
    def ordinal(self) -> int:
        """Its day as a number, for a cursor."""
        return self.day.toordinal()

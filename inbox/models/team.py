"""Departments that share the work, and the labels they sort it by."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField


class TeamQuerySet(models.QuerySet["Team"]):
    """Named selections of teams."""

    def closed_to(self, reader: int | models.Expression | OuterRef) -> Self:
        """Closed teams that somebody is not in. Whether they are an admin, who reads everything, is not asked here.

        An OuterRef is resolved one level further in: it needs another one around it.
        """
        inside = Team.members.through.objects.filter(team=OuterRef("pk"), user=reader)
        return self.filter(~Exists(inside), is_closed=True)


class Team(models.Model):
    """A department with a queue of its own."""

    class Dividing(models.TextChoices):
        """How its work is given to whoever is present."""

        OFF = "off", _("To nobody: everybody takes what they want")
        TURNS = "turns", _("In turns")
        LEAST = "least", _("To whoever has the fewest open conversations")

    class ShiftEnd(models.TextChoices):
        """What becomes of its work when whoever has it stops working."""

        KEEP = "keep", _("It stays with whoever has it")
        RETURN = "return", _("It goes back to the queue, as far as a customer waits")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=60)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="teams")
    # Members who lead this team alone: they read its figures, and hear when its customers wait.
    leads = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="leading")
    # Press questions go to the team of spokespeople; members of other teams cannot send there where this is set.
    handles_press = models.BooleanField(_("handles press"), default=False)
    # People outside it see none of its conversations, admins excepted (inbox/access.py).
    is_closed = models.BooleanField(_("closed to others"), default=False)
    dividing = models.CharField(_("divides its work"), max_length=8, choices=Dividing.choices, default=Dividing.OFF)
    # What was given by itself goes back when its holder does nothing for so long. Empty: never.
    returns_after = models.PositiveSmallIntegerField(
        _("minutes until it goes back"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    shift_end = models.CharField(_("when a shift ends"), max_length=8, choices=ShiftEnd.choices, default=ShiftEnd.KEEP)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="one_team_per_name")]

    def __str__(self) -> str:
        return self.name


class Label(models.Model):
    """A word conversations are sorted by. A complaint label marks what may not be closed unanswered in bulk."""

    class Purpose(models.TextChoices):
        """Who else in the organisation reads what carries it."""

        PRODUCT = "product", _("A signal for the product: counted with its mood")
        LEAD = "lead", _("Somebody who may buy: a lead")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=40)
    is_complaint = models.BooleanField(_("marks a complaint"), default=False)
    needs_approval = models.BooleanField(_("answers need a second person's approval"), default=False)
    purpose = models.CharField(_("is for"), max_length=8, choices=Purpose.choices, blank=True, default="")
    # Who gets what this is put on: sales, say.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="labels", verbose_name=_("goes to team")
    )
    raised_on = models.DateField(_("feedback raised on"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="one_label_per_name")]

    def __str__(self) -> str:
        return self.name


class ConversationLabel(models.Model):
    """A label on a conversation. Carries the conversation's time, so that a label's list is one index scan too."""

    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.CASCADE, related_name="label_links", db_index=False
    )
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="links", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    last_message_at = models.DateTimeField()  # kept equal to the conversation's by a trigger

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "label"], name="one_link_per_label")]
        indexes: ClassVar = [models.Index(fields=["label", "-last_message_at"], name="conversations_by_label")]

    def __str__(self) -> str:
        return f"{self.label_id} on {self.conversation_id}"


class SavedView(models.Model):
    """A set of filters with a name: own, or shared with everyone. `query` is the list page's query string."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=60)
    query = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(_("shared with everyone"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "name", "pk"]
        indexes: ClassVar = [models.Index(fields=["owner"], name="views_of_person")]

    def __str__(self) -> str:
        return self.name

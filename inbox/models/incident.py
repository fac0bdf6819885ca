"""A disturbance that many customers write about, and the answers they are given, each in their own thread."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.user import User
from webcare.lib.bidi import NameField

LONGEST_TEXT = 1000


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Named selections of incidents."""

    def running(self) -> Self:
        """Those that were not ended."""
        return self.filter(ended_at=None)

    def visible_to(self, user: User) -> Self:
        """Those of which somebody reads every account."""
        if user.is_admin:
            return self
        return self.filter(account_ids__contained_by=list(user.readable_accounts().values_list("pk", flat=True)))


class Incident(models.Model):
    """While it runs, its text stands above the composers it concerns. What is sent is in IncidentReply."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=80)
    text = models.TextField(_("text for customers"), max_length=LONGEST_TEXT)
    # Which conversations it concerns: of these accounts, and with the label or one of the words where given.
    account_ids = ArrayField(models.BigIntegerField())
    label = models.ForeignKey("inbox.Label", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(_("words"), max_length=300, blank=True)  # as inbox/text/whole_words.py reads them
    since = models.DateTimeField()  # what came in before is not about it
    notice = models.OneToOneField(
        "inbox.Notice", null=True, blank=True, on_delete=models.SET_NULL, related_name="incident"
    )
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    text_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked = models.ForeignKey(  # the second person for the text
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    holds_automatic = models.BooleanField(default=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # nothing leaves until somebody resumes
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar = IncidentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(account_ids=[]), name="incident_concerns_an_account"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-started_at", "-id"], name="incident_newest"),
            models.Index(fields=["id"], name="incident_running", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its own page."""
        return f"/inbox/incidents/{self.code}/"

    @property
    def is_approved(self) -> bool:
        """Whether its text may be used."""
        return self.approved_at is not None

    @property
    def may_send(self) -> bool:
        """Whether answers may leave now."""
        return self.is_approved and self.stopped_at is None and self.ended_at is None


class IncidentReply(models.Model):
    """The answer of one conversation. The row is the queue, and the constraint keeps it from a second one."""

    class State(models.TextChoices):
        """How far it got before the outbox took over; then the answer's own state says more."""

        WAITING = "waiting", _("Waiting")
        HANDED = "handed", _("In the outbox")
        SKIPPED = "skipped", _("Skipped")
        STOPPED = "stopped", _("Stopped")

    class Reason(models.TextChoices):
        """Why it was skipped."""

        ANSWERED = "answered", _("Answered already")
        WROTE = "wrote", _("Wrote again since")
        WRITING = "writing", _("A colleague is writing an answer")
        CLOSED = "closed", _("Was closed or put aside")
        REPEATED = "repeated", _("This answer stands there already")
        LANGUAGE = "language", _("Writes in another language")
        ADDRESS = "address", _("Wants to be addressed otherwise")
        UNFINISHED = "unfinished", _("The text is not complete here")
        UNCERTAIN = "uncertain", _("May have arrived already")
        REFUSED = "refused", _("Cannot be answered now")

    # The answer's own code too: the outbox makes one answer of a code.
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="replies", db_index=False)
    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="incident_replies")
    account = models.ForeignKey("channels.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    seen_message_id = models.BigIntegerField()  # the newest one its sender had in front of them
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    why = models.CharField(max_length=300, blank=True)  # of a refusal, in words
    message = models.OneToOneField(
        "inbox.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="incident_reply"
    )
    at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "conversation"], name="one_answer_per_incident"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(message=None, stopped_at=None), name="what_waits_was_not_sent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["incident", "-id"], name="incident_reply_newest"),
            models.Index(fields=["account", "id"], name="incident_reply_waiting", condition=Q(state="waiting")),
            # the pace of an account
            models.Index(
                fields=["account", "-handed_at"], name="incident_reply_pace", condition=Q(handed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} in {self.conversation_id}"

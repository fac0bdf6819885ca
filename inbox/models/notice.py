"""What colleagues tell each other: the notice board, and what asks for one person's attention."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """A line above the inbox for everyone: a disruption, a campaign, news to be careful with."""

    class Kind(models.TextChoices):
        """What it is about."""

        DISRUPTION = "disruption", _("Disruption")
        CAMPAIGN = "campaign", _("Campaign")
        SENSITIVE = "sensitive", _("Sensitive news")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    read_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="read_notices")

    class Meta:
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="notice_until")]

    def __str__(self) -> str:
        return self.text[:40]


class Notification(models.Model):
    """Something for one person. One row per person and occasion: the row is the queue, and tells once."""

    class Kind(models.TextChoices):
        """Why it is there."""

        MENTION = "mention", _("Named in a note")
        ASSIGNED = "assigned", _("Given a conversation")
        APPROVAL = "approval", _("Asked to approve an answer")
        RETURNED = "returned", _("Got an answer back")
        ESCALATED = "escalated", _("Asked when in doubt")
        ADVISED = "advised", _("Got an answer to a question")
        NEARLY_LATE = "nearly_late", _("Nearly late")
        LATE = "late", _("Late")
        SPIKE = "spike", _("Unusually busy or negative")
        RULE = "rule", _("Told by a rule")
        ACCESS = "access", _("Access to an account ends")
        LOW_SCORE = "low_score", _("A low score from a customer")
        PRACTICE = "practice", _("Invited to practise")
        LOOKALIKE = "lookalike", _("Somebody looks like us")
        POST_ASKED = "post_asked", _("Asked to approve a post")
        POST_BACK = "post_back", _("Got a post back")
        POST_STUCK = "post_stuck", _("A post did not leave")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", db_index=False
    )
    # Where opening it leads; what is about no one conversation names an account.
    conversation = models.ForeignKey(
        "inbox.Conversation", null=True, blank=True, on_delete=models.CASCADE, related_name="notifications"
    )
    message = models.ForeignKey("inbox.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    spike = models.ForeignKey("inbox.Spike", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    incident = models.ForeignKey("inbox.Incident", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey(
        "inbox.PracticeRound", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # What happened once, in ids alone. Empty: something of its own each time.
    occasion = models.CharField(max_length=120, blank=True, default="", db_default="")
    # A name of ours, as a rule's, or the code of a post. Never a customer's words: it leaves by mail and push.
    subject = models.CharField(max_length=120, blank=True, default="", db_default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # Not wanted in the page: it was read when it was made.
    in_page = models.BooleanField(default=True, db_default=True)
    # When it is due to leave, and when it left; neither where it does not.
    mail_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    push_at = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["occasion", "user"], condition=~models.Q(occasion=""), name="told_once_of_an_occasion"
            ),
            models.CheckConstraint(
                condition=models.Q(conversation__isnull=False)
                | models.Q(account__isnull=False)
                | models.Q(practice__isnull=False),
                name="notification_leads_somewhere",
            ),
        ]
        indexes: ClassVar = [
            # what somebody has not seen, newest first
            models.Index(fields=["user", "-at"], name="notification_unread", condition=models.Q(read_at=None)),
            # "mentions of me" and its counter: few among them
            models.Index(
                fields=["user"], name="notification_mention", condition=models.Q(read_at=None, kind="mention")
            ),
            # waits that were told of: until they are over
            models.Index(
                fields=["conversation"],
                name="notification_of_wait",
                condition=models.Q(read_at=None, kind__in=["nearly_late", "late"]),
            ),
            # what is due to leave
            models.Index(fields=["mail_at"], name="notification_to_mail", condition=models.Q(mail_at__isnull=False)),
            models.Index(fields=["push_at"], name="notification_to_push", condition=models.Q(push_at__isnull=False)),
            # the list of everything, and what is old enough to forget
            models.Index(fields=["user", "-at", "-id"], name="notification_of_person"),
            models.Index(fields=["at"], name="notification_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"

    @property
    def is_news(self) -> bool:
        """Whether its person has not dealt with it; what is not wanted in the page was never shown there."""
        return self.read_at is None or not self.in_page

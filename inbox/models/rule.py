"""What Webcare does by itself: rules, what sets them off, and what each of them did."""

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

USUAL_PER_HOUR = 100
MOST_PER_HOUR = 1000
LONGEST_WAIT = 14 * 24 * 60  # minutes


class RuleQuerySet(models.QuerySet["Rule"]):
    """Named selections of rules."""

    def kept(self) -> RuleQuerySet:
        """Those that were not put away."""
        return self.filter(archived_at=None)

    def acting(self) -> RuleQuerySet:
        """Those that act now, in their order."""
        return self.kept().filter(is_on=True, paused_at=None).order_by("position", "pk")


class Rule(models.Model):
    """When something happens, and this holds, then do that. From top to bottom, in the order of `position`.

    `when`, `conditions` and `actions` are as inbox/routing/rules reads them.
    """

    class Kind(models.TextChoices):
        """What sets a rule off."""

        ARRIVES = "arrives", _("a message arrives")
        MOOD = "mood", _("the mood changes")
        LANGUAGE = "language", _("the language changes")
        LABEL = "label", _("a label is added or removed")
        TEAM = "team", _("the team changes")
        ASSIGNEE = "assignee", _("somebody gets it or gives it back")
        PRIORITY = "priority", _("the priority passes 25, 50 or 75")
        REOPENED = "reopened", _("it is reopened")
        CLOSED = "closed", _("it is closed")
        WAITS = "waits", _("the customer waits")
        UNTOUCHED = "untouched", _("who has it does nothing while the customer waits")
        CLOCK = "clock", _("the clock says")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=80)
    position = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(default=False)
    on_since = models.DateTimeField(null=True, blank=True)  # what happened before is left alone
    paused_at = models.DateTimeField(null=True, blank=True)  # it reached its limit
    version = models.PositiveIntegerField(default=1)  # grows with every change of what it does
    when = models.JSONField(default=list)
    kinds = ArrayField(models.CharField(max_length=10), default=list)  # of `when`, for the triggers
    conditions = models.JSONField(default=dict)
    actions = models.JSONField(default=list)
    stops = models.BooleanField(default=False)
    once = models.BooleanField(default=False)
    per_hour = models.PositiveIntegerField(default=USUAL_PER_HOUR)
    # Whoever made it sees these accounts only, and so does the rule. None: every account.
    accounts = ArrayField(models.BigIntegerField(), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)  # its name stays in the log

    objects: ClassVar = RuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(per_hour__gte=1, per_hour__lte=MOST_PER_HOUR), name="rule_has_a_limit"),
            models.CheckConstraint(condition=Q(is_on=False) | Q(on_since__isnull=False), name="rule_is_on_since"),
        ]

    def __str__(self) -> str:
        return self.name


class RuleOccasion(models.Model):
    """Something happened in a conversation that sets rules off. The row is the queue; triggers write most of them."""

    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey("inbox.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    rule = models.ForeignKey(  # this one alone
        Rule, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=80)  # what it is known by in its conversation
    kinds = ArrayField(models.CharField(max_length=10))
    chain = ArrayField(models.BigIntegerField(), default=list)  # rules that brought it about: none goes off again
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    tries = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)  # when the wait began that lasted so long
    done_at = models.DateTimeField(null=True, blank=True)  # a wait is remembered; others are deleted
    given_up = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "name"], name="one_occasion_of_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="occasion_due", condition=Q(done_at=None, given_up=False)),
            models.Index(fields=["message"], name="occasion_of_message", condition=Q(message__isnull=False)),
            # what a rule looks at by itself: whether a wait was noted, and how many are to be seen to
            models.Index(fields=["rule", "conversation"], name="occasion_of_rule", condition=Q(rule__isnull=False)),
            models.Index(fields=["done_at"], name="occasion_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.conversation_id}"


class RuleStroke(models.Model):
    """The clock of a rule has struck: how far the open conversations were noted as occasions of it."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    after = models.BigIntegerField(default=0)  # the last conversation that was looked at
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "at"], name="one_stroke_at_a_moment")]
        indexes: ClassVar = [models.Index(fields=["at"], name="stroke_undone", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.rule_id} at {self.at:%Y-%m-%d %H:%M}"


class RuleApplication(models.Model):
    """That a rule acted on a conversation, once for each occasion: made with what it did, or neither is."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="applications", db_index=False)
    version = models.PositiveIntegerField()
    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="rule_applications")
    occasion = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    did = ArrayField(models.CharField(max_length=10), default=list)  # kinds of what it changed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "version", "conversation", "occasion"], name="one_application_per_occasion"
            ),
        ]
        indexes: ClassVar = [
            # the page of a rule, its limit, and how often it acted lately
            models.Index(fields=["rule", "-at", "-id"], name="applications_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.version} on {self.conversation_id}: {self.occasion}"


class Webhook(models.Model):
    """An address of others that rules may tell of a conversation."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=60)
    sealed_url = models.TextField(editable=False)  # many an address is a secret
    host = models.CharField(max_length=255, editable=False)  # what may be shown of it
    sealed_secret = models.TextField(editable=False)  # by which what is told is signed
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class RuleErrand(models.Model):
    """What a rule has yet to do outside: tell a webhook, or hide a message. The row is the queue."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("on its way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(RuleApplication, on_delete=models.CASCADE, related_name="errands", db_index=False)
    place = models.PositiveSmallIntegerField()  # among the actions of the rule
    webhook = models.ForeignKey(Webhook, null=True, blank=True, on_delete=models.CASCADE, related_name="errands")
    body = models.JSONField(default=dict)  # ids and states, never a customer's words
    message = models.ForeignKey("inbox.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    at = models.DateTimeField(default=timezone.now)  # of the last thing that became of it
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # what the address answered
    reason = models.CharField(max_length=30, blank=True)  # why not, in one word

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "place"], name="one_errand_per_action"),
            models.CheckConstraint(
                condition=Q(webhook=None) ^ Q(message=None), name="errand_is_of_a_webhook_or_a_message"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="errand_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"errand {self.place} of {self.application_id}"

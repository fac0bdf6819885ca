"""Endpoints that are told of what happens, and each telling."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TEST = "webhook.test"


class Kind(models.TextChoices):
    """What an endpoint can be told of."""

    CREATED = "conversation.created", _("a conversation begins")
    UPDATED = "conversation.updated", _("a conversation changes")
    ASSIGNED = "conversation.assigned", _("somebody gets a conversation, or gives it back")
    CLOSED = "conversation.closed", _("a conversation is closed")
    BREACHED = "conversation.breached", _("a customer waits longer than the target")
    RECEIVED = "message.received", _("a customer writes")
    SENT = "message.sent", _("an answer was sent")
    FAILED = "message.failed", _("an answer could not be sent")
    NOTED = "note.created", _("a colleague writes a note")
    SIGNALLED = "signal.created", _("a conversation gets a label that is a signal for the product")


_REASONS: dict[str, _StrPromise] = {
    "refused": _("it answered that it does not take it"),
    "unreachable": _("it cannot be reached"),
    "private_address": _("its address is not a public one"),
    "gone": _("it wants no more"),
    "off": _("the webhook was switched off"),
    "unreadable": _("its secret cannot be read"),
    "erased": _("what it was about is no longer there"),
}


class Endpoint(models.Model):
    """An address of others that is told of what happens, until somebody or a long silence switches it off."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=60)
    sealed_url = models.TextField(editable=False)  # many an address is a secret
    host = models.CharField(max_length=255, editable=False)  # what may be shown of it
    sealed_secret = models.TextField(editable=False)
    sealed_old_secret = models.TextField(blank=True, editable=False)  # signs too until
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    kinds = ArrayField(models.CharField(max_length=30, choices=Kind.choices))
    accounts = ArrayField(models.BigIntegerField(), null=True, blank=True)  # None: every account
    with_words = models.BooleanField(default=False)  # whether it gets what customers wrote, and their names
    had_words = models.BooleanField(default=False, db_default=False, editable=False)  # and whether it ever did
    is_on = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    gave_up_at = models.DateTimeField(null=True, blank=True, editable=False)  # it was switched off by itself
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)  # its name stays in the log

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_names(self) -> list[str]:
        """What it is told of, in words."""
        return [str(Kind(kind).label) for kind in self.kinds]


class Telling(models.Model):
    """One thing to tell one endpoint. The row is the queue; triggers write it (api/migrations/_tellings.py).

    It names what happened and holds no words: those are read when it is told.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("on its way")
        DONE = "done", _("told")
        FAILED = "failed", _("given up")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the webhook-id: the same at every try
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="tellings", db_index=False)
    kind = models.CharField(max_length=30)
    conversation = models.ForeignKey(
        "inbox.Conversation", null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    message = models.ForeignKey(
        "inbox.Message", null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # what the endpoint answered
    reason = models.CharField(max_length=30, blank=True, default="")  # why not, in one word
    # Whether words went along at any try. None: not tried, or by a release that did not keep it.
    with_words = models.BooleanField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            # Many changes of one conversation before it is told are one telling.
            models.UniqueConstraint(
                fields=["endpoint", "conversation"],
                condition=Q(kind="conversation.updated", state="waiting", tries=0),
                name="one_telling_of_changes",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="telling_due", condition=Q(state="waiting")),
            # the log of an endpoint, and what it was not told
            models.Index(fields=["endpoint", "-at", "-id"], name="telling_of_endpoint"),
            models.Index(fields=["endpoint"], name="telling_failed", condition=Q(state="failed")),
            models.Index(fields=["at"], name="telling_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.endpoint_id}"

    @property
    def reason_words(self) -> str:
        """Why it was not told, in words."""
        return str(_REASONS.get(self.reason, self.reason))


class ToldSignal(models.Model):
    """That an endpoint is told of a product signal: once for each conversation and label, whatever happens to it since.

    A trigger writes it (api/migrations/_signals.py).
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    label = models.ForeignKey(
        "inbox.Label", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    # The telling is forgotten after a month.
    telling = models.OneToOneField(Telling, null=True, on_delete=models.SET_NULL, related_name="signal")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "conversation", "label"], name="one_telling_of_a_signal")
        ]

    def __str__(self) -> str:
        return f"label {self.label_id} on {self.conversation_id} to {self.endpoint_id}"

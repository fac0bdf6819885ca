"""What a second person looks at before it leaves: why, what was written, and how that ended."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Named selections of requests."""

    def waiting(self) -> Self:
        """Those nobody decided yet."""
        return self.filter(decided_at=None)


class Approval(models.Model):
    """One answer that waits, or waited, for somebody else. Its time to the decision is a figure."""

    class Why(models.TextChoices):
        """Which rule asked for it."""

        TRAINEE = "trainee", _("Whoever wrote it is in training.")
        PICTURE = "picture", _("A public picture or film.")
        NEGATIVE = "negative", _("A public answer to somebody who is not happy.")
        FOLLOWERS = "followers", _("The customer has many followers.")
        LABEL = "label", _("The label of this conversation asks for it.")

    class Fallback(models.TextChoices):
        """What happens when nobody decides in time."""

        TELL = "tell", _("the team leads are told again")
        RETURN = "return", _("it goes back to whoever wrote it")
        SEND = "send", _("it is sent without approval")

    class Outcome(models.TextChoices):
        """How it ended."""

        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Given back")
        TAKEN_BACK = "taken_back", _("Taken back")
        SKIPPED = "skipped", _("Sent without approval")

    message = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, related_name="approval")  # its first part
    why = models.CharField(max_length=10, choices=Why.choices)
    written = models.TextField(blank=True)  # by its author, without the signature
    asked_at = models.DateTimeField(default=timezone.now)
    # As the organisation had it when it was asked: until when, and what then.
    due_at = models.DateTimeField(null=True, blank=True)
    fallback = models.CharField(max_length=8, choices=Fallback.choices, blank=True)
    told_again_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    decided_name = models.CharField(max_length=100, blank=True)  # whom a link was made for, who has no account
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    changed = models.BooleanField(default=False)  # by whoever approved it

    objects: ClassVar = ApprovalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="") | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="approval_ends_with_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            # whose time passes
            models.Index(fields=["due_at"], name="approval_due", condition=Q(decided_at=None, told_again_at=None)),
            # how long deciding took, by period
            models.Index(fields=["decided_at"], name="approval_decided", condition=Q(decided_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.outcome or 'waits'}"


class ApprovalLinkQuerySet(models.QuerySet["ApprovalLink"]):
    """Named selections of links."""

    def usable(self) -> Self:
        """Those that still open a decision: not used, revoked or expired, and nobody decided."""
        return self.filter(
            used_at=None, revoked_at=None, expires_at__gt=timezone.now(), approval__decided_at=None
        )  # fmt: skip


class ApprovalLink(models.Model):
    """A link with which somebody without an account decides about one answer, once."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="links")
    name = models.CharField(_("for whom"), max_length=100)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ApprovalLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"for {self.name}"

    @property
    def is_usable(self) -> bool:
        """Whether it can still be used, as far as it tells itself."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > timezone.now()

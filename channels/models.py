"""Accounts of the brand, their streams, and webhook bodies as they arrived."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels import secrets
from channels.types import Capabilities

# What a success clears.
HEALTH_FIELDS = (
    "needs_reauth_at",
    "failing_since",
    "rate_limited_until",
    "failures",
    "last_error",
    "last_error_reason",
    "warning",
)
POLL_FASTEST = timedelta(seconds=10)
POLL_SLOWEST = timedelta(minutes=5)
RENEWED_LATELY = timedelta(minutes=5)


class AccountQuerySet(models.QuerySet["Account"]):
    """Named selections of accounts."""

    def connected(self) -> AccountQuerySet:
        """Accounts that are listened to: neither removed nor paused."""
        return self.filter(removed_at=None, paused_at=None)

    def present(self) -> AccountQuerySet:
        """Accounts that were not removed, in the order the pages show them."""
        return self.filter(removed_at=None).order_by("platform", "name", "pk")


_Accounts = models.Manager.from_queryset(AccountQuerySet)


class RealAccounts(_Accounts["Account"]):
    """Every account but those of practice: those no page, list, count or task finds by itself."""

    def get_queryset(self) -> AccountQuerySet:
        """Leave practice out."""
        return cast(AccountQuerySet, super().get_queryset().filter(practice=None))


class Account(models.Model):
    """One of the brand's accounts on one platform."""

    class Mode(models.TextChoices):
        """What may leave through this account; checked in the outbox, not in the page."""

        LISTEN = "listen", _("Listen only")
        REACT = "react", pgettext_lazy("what an account may do", "Answer")
        ENGAGE = "engage", _("Answer and start conversations")

    class Language(models.TextChoices):
        """In which language customers are told something automatically, where theirs is not known."""

        DUTCH = "nl", _("Dutch")
        ENGLISH = "en", _("English")

    class Signature(models.TextChoices):
        """How an answer is signed."""

        NONE = "none", _("No signature")
        INITIALS = "initials", _("Initials (^AB)")
        FIRST_NAME = "first_name", _("First name")
        TEAM = "team", _("Team name")

    class Colour(models.TextChoices):
        """By which it is told from others at a glance. Its name stands beside it everywhere."""

        NONE = "", _("None")
        RED = "red", pgettext_lazy("colour", "Red")
        ORANGE = "orange", pgettext_lazy("colour", "Orange")
        GREEN = "green", pgettext_lazy("colour", "Green")
        BLUE = "blue", pgettext_lazy("colour", "Blue")
        PURPLE = "purple", pgettext_lazy("colour", "Purple")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    platform = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=120, blank=True)
    sealed_credentials = models.TextField(blank=True, editable=False)
    verify_token = models.CharField(max_length=64, blank=True)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.REACT)
    signature = models.CharField(max_length=12, choices=Signature.choices, default=Signature.NONE)
    team_name = models.CharField(max_length=60, blank=True)
    colour = models.CharField(max_length=10, choices=Colour.choices, blank=True)
    ask_every = models.DurationField(default=timedelta)  # no stream is asked more often; zero: as its traffic wants
    # Dollars a month after which the platform is asked nothing more (channels/accounts/spending.py); None: no limit.
    budget = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    # What was said before is history: read along, but no clock runs and nothing is done by itself. None: all is work.
    history_until = models.DateTimeField(null=True, blank=True)
    conversation_gap = models.DurationField(default=timedelta(hours=72))
    agents_may_block = models.BooleanField(default=False)  # leads and admins always may
    # What a private message outside opening hours is answered with by itself (inbox/outbox/autoreply.py), per language.
    automatic_on = models.BooleanField(default=False)
    automatic_language = models.CharField(max_length=2, choices=Language.choices, default=Language.DUTCH)
    automatic_nl = models.TextField(blank=True)
    automatic_en = models.TextField(blank=True)
    # Health. Facts only; `health` below makes a state of them and the page makes words of that.
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)
    last_delivery_at = models.DateTimeField(null=True, blank=True)
    needs_reauth_at = models.DateTimeField(null=True, blank=True)
    rate_limited_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    last_error_reason = models.CharField(max_length=30, blank=True)
    warning = models.TextField(blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The newest news of the platform's own about the account: field, event, detail, at (channels/accounts/news.py).
    news = models.JSONField(default=dict, blank=True)
    templates_at = models.DateTimeField(null=True, blank=True)  # when the approved messages were last asked for
    removed_at = models.DateTimeField(null=True, blank=True)
    # Access that we renew ourselves (channels/accounts/renewing.py); None where it does not end by itself.
    access_ends_at = models.DateTimeField(null=True, blank=True)
    renewal_claimed_at = models.DateTimeField(null=True, blank=True)
    renewed_at = models.DateTimeField(null=True, blank=True)
    # Whose practice it belongs to: such an account has no platform, and nothing leaves through it.
    practice = models.ForeignKey(
        "inbox.PracticeSeat", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = RealAccounts()
    every: ClassVar = AccountQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "external_id"], name="one_account_per_platform_id"),
            models.CheckConstraint(
                condition=Q(practice=None) | Q(sealed_credentials="", verify_token=""),
                name="practice_has_no_credentials",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["practice"], name="account_of_practice", condition=Q(practice__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.platform})"

    def __repr__(self) -> str:
        # The default would be fine today; spelled out so that no field with a secret ever joins it.
        return f"<Account {self.pk} {self.platform} {self.external_id}>"

    @property
    def credentials(self) -> dict[str, str]:
        """The decrypted credentials. Raises channels.secrets.CredentialsUnreadable."""
        return secrets.unseal(self.sealed_credentials) if self.sealed_credentials else {}

    @credentials.setter
    def credentials(self, value: Mapping[str, str]) -> None:
        self.sealed_credentials = secrets.seal(value)

    @property
    def capabilities(self) -> Capabilities:
        """What this account's platform can do (limits, windows, actions)."""
        from channels.connectors import connector_class  # noqa: PLC0415  it imports models for typing

        return connector_class(self.platform).capabilities

    @property
    def at_handle(self) -> str:
        """The name a colleague knows it by: @handle where there is one."""
        return f"@{self.handle}" if self.handle else self.name

    def may_renew(self, now: datetime) -> bool:
        """Whether new access may help where the platform refuses: we can get it, and did not just do so."""
        return self.access_ends_at is not None and (self.renewed_at is None or now - self.renewed_at > RENEWED_LATELY)

    @property
    def health(self) -> str:
        """One of: removed, paused, reauth, rate_limited, failing, new, healthy."""
        now = timezone.now()
        if self.removed_at:
            return "removed"
        if self.paused_at:
            return "paused"
        if self.needs_reauth_at:
            return "reauth"
        if self.rate_limited_until and self.rate_limited_until > now:
            return "rate_limited"
        if self.failing_since:
            return "failing"
        return "healthy" if self.last_success_at or self.last_delivery_at else "new"

    def note_success(self, at: datetime | None = None, *, warning: str = "") -> None:
        """Record that the platform answered; clears failure and re-authorisation marks."""
        self.last_success_at = at or timezone.now()
        self.needs_reauth_at = self.failing_since = self.rate_limited_until = None
        self.failures, self.last_error, self.last_error_reason, self.warning = 0, "", "", warning
        self.save(update_fields=[*HEALTH_FIELDS, "last_success_at"])


class StreamQuerySet(models.QuerySet["Stream"]):
    """Named selections of streams."""

    def due(self, now: datetime) -> StreamQuerySet:
        """Streams to poll now, of connected accounts whose access works, longest overdue first."""
        return (
            self.filter(
                enabled=True,
                next_poll_at__lte=now,
                account__removed_at=None,
                account__paused_at=None,
                account__needs_reauth_at=None,
            )
            .filter(Q(locked_until=None) | Q(locked_until__lt=now))
            .order_by("next_poll_at")
        )


class Stream(models.Model):
    """One thing polled for an account: mentions, comments, private messages, a saved query."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="streams")
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=512, blank=True)
    enabled = models.BooleanField(default=True)
    # Moves only in the transaction that stores what was fetched.
    cursor = models.JSONField(default=dict, blank=True)
    next_poll_at = models.DateTimeField(default=timezone.now)
    interval = models.DurationField(default=timedelta(seconds=20))
    locked_until = models.DateTimeField(null=True, blank=True)
    last_polled_at = models.DateTimeField(null=True, blank=True)
    last_item_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    objects: ClassVar = StreamQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name", "query"], name="one_stream_per_account_and_query"),
        ]
        indexes: ClassVar = [
            # serves StreamQuerySet.due, asked every two seconds
            models.Index(fields=["next_poll_at"], name="stream_due", condition=Q(enabled=True)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.name}"


class Checkup(models.Model):
    """What was found when an account was last looked at as a whole (channels/intake/checkups.py). Facts only."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="checkup")
    at = models.DateTimeField(null=True, blank=True)  # None: it was only compared yet
    # As channels.base.Inspection: None where the platform does not tell.
    valid_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=80), null=True, blank=True)
    scopes_lacking = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    fields = ArrayField(models.CharField(max_length=80), null=True, blank=True)
    fields_lacking = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    used = models.FloatField(null=True, blank=True)
    # Whether our own address answers from here as the platform wants it to; None: not tried.
    reachable = models.BooleanField(null=True, blank=True)
    reached_in = models.PositiveIntegerField(null=True, blank=True)  # milliseconds
    unreachable_why = models.CharField(max_length=200, blank=True)
    # The newest comparison with the platform (channels/intake/comparing.py).
    compared_at = models.DateTimeField(null=True, blank=True)
    compared = models.PositiveIntegerField(default=0)  # messages the platform had
    missed = models.PositiveIntegerField(default=0)  # of these, what we did not have and fetched then

    def __str__(self) -> str:
        return f"checkup of {self.account_id}"


class PlatformApp(models.Model):
    """Our app at a platform, where the environment does not name it (channels/accounts/oauth/apps.py)."""

    kind = models.CharField(max_length=10, primary_key=True)  # x | meta
    sealed = models.TextField(editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"app at {self.kind}"


class SignIn(models.Model):
    """One sign-in at a platform, from the button to the choice of accounts (channels/accounts/oauth/attempts.py).

    What is secret of it is encrypted, and gone once accounts were chosen.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    way = models.CharField(max_length=10)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    browser = models.CharField(max_length=64)  # a hash of its session
    state = models.CharField(max_length=64, unique=True)  # a hash of what the platform brings back
    sealed = models.TextField(blank=True, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
    returned_at = models.DateTimeField(null=True, blank=True)  # the state works once

    class Meta:
        indexes: ClassVar = [models.Index(fields=["started_at"], name="sign_in_started")]

    def __str__(self) -> str:
        return f"sign-in {self.code} by {self.way}"


def _confirmation_code() -> str:
    return uuid.uuid4().hex


class DeletionRequest(models.Model):
    """Somebody asked Meta that we delete what we hold of them (channels/pages/meta_callbacks.py). It names nobody."""

    code = models.CharField(max_length=32, unique=True, default=_confirmation_code, editable=False)
    digest = models.CharField(max_length=64, unique=True)  # of what Meta sent: told again, it is the same request
    asked_at = models.DateTimeField(default=timezone.now)
    erasures = models.ManyToManyField("inbox.Erasure", related_name="+")  # none: we held nothing

    def __str__(self) -> str:
        return f"deletion {self.code}"


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    """Named selections of templates."""

    def usable(self) -> MessageTemplateQuerySet:
        """Those that can be sent now, and filled in here."""
        return self.filter(status=MessageTemplate.Status.APPROVED, unfit="")


class MessageTemplate(models.Model):
    """One message the platform approved beforehand, as it was when last asked (channels/accounts/templates.py)."""

    class Status(models.TextChoices):
        """What the platform says of it; a word we do not know is shown as it is."""

        APPROVED = "approved", _("Approved")
        PENDING = "pending", _("Being reviewed")
        IN_APPEAL = "in_appeal", _("Being reviewed again")
        REJECTED = "rejected", _("Rejected")
        PAUSED = "paused", pgettext_lazy("state of a template", "Paused")
        DISABLED = "disabled", _("Switched off")

    class Category(models.TextChoices):
        """What the platform counts it as, and charges for."""

        UTILITY = "utility", pgettext_lazy("category of a template", "Service")
        MARKETING = "marketing", pgettext_lazy("category of a template", "Marketing")
        AUTHENTICATION = "authentication", pgettext_lazy("category of a template", "One-time code")

    class Unfit(models.TextChoices):
        """Why one cannot be filled in here."""

        MEDIA = "media", _("Wants a file on top")
        CODE = "code", _("For one-time codes")
        SPECIAL = "special", _("Has parts that are filled in elsewhere")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20)
    status = models.CharField(max_length=40, choices=Status.choices)
    category = models.CharField(max_length=40, choices=Category.choices, blank=True)
    header = models.TextField(blank=True)
    body = models.TextField()
    footer = models.TextField(blank=True)
    buttons = models.JSONField(default=list, blank=True)  # as channels.types.TemplateButton
    gaps = models.JSONField(default=list, blank=True)  # as channels.types.TemplateGap
    named = models.BooleanField(default=False)
    unfit = models.CharField(max_length=10, choices=Unfit.choices, blank=True)
    fetched_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = MessageTemplateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # also serves the picker: one account's, by name
            models.UniqueConstraint(fields=["account", "name", "language"], name="one_template_per_name_and_language"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_usable(self) -> bool:
        """Whether it can be sent now, and filled in here."""
        return self.status == self.Status.APPROVED and not self.unfit


class Reading(models.Model):
    """A line of the ledger: what one account was told in one reading (channels/intake/ledger.py)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="readings", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    stream = models.CharField(max_length=30, blank=True)  # what was asked; empty: it came by webhook
    deliveries = ArrayField(models.BigIntegerField(), default=list, blank=True)  # the bodies it was read from
    items = models.PositiveIntegerField()
    new = models.PositiveIntegerField(default=0)  # messages we did not have
    refused = models.PositiveIntegerField(default=0)  # items that could not be stored
    is_known = models.BooleanField(default=False)  # messages that were all here already
    took = models.PositiveIntegerField(default=0)  # milliseconds

    class Meta:
        indexes: ClassVar = [
            # serves an account's ledger, newest first
            models.Index(fields=["account", "-at", "-id"], name="reading_of_account"),
            # serves the purge by age
            models.Index(fields=["at"], name="reading_at"),
        ]

    def __str__(self) -> str:
        return f"reading {self.pk} of {self.account_id}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Named selections of deliveries."""

    def failing(self) -> Self:
        """What cannot be read now: given up, or failed at least once and about to be tried again."""
        tried = Q(status=Delivery.Status.WAITING, attempts__gte=1) & ~Q(error__in=["", Delivery.PAUSED])
        return self.filter(Q(status=Delivery.Status.FAILED) | tried)

    def release(self) -> int:
        """Let bodies be read again as if for the first time, each by itself; return how many."""
        return self.update(
            status=Delivery.Status.WAITING, retry_at=None, claimed_at=None, attempts=0, losses=0, alone=True,
            looks_up=[], error="",
        )  # fmt: skip


class Delivery(models.Model):
    """One webhook body as it arrived. Stored before 200 is answered; kept until it has been read, and a while after."""

    class Status(models.TextChoices):
        """How far reading it got."""

        WAITING = "waiting", _("Waiting")
        READ = "read", _("Read")
        FAILED = "failed", _("Could not be read")

    PAUSED = "The account is paused."  # what a delivery that waits for that has as its error

    product = models.CharField(max_length=20)  # meta | x
    body = models.BinaryField()  # the raw bytes the signature was made over
    received_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)  # written down before reading begins
    losses = models.PositiveSmallIntegerField(default=0)  # of readers that died while they read it alone
    alone = models.BooleanField(default=False)  # read by itself: something spoiled its company
    # Accounts whose platform has to be asked for what the body only points at; everything else in it is in.
    looks_up = ArrayField(models.BigIntegerField(), default=list, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects: ClassVar = DeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # serves the task that reads waiting deliveries
            models.Index(fields=["id"], name="delivery_waiting", condition=Q(status="waiting")),
            # serves the page of failed deliveries and its count
            models.Index(fields=["-received_at"], name="delivery_failed", condition=Q(status="failed")),
            # serves the purge by age
            models.Index(fields=["received_at"], name="delivery_received"),
        ]

    def __str__(self) -> str:
        return f"{self.product} delivery {self.pk}: {self.status}"


class UnreadItem(models.Model):
    """One thing a platform sent that we did not understand: kept with its body, counted on the account's page."""

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="unread_items")
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.SET_NULL, related_name="unread_items"
    )
    reason = models.CharField(max_length=200)
    body = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            # a poller meets the same strange item every round; it is one item
            models.UniqueConstraint(
                fields=["account", "digest"], name="one_unread_item_per_body", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.digest[:8]})"


class Withdrawal(models.Model):
    """A message that was removed and whose words may still stand in what was kept. Gone when they are gone."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="withdrawals")
    external_id = models.CharField(max_length=500)
    since = models.DateTimeField()  # nothing that came in before holds its words
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "external_id"], name="one_withdrawal_per_message")
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.told_at:%Y-%m-%d %H:%M}"


def digest_of(body: Mapping[str, Any]) -> str:
    """Return a stable SHA-256 hex digest of a JSON body, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()

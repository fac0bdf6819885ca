"""The brand's accounts, and which of them are found by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels import secrets
from channels.platforms import connector_class, written_handle
from channels.types import Capabilities, Route

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
        PUBLISH = "publish", _("Answer, start conversations and publish posts")

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
    keeps_name = models.BooleanField(default=False, db_default=False, editable=False)  # an admin gave it that name
    handle = models.CharField(max_length=120, blank=True)
    # What its own server allows, where a platform has many (Connector.capabilities_with); None: as usual there.
    limits = models.JSONField(null=True, blank=True)
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
    renewal_tried_at = models.DateTimeField(null=True, blank=True)
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
        """What this account's platform can do (limits, windows, actions), and its own server allows."""
        connector = connector_class(self.platform)
        # A row that was loaded for a few facts is asked for those of the platform alone.
        limits = None if "limits" in self.get_deferred_fields() else self.limits
        return connector.capabilities_with(limits) if limits else connector.capabilities

    @property
    def may_begin(self) -> bool:
        """Whether conversations may be begun from it: with people who addressed another account, or nobody."""
        return self.mode in (self.Mode.ENGAGE, self.Mode.PUBLISH)

    @property
    def may_publish(self) -> bool:
        """Whether posts of our own may leave through it."""
        return self.mode == self.Mode.PUBLISH and Route.POST in self.capabilities.routes

    @property
    def at_handle(self) -> str:
        """The name a colleague knows it by: @handle where there is one, or its address."""
        return written_handle(self.platform, self.handle) or self.name

    def may_renew(self, now: datetime) -> bool:
        """Whether new access may help where the platform refuses: we can get it, and did not just do so."""
        return self.access_ends_at is not None and (self.renewed_at is None or now - self.renewed_at > RENEWED_LATELY)

    def is_limited(self, now: datetime) -> bool:
        """Whether the platform said to ask no more before a later moment."""
        return self.rate_limited_until is not None and self.rate_limited_until > now

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
        if self.is_limited(now):
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

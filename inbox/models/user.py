"""A person of the webcare team."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.rights import BUILT_IN, Right
from inbox.models.undo_seconds import USUAL
from webcare.lib.bidi import NameField
from webcare.lib.prepared import Given, Prepared

if TYPE_CHECKING:
    from channels.models import Account


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a saved person. Raises ValueError without an address."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a saved admin (for `manage.py createsuperuser`)."""
        return self.create_user(
            email, password, **{"role": User.Role.ADMIN, "is_staff": True, "is_superuser": True, **fields}
        )


class User(AbstractUser):
    """Who works here. Signs in by e-mail address; appears to customers by initials or first name only."""

    class Role(models.TextChoices):
        """What someone may do: each includes the ones before it, but for the last two (inbox/models/rights.py).

        In training, every answer is approved first. An auditor reads the log and the people, and changes nothing.
        Who has a role of the organisation's own has its rights and its title on their row.
        """

        TRAINEE = "trainee", _("In training")
        AGENT = "agent", _("Agent")
        SPOKESPERSON = "spokesperson", _("Spokesperson")
        LEAD = "lead", _("Team lead")
        ADMIN = "admin", _("Admin")
        AUDITOR = "auditor", _("Auditor")
        CUSTOM = "custom", _("Role of our own")

    class Density(models.TextChoices):
        """How much fits on the screen."""

        COMFORTABLE = "comfortable", _("Comfortable")
        COMPACT = "compact", _("Compact")

    class Theme(models.TextChoices):
        """Light, dark, or what the computer says."""

        SYSTEM = "system", _("As the computer")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    username = None  # type: ignore[assignment]  # signing in is by e-mail address
    email = models.EmailField(_("e-mail address"), unique=True)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    custom_role = models.ForeignKey(
        "inbox.CustomRole", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="people"
    )
    # What that role may do and is called, for every request and query to know without it.
    custom_rights = ArrayField(models.CharField(max_length=16), null=True, blank=True, editable=False)
    custom_title = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    first_name = NameField(_("first name"), max_length=150, blank=True)
    last_name = NameField(_("last name"), max_length=150, blank=True)
    own_initials = NameField(max_length=4, blank=True)
    language = models.CharField(max_length=5, choices=[("nl", _("Dutch")), ("en", _("English"))], default="nl")
    density = models.CharField(max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    undo_seconds = models.PositiveSmallIntegerField(default=USUAL)
    # How many open conversations they are given without asking; what they take themselves has no limit.
    capacity = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(500)])
    browser_alerts = models.BooleanField(default=False)  # notes that name me, conversations given to me
    alert_sound = models.BooleanField(default=False)
    # A newcomer's first steps are shown, and counted from here on, until they are put away.
    first_steps_from = models.DateTimeField(null=True, blank=True, default=timezone.now, editable=False)
    first_opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(
        default=False, editable=False
    )  # has a printed password: may not sign in outside demo mode
    sessions_ended = models.PositiveIntegerField(
        default=0, editable=False
    )  # how often everywhere; see inbox/sessions.py
    # Their role has to have a second factor, and they have none (inbox/team/second_factor.py).
    second_factor_due = models.BooleanField(default=False, editable=False)
    # The organisation masks customers' personal data, and their role does not see it (inbox/team/masks.py).
    sees_masks = models.BooleanField(default=False, db_default=False, editable=False)
    # Teams in use that they lead without leading everywhere (inbox/triage/team_leads.py). None: none.
    led_teams = ArrayField(models.BigIntegerField(), null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)  # the last link to choose a password
    # Every account, also those added later; else the chosen ones alone. Without either somebody sees none.
    all_accounts = models.BooleanField(default=False)
    accounts = models.ManyToManyField("channels.Account", blank=True, related_name="people")

    # The seat they practise at in this request (inbox/practice/session.py). None: they work.
    practice_seat: int | None = None
    # The accounts that the token of this request opens (api/rest/callers.py). None: all of theirs.
    only_accounts: tuple[int, ...] | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(role="auditor", all_accounts=True), name="auditors_have_no_accounts"
            ),
            models.CheckConstraint(
                condition=models.Q(role="custom", custom_role__isnull=False, custom_rights__isnull=False)
                | (~models.Q(role="custom") & models.Q(custom_role=None, custom_rights=None)),
                name="custom_roles_bring_rights",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own, until somebody signs out everywhere: then a session that knows another number has ended."""
        session_hash: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]  # the stubs leave it out
        return f"{session_hash}-{self.sessions_ended}" if self.sessions_ended else session_hash

    @property
    def name(self) -> str:
        """The full name, or the address where no name was given."""
        return self.get_full_name() or self.email

    @property
    def initials(self) -> str:
        """The chosen initials, or those of the name: Farah Bensaïd is FB, Jan de Wit is JdW's JW."""
        if self.own_initials:
            return self.own_initials
        return (self.first_name[:1] + (self.last_name.split() or [""])[-1][:1]).upper() or self.email[:2].upper()

    @property
    def rights(self) -> frozenset[str]:
        """What this person may do."""
        if self.custom_rights is not None:
            return frozenset(self.custom_rights)
        return BUILT_IN.get(self.role, frozenset())

    def has(self, right: Right) -> bool:
        """Whether this person may do something."""
        return right in self.rights

    def get_role_display(self) -> str:  # type: ignore[no-redef]  # the plugin makes one of the choices
        """Return what this person's role is called."""
        return self.custom_title or str(dict(self.Role.choices)[self.role])

    @property
    def is_lead(self) -> bool:
        """Whether this person may assign others' work."""
        return self.has(Right.LEAD)

    @property
    def is_spokesperson(self) -> bool:
        """Whether this person may write to the press, whatever teams they are in."""
        return self.has(Right.PRESS)

    @property
    def is_auditor(self) -> bool:
        """Whether this person reads no conversations: they look along, or manage, and have no accounts."""
        return not self.has(Right.WORK)

    @property
    def reads_all_accounts(self) -> bool:
        """Whether every account is this person's to read, those of later too."""
        return self.only_accounts is None and (self.is_admin or self.all_accounts)

    @property
    def is_trainee(self) -> bool:
        """Whether a colleague looks at this person's answers first."""
        return not self.has(Right.UNCHECKED)

    @property
    def is_admin(self) -> bool:
        """Whether this person may do everything, in every account and team."""
        return self.role == self.Role.ADMIN

    def readable_accounts(self) -> models.QuerySet[Account]:
        """The accounts whose history this person reads, removed ones too.

        While they practise, those of their practice alone; by a token, those it opens.
        """
        if self.practice_seat is not None:
            return accounts_of_practice(self.practice_seat)
        accounts = accounts_read_by(self.pk, is_admin=self.is_admin)
        return accounts if self.only_accounts is None else accounts.filter(pk__in=self.only_accounts)

    def visible_accounts(self) -> models.QuerySet[Account]:
        """The accounts this person works in and answers from: the readable ones that were not removed."""
        return self.readable_accounts().filter(removed_at=None)

    @cached_property
    def closed_teams(self) -> tuple[int, ...]:
        """The teams whose conversations this person does not see. Read once for each request."""
        return () if self.is_admin or self.is_auditor else tuple(_closed_teams(reader=self.pk))

    @cached_property
    def team_ids(self) -> tuple[int, ...]:
        """The teams this person is a member of. Read once for each request, and only where a list asks for them."""
        return tuple(self.teams.order_by().values_list("pk", flat=True))


@Prepared
def _closed_teams() -> models.QuerySet[Any, int]:
    from inbox.models.team import Team  # noqa: PLC0415  it names this model

    return Team.objects.closed_to(Given("reader")).order_by().values_list("pk", flat=True)


def accounts_of_practice(seat: int) -> models.QuerySet[Account]:
    """Return the accounts of somebody's practice."""
    from channels.models import Account  # noqa: PLC0415  the apps know each other by model only

    accounts: models.QuerySet[Account] = Account.every.filter(practice=seat).order_by("platform", "name", "pk")
    return accounts


def accounts_read_by(reader: int | models.Expression, *, is_admin: bool) -> models.QuerySet[Account]:
    """Return the accounts whose history a person reads: an admin all, another theirs."""
    from channels.models import Account  # noqa: PLC0415  the apps know each other by model only

    accounts = Account.objects.order_by("platform", "name", "pk")
    if is_admin:
        return accounts
    chosen = User.accounts.through.objects.filter(user=reader).values("account")
    return accounts.filter(models.Q(pk__in=chosen) | models.Exists(User.objects.filter(pk=reader, all_accounts=True)))

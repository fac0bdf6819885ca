"""What holds for the whole organisation: one row at most."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inbox.models.approval import Approval
from inbox.models.contact import Contact
from webcare.lib.bidi import NameField


class Organisation(models.Model):
    """The settings an admin makes for everybody. Until somebody did, everything is as the fields' defaults say."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = NameField(_("name"), max_length=60, blank=True)
    # How customers are addressed who did not say how they want it; "" leaves it to whoever writes.
    address = models.CharField(_("address customers as"), max_length=2, choices=Contact.Address.choices, blank=True)
    approves_pictures = models.BooleanField(
        _("public pictures and films need a second person's approval"), default=False
    )
    approves_negative = models.BooleanField(
        _("public answers to who is angry or annoyed need a second person's approval"), default=False
    )
    approves_followers = models.PositiveIntegerField(
        _("answers to who has at least so many followers need a second person's approval"), null=True, blank=True
    )
    approves_posts = models.BooleanField(
        _("planned posts need a second person's approval"), default=False, db_default=False
    )
    # How long an answer waits for approval, and what happens then. 0: until somebody decides.
    approval_minutes = models.PositiveSmallIntegerField(
        _("minutes to approve an answer"), default=0, validators=[MaxValueValidator(1440)]
    )
    approval_fallback = models.CharField(
        _("when nobody approves in time"),
        max_length=8,
        choices=Approval.Fallback.choices,
        default=Approval.Fallback.TELL,
    )
    # On its public holidays the office is closed, unless a day of its own says otherwise.
    holidays = models.CharField(
        _("public holidays"),
        max_length=2,
        blank=True,
        choices=[
            ("NL", _("the Netherlands")),
            ("BE", _("Belgium")),
            ("DE", _("Germany")),
            ("FR", _("France")),
            ("GB", _("the United Kingdom")),
        ],
    )

    masks_personal_data = models.BooleanField(
        _("customers' phone numbers, e-mail addresses, account numbers and BSN are masked"),
        default=False,
        db_default=False,
    )

    # Roles whose people have to have a second factor.
    second_factor = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    # Networks from which people may use Webcare; none: everywhere.
    networks = ArrayField(models.CharField(max_length=49), default=list, blank=True)

    # Who works here makes tokens of the API for themselves; leads and admins do in any case.
    own_tokens = models.BooleanField(
        _("colleagues make tokens of the API for themselves"), default=False, db_default=False
    )

    # There is a query or a feed of monitoring: then it is in everybody's menu (monitoring/queries/usage.py).
    monitors = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def approves_some(self) -> bool:
        """Whether some answers wait for a second person, whoever wrote them."""
        return self.approves_pictures or self.approves_negative or self.approves_followers is not None

    @classmethod
    def current(cls) -> Organisation:
        """Return the settings as they are; unsaved defaults where nobody made any."""
        return cls.objects.first() or cls()

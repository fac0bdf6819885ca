"""How a person wants to be told, and when not."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from inbox.models.notice import Notification

Kind = Notification.Kind
# What nobody who works beside other work should miss. What is late was told of when it was near.
MAILED = [
    Kind.MENTION, Kind.ASSIGNED, Kind.ESCALATED, Kind.NEARLY_LATE, Kind.SPIKE, Kind.ACCESS, Kind.PRACTICE,
    Kind.LOOKALIKE, Kind.POST_STUCK,
]  # fmt: skip
# Told to nobody but leads who ask for it: it is no work of theirs.
CHOSEN = frozenset({Kind.LOW_SCORE})


def _mailed() -> list[str]:
    return [kind.value for kind in MAILED]


def _all() -> list[str]:
    return [kind.value for kind in Kind if kind not in CHOSEN]


def _kinds(default: object) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=12), blank=True, default=default)


class NotificationChoice(models.Model):
    """One row a person who chose; who did not is told as the defaults say."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="notification_choice"
    )
    page = _kinds(_all)
    mail = _kinds(_mailed)
    push = _kinds(_all)
    # On a locked screen: who asks, and which customer it is about.
    push_names = models.BooleanField(_("Show names in push messages"), default=False, db_default=False)
    # By the clock of `time_zone`; both or neither. From later than until: over midnight.
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)  # empty: the organisation's

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {len(self.mail)} by mail"

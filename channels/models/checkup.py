"""What was found when an account was last looked at as a whole."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from channels.models.account import Account


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

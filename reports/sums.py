"""Rows of figures summed up by day and month."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

# Sums are made of rows whose foreign keys are checked. Checking those of each sum again took minutes for all of them.


class _OneSum(models.Model):
    """How many rows a source has on a day or in a month, of one account, team and kind. See reports/rollups.py."""

    source = models.CharField(max_length=12)
    is_month = models.BooleanField()
    day = models.DateField()  # of a month its first
    account = models.ForeignKey(
        "channels.Account", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "inbox.Team", null=True, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=20, blank=True)
    n = models.PositiveIntegerField()
    total = models.BigIntegerField()  # of the amounts
    amounts = ArrayField(models.IntegerField(), null=True)  # in order; None where no percentile is asked of them

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source} {self.day}: {self.n}"


def _index(name: str, *who: str) -> models.Index:
    """What is counted stands in the index itself: amounts alone are read from the table."""
    return models.Index(
        fields=["source", "is_month", "day"], include=["account", "team", *who, "kind", "n", "total"], name=name
    )


class Sum(_OneSum):
    """Of everybody together."""

    class Meta:
        indexes: ClassVar = [_index("sum_by_source")]


class PersonSum(_OneSum):
    """The same of one person."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip  # None where nobody had it

    class Meta:
        indexes: ClassVar = [_index("person_sum_by_source", "person")]


class LabelSum(_OneSum):
    """The same of one label. A row counts under each of its conversation's labels."""

    label = models.ForeignKey(
        "inbox.Label", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [_index("label_sum_by_source", "label")]


class SumState(models.Model):
    """Up to which day everything is summed up, and from which transaction on changes are not in it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last = models.DateField()
    zone = models.CharField(max_length=60)  # days are this clock's
    horizon = models.BigIntegerField()
    definition = models.CharField(max_length=64, default="", db_default="")  # by which they were made

    def __str__(self) -> str:
        return f"up to {self.last}"

"""Rows of figures summed up by day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

# Sums are made of rows whose foreign keys are checked. Checking those of each sum again took minutes for all of them.


class RollUp(models.Model):
    """How many rows one source has on one day, of one account, team, kind and size. See reports/rollups.py."""

    source = models.CharField(max_length=12)
    day = models.DateField()
    account = models.ForeignKey(
        "channels.Account", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "inbox.Team", null=True, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=20, blank=True)
    bucket = models.IntegerField()
    n = models.PositiveIntegerField()
    amounts = ArrayField(models.IntegerField(), null=True)  # None where the bucket is the amount

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["source", "day"], include=["account", "team", "kind", "bucket", "n"], name="rollup_by_source"
            ),
            models.Index(fields=["day"], name="rollup_by_day"),
            # the exact amounts of one size, for a median
            models.Index(
                fields=["source", "bucket", "day"], name="rollup_by_size", condition=models.Q(amounts__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day}: {self.n}"


class _OneBucket(models.Model):
    """The same of one person or label. Large amounts stand together, since there are few a day."""

    source = models.CharField(max_length=12)
    day = models.DateField()
    account = models.ForeignKey(
        "channels.Account", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "inbox.Team", null=True, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=20, blank=True)
    bucket = models.IntegerField()
    n = models.PositiveIntegerField()
    amounts = ArrayField(models.IntegerField(), null=True)  # None where the bucket is the amount

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source} {self.day}: {self.n}"


class PersonRollUp(_OneBucket):
    """How many rows one source has on one day of one person. See reports/rollups.py."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, db_constraint=False, db_index=False,
        related_name="+",
    )  # fmt: skip  # None where nobody had it

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["source", "day"],
                include=["account", "team", "person", "kind", "bucket", "n"],
                name="person_rollup_by_source",
            ),
            models.Index(fields=["day"], name="person_rollup_by_day"),
            models.Index(
                fields=["source", "day"], name="person_rollup_large", condition=models.Q(amounts__isnull=False)
            ),
        ]


class LabelRollUp(_OneBucket):
    """How many rows one source has on one day of one label. A row counts under each of its conversation's labels."""

    label = models.ForeignKey(
        "inbox.Label", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["source", "day"],
                include=["account", "team", "label", "kind", "bucket", "n"],
                name="label_rollup_by_source",
            ),
            models.Index(fields=["day"], name="label_rollup_by_day"),
            models.Index(
                fields=["source", "day"], name="label_rollup_large", condition=models.Q(amounts__isnull=False)
            ),
        ]


class RollUpState(models.Model):
    """Up to which day everything is summed up, and from which transaction on changes are not in it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    last = models.DateField()
    zone = models.CharField(max_length=60)  # days are this clock's
    horizon = models.BigIntegerField()
    # The horizon of the sums by person and label. Another one: a release that does not know them summed up since.
    people_horizon = models.BigIntegerField(null=True)
    # That of whom negatives reach: the same holds.
    negatives_horizon = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"up to {self.last}"

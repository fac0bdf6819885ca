"""Roles an organisation makes for itself."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField


class CustomRole(models.Model):
    """A name for a set of rights (inbox/models/rights.py). Its people carry both: a request reads no role."""

    title = NameField(_("name"), max_length=40)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    rights = ArrayField(models.CharField(max_length=16))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("title"), name="one_role_of_a_title")]

    def __str__(self) -> str:
        return self.title

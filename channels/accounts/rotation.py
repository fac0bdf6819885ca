"""Everything that is encrypted at rest, encrypted anew with the newest key of CREDENTIAL_KEYS.

What is encrypted stands in fields whose names begin with `sealed`, and in the data of second factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction

from channels.secrets import CredentialsUnreadable, reseal

_OF_FACTORS = ("secret", "seed")


@dataclass
class Rotated:
    """How many texts were encrypted anew, and where one is that no key opens."""

    number: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate() -> Rotated:
    """Encrypt everything anew. Stopped halfway, it may be run again: every key opens what it made."""
    done = Rotated()
    for model, name in sealed_fields():
        rows = model._base_manager.exclude(**{name: ""}).values_list("pk", name)
        for pk, sealed in rows.iterator():
            try:
                newer = reseal(sealed)
            except CredentialsUnreadable:
                done.unreadable.append(f"{model._meta.label} {pk}")
                continue
            # What somebody changed meanwhile is encrypted with the newest key already.
            done.number += model._base_manager.filter(pk=pk, **{name: sealed}).update(**{name: newer})
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        _rotate_factor(pk, done)
    return done


def sealed_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every field that holds encrypted text."""
    for model in apps.get_models():
        for each in model._meta.concrete_fields:
            if each.name.startswith("sealed"):
                yield model, each.name


@transaction.atomic
def _rotate_factor(pk: int, done: Rotated) -> None:
    """Encrypt one second factor anew; locked, since a recovery code that is used changes its row."""
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None:
        return
    data: dict[str, Any] = dict(factor.data)
    try:
        changed = {name: reseal(data[name]) for name in _OF_FACTORS if data.get(name)}
    except CredentialsUnreadable:
        done.unreadable.append(f"{Authenticator._meta.label} {pk}")
        return
    if changed:
        Authenticator.objects.filter(pk=pk).update(data=data | changed)
        done.number += len(changed)

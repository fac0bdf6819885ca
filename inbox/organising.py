"""The organisation's settings: read in the statements that pages make anyway, and changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from inbox.models import Event, Organisation, User

_FIELDS = ("name", "address", "approves_pictures")


def settings_in() -> Subquery:
    """Return an annotation that brings the settings along; `told` makes them of what it brought."""
    return Subquery(Organisation.objects.values(json=JSONObject(**{name: name for name in _FIELDS}))[:1])


def address_in() -> Coalesce:
    """Return an annotation with how customers are addressed who did not say how they want it; "" for no rule."""
    return Coalesce(Subquery(Organisation.objects.values("address")[:1]), Value(""))


def told(settings: dict[str, Any] | None) -> Organisation:
    """Return the settings an annotation brought; the defaults where nobody made any."""
    return Organisation(**(settings or {}))


@transaction.atomic
def change(by: User, **values: Any) -> bool:
    """Set the organisation's settings; return whether that was news. The log names what changed."""
    Organisation.objects.get_or_create(pk=1)
    row = Organisation.objects.select_for_update(no_key=True).get(pk=1)
    changed = [name for name in _FIELDS if name in values and getattr(row, name) != values[name]]
    if not changed:
        return False
    # The name is ours and in the page's head, yet the log keeps states only: that it changed says enough.
    states = {name: values[name] for name in changed if name != "name"}
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    Event.note("organisation_changed", actor=by, changed=changed, **states)
    return True

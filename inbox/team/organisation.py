"""The organisation's settings: read in the statements that pages make anyway, and changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from inbox.models import Event, Organisation, User
from inbox.sla import targets
from inbox.team import masks, second_factor

_FIELDS = (
    "name", "address", "approves_pictures", "approves_negative", "approves_followers", "approves_posts",
    "approval_minutes",
    "approval_fallback", "holidays", "second_factor", "networks", "masks_personal_data", "own_tokens",
)  # fmt: skip


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
    if "holidays" in changed:
        targets.due_times_changed()
    if "second_factor" in changed:
        second_factor.refresh_due(User.objects.all())
    if "masks_personal_data" in changed:
        masks.refresh(User.objects.all())
    return True

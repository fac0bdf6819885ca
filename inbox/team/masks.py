"""Whether somebody sees customers' personal data masked. It stands on their own row: no request looks it up."""

from __future__ import annotations

from django.db.models import QuerySet

from inbox.models import Organisation, User
from inbox.models.rights import Right, holding


def refresh(people: QuerySet[User]) -> None:
    """Write down of these people who sees masks, as the organisation and their roles are now."""
    on = Organisation.current().masks_personal_data
    if on:
        people.exclude(holding(Right.SEE)).filter(sees_masks=False).update(sees_masks=True)
    seeing = people.filter(holding(Right.SEE)) if on else people
    seeing.filter(sees_masks=True).update(sees_masks=False)

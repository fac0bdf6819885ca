"""How often one person may ask."""

from __future__ import annotations

from inbox.models import User
from webcare.lib import how_often

MOST = 20  # a minute


def is_too_often(person: User) -> bool:
    """Count one more question of somebody; return whether it is too many within this minute."""
    return how_often.is_too_often("assist", str(person.pk), MOST, 60)

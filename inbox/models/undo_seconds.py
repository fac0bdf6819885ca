"""How long an answer can be taken back: what a person may choose, and what holds at most.

Who chose what stands in `User.undo_seconds`. Other acts are undone for as long as inbox/undo/reversal.py says.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

USUAL = 5
CHOICES = {
    0: _("No time: send at once"),
    5: _("5 seconds"),
    10: _("10 seconds"),
    20: _("20 seconds"),
    30: _("30 seconds"),
}
_LONGEST = 60


def clamp(seconds: int) -> int:
    """Return the seconds within what is possible: nobody waits longer than a minute for an answer to leave."""
    return min(max(seconds, 0), _LONGEST)

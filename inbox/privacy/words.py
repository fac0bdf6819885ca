"""What the numbers of an erasure are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from inbox.models import Erasure
from inbox.privacy.person import Tally

_KINDS = {
    "conversations": _("Conversations"),
    "messages": _("Messages and answers"),
    "files": _("Photos, sound and files"),
    "drafts": _("Drafts"),
    "notes": _("Notes about them, and places where they are named"),
    "mentions": _("Messages of others that name them"),
    "deliveries": _("Webhook bodies"),
    "accounts": _("Accounts and numbers"),
    "exports": _("Files made before"),
}
WAITS = {
    "leaving": _("An answer is leaving just now. Erasing waits for it."),
    "busy": _("Something of theirs comes in just now. Erasing tries again in a moment."),
    "reading": _("A webhook is being read just now. Erasing looks again in a moment."),
}


def counted(row: Erasure) -> list[Tally]:
    """Return how much of each kind is gone."""
    return [Tally(str(title), row.counts[kind]) for kind, title in _KINDS.items() if row.counts.get(kind)]

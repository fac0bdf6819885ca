"""Who sees a customer's details masked is told none of them by way of the assistant."""

from __future__ import annotations

from assist.masking import Masked
from inbox.text.masking import pieces
from webcare.lib import masks


def hide(masked: Masked, heard: str, instead: str) -> None:
    """Have what a customer said, and the reader sees masked, come back as something else.

    A customer's words may make the model repeat whatever stands in them: what it may repeat is said here.
    """
    if not masks.hides():
        return
    hidden = pieces(heard)
    for place, piece in masked.pieces.items():
        if any(one in piece for one in hidden):
            masked.pieces[place] = instead

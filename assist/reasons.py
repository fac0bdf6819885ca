"""Why the assistant did not help, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_REASONS: dict[str, _StrPromise] = {
    "unreachable": _("the server cannot be reached, or takes too long"),
    "private_address": _("the server's address is not a public one"),
    "refused": _("the server does not take this: look at the name of the model"),
    "access": _("the server does not let us in: look at the key"),
    "limit": _("the server takes no more questions for now"),
    "missing": _("the server does not know this address or this model"),
    "disturbance": _("the server has a disturbance"),
    "not_understood": _("the server's answer cannot be understood"),
    "too_large": _("the server's answer is too long"),
    "empty": _("the server answered with nothing"),
    "nothing": _("there are no words to go by"),
    "too_long": _("this text is too long for it"),
    "not_masked": _("not all personal data could be masked"),
    "busy": _("colleagues are asking it just now; try again in a moment"),
    "often": _("you asked often within a minute; wait a moment"),
    "changed": _("the message was changed meanwhile"),
    "unreadable": _("the stored key cannot be read"),
}


def words(reason: str) -> str:
    """Return a reason in words; one without words as it is."""
    return str(_REASONS.get(reason, reason))

"""Why a CRM did not do what it was asked, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_REASONS: dict[str, _StrPromise] = {
    "unreachable": _("it cannot be reached, or takes too long"),
    "private_address": _("its address is not a public one"),
    "refused": _("it does not take this"),
    "access": _("it does not let us in: look at the credentials and what they may do"),
    "limit": _("it takes no more calls for now"),
    "disturbance": _("it has a disturbance"),
    "not_understood": _("its answer cannot be understood"),
    "too_large": _("its answer is larger than we read"),
    "field": _("an object of Salesforce has no field for our key, or we may not see it"),
    "missing": _("it does not know what was asked for"),
    "gone": _("it does not know this person any more"),
    "busy": _("many are asking it just now"),
    "unreadable": _("the stored credentials cannot be read"),
    "off": _("the CRM was switched off"),
    "disconnected": _("the CRM was disconnected"),
    "unexpected": _("something unexpected went wrong; the log of the server says what"),
}


def words(reason: str) -> str:
    """Return a reason in words; one without words as it is."""
    return str(_REASONS.get(reason, reason))

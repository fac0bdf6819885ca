"""What erasing somebody here does not reach."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.connecting.models import Connection


def note() -> str:
    """Say that a CRM keeps what it was written, where one is or was connected."""
    row = Connection.objects.order_by("-pk").first()
    if row is None:
        return ""
    return _("What stands in %(crm)s is not erased by this: have it erased there too.") % {"crm": row.name}

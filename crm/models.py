"""What is kept of the CRM; each room has its own models."""

from __future__ import annotations

from crm.connecting.models import Connection
from crm.people.models import Link
from crm.writing.models import Write

__all__ = ["Connection", "Link", "Write"]

"""Which constraint of the database was broken."""

from __future__ import annotations

from django.db import IntegrityError


def broken_by(error: IntegrityError) -> str:
    """Return the name of the constraint that an error is about, "" for one that has none, as a missing value."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""

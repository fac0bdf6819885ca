"""What changes about the person who reads a page."""

from __future__ import annotations

from inbox.models import User


def rename(reader: User) -> None:
    """Give the reader another first name."""
    reader.first_name = f"{reader.first_name}a"
    reader.save()


def speak_other_language(reader: User) -> None:
    """Let the reader read English instead of Dutch, or the other way round."""
    reader.language = "en" if reader.language == "nl" else "nl"
    reader.save()

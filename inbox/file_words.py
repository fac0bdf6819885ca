"""What a message without words is called: Photo, Voice message, 4 photos. With the icon that stands for it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

# Each says so many of a kind, in the reader's language.
_WORDS: dict[str, Callable[[int], str]] = {
    "image": lambda n: npgettext("a message", "Photo", "%(n)d photos", n) % {"n": n},
    "video": lambda n: npgettext("a message", "Video", "%(n)d videos", n) % {"n": n},
    "audio": lambda n: npgettext("a message", "Voice message", "%(n)d voice messages", n) % {"n": n},
    "sticker": lambda n: npgettext("a message", "Sticker", "%(n)d stickers", n) % {"n": n},
    "location": lambda n: npgettext("a message", "Location", "%(n)d locations", n) % {"n": n},
    "contact": lambda n: npgettext("a message", "Contact card", "%(n)d contact cards", n) % {"n": n},
    "file": lambda n: npgettext("a message", "File", "%(n)d files", n) % {"n": n},
    "share": lambda n: _("Shared post"),
    "story_mention": lambda n: _("Mention in their story"),
    "unsupported": lambda n: _("Message that can only be read in the app"),
}
_ICONS = {
    "image": "image",
    "video": "video",
    "audio": "mic",
    "sticker": "smile",
    "location": "map-pin",
    "contact": "circle-user-round",
    "file": "file",
    "share": "link",
    "story_mention": "at-sign",
    "unsupported": "circle-alert",
}


def is_known(kind: str) -> bool:
    """Whether a kind has a name of its own."""
    return kind in _WORDS


def words_for(kind: str, count: int = 1) -> str:
    """Return what so many files of a kind are called; an unknown kind, or several at once, are attachments."""
    if kind in _WORDS:
        return _WORDS[kind](count or 1)
    return npgettext("a message", "Attachment", "%(n)d attachments", count or 1) % {"n": count or 1}


def icon_for(kind: str) -> str:
    """Return the icon of a kind of file."""
    return _ICONS.get(kind, "paperclip")

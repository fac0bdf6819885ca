"""What a message without words is called: Photo, 4 photos, May be called. With the icon that stands for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from channels.types import ShownKind
from inbox.models import Message
from inbox.thread import seen_by_customer
from inbox.thread.note_words import words_of

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


_NAMED = ("unsupported", "story_mention")  # kinds of messages that say themselves what they are


def one_line_of(message: Message) -> str:
    """Return a message in a line: its words, else what came with it."""
    part = message.shown[0] if message.shown else {}
    words = words_of(message) or str(part.get("title") or part.get("reference") or "")
    return words or content_of(message.kind, message.shown, _kinds_of(message))


def content_of(kind: str, parts: Sequence[Mapping[str, Any]], files: Sequence[str]) -> str:
    """Return what a message without words is: by its files, else by its kind, else by what was shown with it."""
    if files:
        return words_for(files[0] if len(set(files)) == 1 else "mixed", len(files))
    if kind in _NAMED:
        return words_for(kind)
    return words_for(_shown_as(parts[0])) if parts else _("No text")


def _shown_as(part: Mapping[str, Any]) -> str:
    refused = part.get("kind") == ShownKind.CALL and part.get("words") != "accept"
    return seen_by_customer.NO_CALL if refused else str(part.get("kind"))


def _kinds_of(message: Message) -> list[str]:
    """The kinds of a message's files, without a statement where a page's statement told them."""
    files = getattr(message, "files", None)
    return [file.kind for file in message.attachments.all()] if files is None else [file["kind"] for file in files]


def words_for(kind: str, count: int = 1) -> str:
    """Return what so many files of a kind are called; an unknown kind, or several at once, are attachments.

    The kind may be one of what is shown with a message too.
    """
    if kind in _WORDS:
        return _WORDS[kind](count or 1)
    if label := seen_by_customer.label_of(kind):
        return label
    return npgettext("a message", "Attachment", "%(n)d attachments", count or 1) % {"n": count or 1}


def icon_for(kind: str) -> str:
    """Return the icon of a kind of file."""
    return _ICONS.get(kind) or seen_by_customer.ICONS.get(kind, "paperclip")

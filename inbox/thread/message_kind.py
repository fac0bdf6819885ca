"""The tag that says how a message reached us: as a mention, a comment, in a story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from inbox.models import Message

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class KindTag:
    """What a kind of message is called, and its icon."""

    icon: str
    title: _StrPromise


_COMMENT = "comment"
_TAGS: dict[str, KindTag] = {
    "mention": KindTag("at-sign", _("Mention")),
    "tag": KindTag("tag", _("Tagged us")),
    "found": KindTag("search", _("Found")),
    "visitor_post": KindTag("message-square", _("On our page")),
    "story_mention": KindTag("at-sign", _("In their story")),
    "automatic": KindTag("bot", _("Automatic reply")),
    _COMMENT: KindTag("message-square", _("Comment")),
}


def tag_of(message: Message, *, brought: bool) -> KindTag | None:
    """Return a message's tag. A comment has one only where it made this a conversation of ours."""
    return _TAGS.get(message.kind) if brought or message.kind != _COMMENT else None

"""Whether somebody was already sent these very words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from channels.types import Visibility
from inbox.models import Conversation, Message

if TYPE_CHECKING:
    from inbox.models import User

_SHORTEST = 12  # "Graag gedaan!" may be said twice
_LOOKED_AT = 60
_AGE = timedelta(days=30)
_GONE = (Message.State.CANCELLED, Message.State.FAILED)
_OPENING_HANDLES = re.compile(r"^(?:@\w+\s+)+")
_SIGNATURE = re.compile(r"\s*\^\s?[a-z]{1,4}$")


def earlier_same_answer(text: str, conversation: Conversation, reader: User, *, is_public: bool) -> Message | None:
    """Return the newest answer with the same words to this person or public thread; None for none.

    Answers from accounts the reader may not see, and of teams closed to them, are not told of.
    """
    words = _normalized(text)
    if len(words) < _SHORTEST:
        return None
    ours = Message.objects.answers().filter(
        account__in=reader.readable_accounts().order_by(),
        removed_at=None,
        sent_at__gte=timezone.now() - _AGE,
    )
    rows = (
        ours.exclude(state__in=_GONE)
        .exclude(conversation__team__in=reader.closed_teams)
        .select_related("author")
        .without_words()
        .order_by("-sent_at")
    )
    newest = [row for place in _heard_by(conversation, is_public=is_public) for row in rows.filter(place)[:_LOOKED_AT]]
    # Under the text stands a signature, which may also be a name: the same beginning counts.
    same = [row for row in newest if _same(_normalized(row.text), words)]
    return max(same, key=attrgetter("sent_at"), default=None)


def _heard_by(conversation: Conversation, *, is_public: bool) -> Iterator[Q]:
    """Return where the same people read: each by an index of its own. Joined by OR, every answer would be read."""
    of_contact = Conversation.objects.filter(contact=conversation.contact_id)
    yield Q(conversation__in=list(of_contact.values_list("pk", flat=True)))
    if is_public:
        threads = Message.objects.filter(conversation=conversation).exclude(thread_id="").order_by()
        found = list(threads.values_list("thread_id", flat=True).distinct())
        yield Q(account=conversation.account_id, visibility=Visibility.PUBLIC, thread_id__in=found)


def _same(sent: str, words: str) -> bool:
    return sent == words or (sent.startswith(words) and len(sent) - len(words) < 40)


def _normalized(text: str) -> str:
    plain = " ".join(_OPENING_HANDLES.sub("", text).split()).lower()
    return _SIGNATURE.sub("", plain).rstrip(" .!")

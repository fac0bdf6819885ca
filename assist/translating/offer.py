"""Which messages of a page have a translation, or could have one. Without the help there is no statement."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.urls import reverse

from assist.server.models import Help
from assist.server.servers import helps_at, may_help
from assist.translating.models import Translation
from inbox.models import Conversation, Message, User
from inbox.thread.translations import Translated

_SHORTEST = 20  # letters; of less nobody knows the language
_LATIN = "\u0250"  # letters from here on are of other alphabets


def offer(
    conversation: Conversation, reader: User, messages: Sequence[Message], version: uuid.UUID
) -> dict[int, Translated]:
    """Return for each message what stands below it, by its number; {} where nothing does."""
    if Help.TRANSLATION not in helps_at(version) or not may_help(conversation, reader):
        return {}
    wanted = [message for message in messages if is_foreign(message, conversation, reader.language)]
    if not wanted:
        return {}
    rows = Translation.objects.filter(message__in=[message.pk for message in wanted], language=reader.language)
    known = {row.message_id: row for row in rows}
    return {message.pk: shown(message, known.get(message.pk)) for message in wanted}


def shown(message: Message, row: Translation | None) -> Translated:
    """Return what stands below a message."""
    address = reverse("assist_translate", args=[message.code])
    return Translated(address, row.text, row.language, row.has_gaps) if row else Translated(address)


def is_foreign(message: Message, conversation: Conversation, language: str) -> bool:
    """Whether a customer's message is in another language than this one, as far as can be known."""
    if message.direction != Message.Direction.INBOUND or message.removed_at or not message.text.strip():
        return False
    if message.language:
        return message.language != language
    letters = [letter for letter in message.text[:400] if letter.isalpha()]
    if sum(letter >= _LATIN for letter in letters) * 2 > len(letters) > 1:
        return True
    # Long enough to tell, and none of the languages that are told apart; else as the conversation is.
    return len(letters) >= _SHORTEST or conversation.language not in ("", language)

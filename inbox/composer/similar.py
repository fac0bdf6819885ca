"""What colleagues answered when somebody wrote something like this (E15)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from inbox.models import Message

if TYPE_CHECKING:
    from channels.models import Account
    from inbox.models import Conversation

_AGE = timedelta(days=365)
_READ = 2000  # characters of the customer's message
_WORDS = 8  # of the customer's message, the longest: they say most about its topic
_LOOKED_AT = 200
_SHOWN = 5
_PATIENCE = 800  # ms: help that comes late is no help

# The newest messages that share a word, then how many words each shares, and the answer that followed it.
# No ts_rank: it reads every text again. The inner LIMIT keeps the rest small however common the words are.
_SIMILAR = """
WITH theirs AS MATERIALIZED (
    SELECT m.id, m.conversation_id, m.sent_at, m.text, tsvector_to_array(m.words) AS stems
    FROM inbox_message m
    WHERE m.words @@ to_tsquery('simple', %(query)s) AND m.direction = 'inbound' AND m.removed_at IS NULL
      AND m.sent_at > %(since)s AND m.account_id = ANY(%(accounts)s) AND m.conversation_id <> %(conversation)s
      AND NOT EXISTS (
          SELECT FROM inbox_conversation c WHERE c.id = m.conversation_id AND c.team_id = ANY(%(closed)s::bigint[]))
    ORDER BY m.sent_at DESC LIMIT %(looked_at)s
), ranked AS (
    SELECT theirs.*, (SELECT count(*) FROM unnest(theirs.stems) stem WHERE stem = ANY(%(stems)s)) AS shared,
           EXISTS (SELECT 1 FROM inbox_conversationlabel one
                   JOIN inbox_conversationlabel two ON two.label_id = one.label_id
                   WHERE one.conversation_id = theirs.conversation_id AND two.conversation_id = %(conversation)s
           ) AS topic
    FROM theirs
)
SELECT ranked.id, answer.id FROM ranked CROSS JOIN LATERAL (
    SELECT m.id FROM inbox_message m
    WHERE m.conversation_id = ranked.conversation_id AND m.direction = 'outbound' AND m.state = 'sent'
      AND m.removed_at IS NULL AND m.author_id IS NOT NULL AND m.sent_at > ranked.sent_at AND m.text <> ''
    ORDER BY m.sent_at, m.id LIMIT 1) answer
WHERE ranked.shared >= %(least)s
ORDER BY ranked.topic DESC, ranked.shared DESC, ranked.sent_at DESC LIMIT %(shown)s
"""


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody's message and the answer a colleague gave."""

    asked: Message
    answer: Message


def similar_answers(
    conversation: Conversation, customer_text: str, accounts: Sequence[Account], closed: Collection[int] = ()
) -> list[Example]:
    """Return up to five earlier questions like this one with their answers: same label first, then most shared words.

    Looks at the last twelve months on the accounts this reader may see, besides teams that are `closed` to them. []
    where nothing is alike, or looking takes too long.
    """
    stems = _stems(customer_text)
    if not stems:
        return []
    params: dict[str, Any] = {
        "query": " | ".join(f"'{stem}'" for stem in stems), "stems": stems, "least": min(2, len(stems)),
        "since": timezone.now() - _AGE, "accounts": [account.pk for account in accounts],
        "closed": list(closed), "conversation": conversation.pk, "looked_at": _LOOKED_AT, "shown": _SHOWN * 2,
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {_PATIENCE}")
            cursor.execute(_SIMILAR, params)
            pairs = cursor.fetchall()
    except DatabaseError:
        return []
    rows = Message.objects.select_related("identity", "author", "account").without_words()
    by_id = rows.in_bulk([pk for pair in pairs for pk in pair])
    return _without_duplicates([Example(by_id[question_id], by_id[answer_id]) for question_id, answer_id in pairs])[
        :_SHOWN
    ]


def _without_duplicates(examples: Sequence[Example]) -> list[Example]:
    by_text: dict[str, Example] = {}
    for example in examples:
        by_text.setdefault(" ".join(example.answer.text.lower().split()), example)
    return list(by_text.values())


def words_in(text: str) -> list[str]:
    """Return the words of a message that may say what it is about."""
    return re.findall(r"[^\W\d_]{4,}", re.sub(r"https?://\S+|[@#]\w+", " ", text[:_READ]))


def _stems(text: str) -> list[str]:
    """The Dutch stems of the longest words, as the index holds them."""
    plain = " ".join(words_in(text))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('dutch', inbox_plain(%s)))", [plain])
        (found,) = cursor.fetchone()
    return sorted({stem for stem in found if stem.isalpha()}, key=lambda stem: (-len(stem), stem))[:_WORDS]

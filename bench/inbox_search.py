"""Searching against reading every text: rare words, common ones, two at once, an unfinished one, a name."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from bench.clock import say, table, timed
from inbox.lists.search import SearchQuery, find, people
from inbox.models import Conversation, Message

_QUESTIONS = {
    "a rare word": "woord31234",
    "a word in between": "woord2100",
    "a common word": "woord12",
    "the commonest": "woord0",
    "two words": "woord12 woord840",
    "an unfinished word": "woord3121",
    "a phrase": '"woord0 woord1"',
    "a word that is nowhere": "nergens",
}


def measure(data: ModuleType, messages: int) -> None:
    """Print what each question takes, and how long the same rows take without the index."""
    if not Conversation.objects.exists():
        data.conversations(max(messages // 40, 200), "closed")
    say(f"Making {messages:,} messages.")
    data.messages(messages)
    accounts = data.accounts()
    rows: list[tuple[object, ...]] = []
    for name, text in _QUESTIONS.items():
        ours = timed(partial(find, SearchQuery.of({"q": text}), accounts))
        plain = text.strip('"').split()[0]
        reading = timed(partial(_read, plain), 3)
        hits = len(find(SearchQuery.of({"q": text}), accounts).messages)
        rows.append(
            (
                name,
                hits,
                f"{ours.median:.1f}",
                f"{ours.worst:.1f}",
                f"{reading.median:.1f}",
                f"{reading.median / ours.median:.1f}x",
            )
        )
    who = timed(partial(people, "klant 12", accounts))
    rows.append(("a person's name", "", f"{who.median:.1f}", f"{who.worst:.1f}", "", ""))
    head = ("question", "shown", "ms", "worst", "reading every text: ms", "ratio")
    table(f"Search in {messages:,} messages, newest first", head, rows)


def _read(word: str) -> list[Message]:
    """Look into every text, newest first, as a product without an index of words does."""
    rows = Message.objects.filter(text__icontains=f"{word} ", conversation__isnull=False)
    return list(rows.order_by("-pk")[:26])

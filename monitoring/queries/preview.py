"""What a query would have found in what we have: posts of feeds, and what customers said in public."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from inbox.models import Conversation, Message, User
from inbox.text.whole_words import spaced
from monitoring.hits import matching
from monitoring.queries.language import parse, written
from monitoring.queries.models import Query
from monitoring.queries.on_x import on_x

MOST_READ = 1000  # of each kind
SHOWN = 10


class Line(NamedTuple):
    """One text that fits."""

    where: str
    text: str
    at: datetime
    url: str


@dataclass(slots=True)
class Preview:
    """What would have been found in the last thirty days."""

    read_as: str  # the query as we read it
    on_x: str = ""  # and as X is asked
    posts: int = 0
    messages: int = 0
    lines: list[Line] = field(default_factory=list)


def of(query: Query, reader: User) -> Preview:
    """Return what a query, saved or not, would have found. Of the inbox, in what the reader may see alone."""
    part = parse(query.text)
    asked = on_x(part, language=query.language, handle=query.account.handle) if query.account else ""
    posts = matching.found_before(query, most=MOST_READ) if query.in_feeds else []
    messages = _messages(query, reader) if query.account else []
    lines = [
        Line(post.site, " · ".join(filter(None, (post.title, post.text))), post.published_at, post.url)
        for post in posts
    ]
    lines += [Line(f"@{row.account.handle}", row.text, row.sent_at, _address(row)) for row in messages]
    lines.sort(key=lambda line: line.at, reverse=True)
    return Preview(written(part), asked, len(posts), len(messages), lines[:SHOWN])


def _messages(query: Query, reader: User) -> list[Message]:
    """Return customers' public words on the same platform that fit: what its search might have found."""
    [ready] = matching.compiled([query])
    visible = Conversation.objects.visible_to(reader).values("pk")
    rows = Message.objects.filter(
        account__platform=query.account.platform if query.account else "", direction=Message.Direction.INBOUND,
        visibility="public", removed_at=None, sent_at__gte=timezone.now() - timedelta(days=30),
        conversation__in=visible,
    )  # fmt: skip
    rows = rows.select_related("account", "conversation").without_words().order_by("-sent_at", "-pk")[:MOST_READ]
    return [row for row in rows if ready.fits(spaced(row.text), row.language)]


def _address(row: Message) -> str:
    return row.conversation.get_absolute_url() if row.conversation else ""

"""The page of what was found: newest first, by place, narrowed by query, channel, language and mood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Prefetch

from channels.platforms import platform_title
from inbox.models import Conversation, User
from monitoring.feeds.models import Feed
from monitoring.hits.models import WEB, Hit, Post, PostQuerySet
from monitoring.queries.models import Query
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

SHOWN = 30
MOST_COUNTED = 1000
ORDER = ("-found_at", "-id")
_MOODS = frozenset(Conversation.Mood.values)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. What cannot be, or is not the reader's to see, is left out."""

    everything: bool = False  # also what is done
    query: str = ""
    source: str = ""  # a platform, or the kind of a feed
    language: str = ""
    mood: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], queries: list[Query]) -> Self:
        """Read it from an address."""
        query = given.get("query", "")
        source, language, mood = (given.get(name, "") for name in ("source", "language", "mood"))
        return cls(
            everything=given.get("which") == "all",
            query=query if any(str(one.code) == query for one in queries) else "",
            source=source if source in dict(sources()) else "",
            language=language if language in Query.Language.values else "",
            mood=mood if mood in _MOODS else "",
        )

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than all."""
        return bool(self.query or self.source or self.language or self.mood)

    @property
    def address(self) -> str:
        """The same as an address has it."""
        return urlencode({name: value for name, value in self.values.items() if value})

    @property
    def values(self) -> dict[str, str]:
        """The same by name."""
        return {
            "which": "all" if self.everything else "", "query": self.query, "source": self.source,
            "language": self.language, "mood": self.mood,
        }  # fmt: skip

    def narrow(self, posts: PostQuerySet) -> PostQuerySet:
        """Return those of these posts that are asked for."""
        if not self.everything:
            posts = posts.filter(done_at=None)
        if self.query:
            posts = posts.filter(hits__query__code=self.query)
        if self.source in Feed.Kind.values:
            posts = posts.filter(source=WEB, feed__kind=self.source)
        elif self.source:
            posts = posts.filter(source=self.source)
        if self.language:
            posts = posts.filter(language=self.language)
        return posts.filter(mood=self.mood) if self.mood else posts


@dataclass(slots=True)
class Found:
    """One page of posts, and where the next one begins; "" for none."""

    posts: list[Post] = field(default_factory=list)
    after: str = ""


def sources() -> list[tuple[str, str]]:
    """Return where posts come from: platforms with a search, and the kinds of feeds."""
    return [("x", platform_title("x")), *((kind.value, str(kind.label)) for kind in Feed.Kind)]


def queries_of(user: User) -> list[Query]:
    """Return the queries whose finds this person sees."""
    return list(Query.objects.visible_to(user).only("code", "name", "paused_at"))


def page_of(user: User, asked: Asked, queries: list[Query], after: str = "") -> Found:
    """Return a page of what this person sees. Its statements do not grow with its rows."""
    posts = asked.narrow(Post.objects.found_for(user))
    if values := cursor_values(after, ORDER):
        posts = posts.filter(rows_after(ORDER, values))
    rows = list(_shown(posts, queries).order_by(*ORDER)[: SHOWN + 1])
    more = len(rows) > SHOWN
    rows = rows[:SHOWN]
    return Found(rows, cursor_of(rows[-1], ORDER) if more else "")


def _shown(posts: PostQuerySet, queries: list[Query]) -> PostQuerySet:
    hits = Hit.objects.filter(query__in=[query.pk for query in queries]).select_related("query").order_by("query__name")
    return posts.select_related("feed", "done_by", "conversation").prefetch_related(Prefetch("hits", hits))


def post_for(user: User, code: Any, queries: list[Query] | None = None) -> Post | None:
    """Return one post as a row shows it; None where this person does not see it."""
    posts = Post.objects.found_for(user).filter(code=code)
    return _shown(posts, queries_of(user) if queries is None else queries).first()


def to_see(user: User) -> int:
    """Return how many posts nobody has looked at, counted up to a point."""
    return Post.objects.found_for(user).filter(done_at=None)[: MOST_COUNTED + 1].count()

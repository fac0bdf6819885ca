"""Which queries fit which texts of the web: what X does for its posts, we do for feeds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from inbox.text.whole_words import spaced
from monitoring.hits.models import WEB, Post
from monitoring.queries.language import NotAQuery, Part, holds_in, parse
from monitoring.queries.models import Query

LOOKS_BACK = timedelta(days=30)
MOST_READ = 3000  # posts that a new query is tried on


class Compiled(NamedTuple):
    """A query, read once for many texts."""

    pk: int
    part: Part
    language: str

    def fits(self, words: str, language: str) -> bool:
        """Whether a text fits, given as its words. Where its language cannot be told, any will do."""
        return (not self.language or language in ("", self.language)) and holds_in(self.part, words)


def compiled(queries: Collection[Query]) -> list[Compiled]:
    """Return queries ready to be tried. One that no longer reads is left out."""
    return list(_compiled(queries))


def _compiled(queries: Collection[Query]) -> Iterator[Compiled]:
    for query in queries:
        try:
            yield Compiled(query.pk, parse(query.text), query.language)
        except NotAQuery:
            continue


def words_of(post: Post) -> str:
    """Return the words of a post, title and all."""
    return spaced(f"{post.title} {post.text}")


def matches_of(posts: Sequence[Post]) -> dict[str, list[int]]:
    """Return which running queries fit each post, by its external id."""
    queries = compiled(list(Query.objects.running().filter(in_feeds=True).only("text", "language")))
    found = {}
    for post in posts:
        words = words_of(post)
        if fitting := [query.pk for query in queries if query.fits(words, post.language)]:
            found[post.external_id] = fitting
    return found


def found_before(query: Query, *, most: int = MOST_READ) -> list[Post]:
    """Return what a query would have found among the posts of feeds we have, newest first."""
    ready = next(iter(compiled([query])), None)
    if ready is None:
        return []
    rows = Post.objects.filter(source=WEB, published_at__gte=timezone.now() - LOOKS_BACK)
    rows = rows.select_related("feed").order_by("-published_at", "-pk")[:most]
    return [post for post in rows.iterator() if ready.fits(words_of(post), post.language)]

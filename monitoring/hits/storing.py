"""Storing posts and who found them: once each, by constraints, however often they are told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from monitoring.hits.models import Post
from monitoring.hits.privacy import without_erased
from monitoring.queries.models import Query
from webcare.lib.retry import with_retries
from webcare.lib.statements import run

# A hit is new where its query is still there; who deletes a query meanwhile is waited for.
_HITS = """
INSERT INTO monitoring_hit (query_id, post_id, at)
SELECT q.id, told.post_id, %(now)s FROM unnest(%(queries)s::bigint[], %(posts)s::bigint[]) AS told(query_id, post_id)
    JOIN monitoring_query q ON q.id = told.query_id
ON CONFLICT DO NOTHING
"""
_FOUND = """
UPDATE monitoring_post p SET found_at = %(now)s
WHERE p.id = ANY(%(posts)s::bigint[]) AND p.found_at IS NULL
    AND EXISTS (SELECT FROM monitoring_hit h WHERE h.post_id = p.id)
"""


def store(posts: Sequence[Post], found: Mapping[str, Collection[int]]) -> int:
    """Store posts of one source, and the queries that found each, by external id. Return how many posts are new."""
    return with_retries(partial(_store, posts, found))


@transaction.atomic
def _store(posts: Sequence[Post], found: Mapping[str, Collection[int]]) -> int:
    source = posts[0].source
    unique = {post.external_id: post for post in without_erased(posts)}
    known = set(Post.objects.filter(source=source, external_id__in=unique).values_list("external_id", flat=True))
    new = (unique[name] for name in unique.keys() - known)
    # The newest last: of what is found at once, it is shown first.
    rows = sorted(new, key=lambda post: (post.published_at, post.external_id))
    Post.objects.bulk_create(rows, ignore_conflicts=True)
    ids = dict(Post.objects.filter(source=source, external_id__in=found).values_list("external_id", "pk"))
    note_hits((query, ids[name]) for name, queries in found.items() if name in ids for query in queries)
    return len(rows)


def note_hits(pairs: Iterable[tuple[int, int]]) -> None:
    """Note that queries found posts, given as pairs of their ids."""
    wanted = sorted(set(pairs))
    if wanted:
        asked = {"now": timezone.now(), "queries": [one for one, _ in wanted], "posts": [one for _, one in wanted]}
        run(_HITS, asked)
        run(_FOUND, asked)


def forget_query(query: Query) -> None:
    """Delete a query. What only it had found is no hit any more."""
    with transaction.atomic():
        posts = list(query.hits.values_list("post", flat=True))
        query.delete()
        Post.objects.filter(pk__in=posts, hits=None).update(found_at=None)

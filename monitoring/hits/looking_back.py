"""A new query finds what there is already: posts of feeds that were kept without anybody asking for them."""

from __future__ import annotations

from monitoring.hits import matching, storing
from monitoring.queries.models import Query


def look_back(query_id: int) -> int:
    """Note what a query finds among the posts of feeds there are; return how many. Again finds nothing new."""
    query = Query.objects.running().filter(pk=query_id, in_feeds=True).first()
    if query is None:
        return 0
    found = matching.found_before(query)
    storing.note_hits((query.pk, post.pk) for post in found)
    return len(found)

"""What monitoring keeps: queries, feeds, posts, and which query found which post."""

from __future__ import annotations

from monitoring.feeds.models import Feed
from monitoring.hits.models import Hit, Post
from monitoring.queries.models import Query

__all__ = ["Feed", "Hit", "Post", "Query"]

"""A post is dealt with, or not after all. Whoever was first stays the one who did it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.utils import timezone

from inbox.models import User
from monitoring.hits.models import Post

_CHOSEN = frozenset({Post.Outcome.ON_SITE, Post.Outcome.NOTHING, Post.Outcome.OTHERS})


def settle(codes: Collection[uuid.UUID | str], by: User, outcome: str) -> int:
    """Say what became of posts this person sees; return of how many. Raises ValueError for what is no outcome."""
    if outcome not in _CHOSEN:
        raise ValueError(f"{outcome!r} is no outcome.")
    posts = Post.objects.filter(pk__in=_seen(codes, by), done_at=None)
    return posts.update(done_at=timezone.now(), done_by=by, outcome=outcome)


def reopen(codes: Collection[uuid.UUID | str], by: User) -> int:
    """Put posts back among those to look at; not what was taken up. Return how many."""
    posts = Post.objects.filter(pk__in=_seen(codes, by), conversation=None)
    return posts.exclude(done_at=None).update(done_at=None, done_by=None, outcome="")


def _seen(codes: Collection[uuid.UUID | str], by: User) -> list[int]:
    return list(Post.objects.found_for(by).filter(code__in=codes).values_list("pk", flat=True))

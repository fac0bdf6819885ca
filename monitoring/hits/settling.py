"""A post is dealt with, or not after all. Whoever was first stays the one who did it."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from inbox.models import Event, User
from monitoring.hits.models import Post

_CHOSEN = frozenset({Post.Outcome.ON_SITE, Post.Outcome.NOTHING, Post.Outcome.OTHERS})


def settle(codes: Collection[uuid.UUID | str], by: User, outcome: str) -> int:
    """Say what became of posts this person sees; return of how many. Raises ValueError for what is no outcome."""
    if outcome not in _CHOSEN:
        raise ValueError(f"{outcome!r} is no outcome.")
    with transaction.atomic():
        posts = _locked(Post.objects.filter(pk__in=_seen(codes, by), done_at=None))
        n = Post.objects.filter(pk__in=posts).update(done_at=timezone.now(), done_by=by, outcome=outcome)
        if n:
            Event.note("found_settled", actor=by, posts=posts, now=outcome)
    return n


def reopen(codes: Collection[uuid.UUID | str], by: User) -> int:
    """Put posts back among those to look at; not what was taken up. Return how many."""
    with transaction.atomic():
        posts = _locked(Post.objects.filter(pk__in=_seen(codes, by), conversation=None).exclude(done_at=None))
        n = Post.objects.filter(pk__in=posts).update(done_at=None, done_by=None, outcome="")
        if n:
            Event.note("found_reopened", actor=by, posts=posts)
    return n


def _seen(codes: Collection[uuid.UUID | str], by: User) -> list[int]:
    return list(Post.objects.found_for(by).filter(code__in=codes).values_list("pk", flat=True))


def _locked(posts: QuerySet[Post]) -> list[int]:
    return list(posts.select_for_update().order_by("pk").values_list("pk", flat=True))

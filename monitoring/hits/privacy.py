"""Posts of a person that monitoring found: handed over where they ask, and gone where they are erased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from channels.platforms import platform_title
from inbox.ingest.erased import erased_authors, remember_authors
from inbox.models import FormerId, OtherId
from inbox.privacy.person import Person
from monitoring.hits.models import WEB, Hit, Post
from webcare.lib.statements import fetch

_LOCK = "hashtext('monitoring.hits.store')"  # held together by who stores or takes up, alone by who erases


def found(person: Person) -> list[dict[str, Any]]:
    """Return what somebody wrote that a search found, the oldest first."""
    return [
        {
            "source": post.site if post.source == WEB else platform_title(post.source),
            "id": post.external_id,
            "at": post.published_at,
            "stored_at": post.stored_at,
            "by": post.who,
            "handle": post.handle,
            "followers": post.followers,
            "title": post.title,
            "text": post.text,
            "link": post.url,
            "mood": post.mood,
            "language": post.language,
        }
        for post in _posts_of(person).order_by("published_at", "pk")
    ]


def forget(person: Person) -> None:
    """Delete somebody's posts, under every id of theirs, and keep away what they write from now on."""
    fetch(f"SELECT pg_advisory_xact_lock({_LOCK})::text")
    for source, ids in _ids_of(person).items():
        remember_authors(source, ids)
    gone = list(_posts_of(person).values_list("pk", flat=True))
    Hit.objects.filter(post__in=gone).delete()
    Post.objects.filter(pk__in=gone).delete()


def without_erased(posts: Iterable[Post]) -> list[Post]:
    """Return the posts whose writers were not erased. For a transaction that stores them: erasing waits for it."""
    told = list(posts)
    fetch(f"SELECT pg_advisory_xact_lock_shared({_LOCK})::text")
    gone = {
        (source, author)
        for source in {post.source for post in told}
        for author in erased_authors(source, {post.author_id for post in told if post.author_id})
    }
    return [post for post in told if (post.source, post.author_id) not in gone]


def still_there(post: Post) -> Post | None:
    """Return a post as it is now; None where it is gone. Erasing waits for the transaction that asks.

    Ask with the account locked through which it comes in: erasing locks accounts first.
    """
    fetch(f"SELECT pg_advisory_xact_lock_shared({_LOCK})::text")
    return Post.objects.select_related("conversation").filter(pk=post.pk).first()


def _posts_of(person: Person) -> QuerySet[Post]:
    theirs = Q(conversation__in=person.conversation_ids)
    for source, ids in _ids_of(person).items():
        theirs |= Q(source=source, author_id__in=ids)
    return Post.objects.filter(theirs)


def _ids_of(person: Person) -> dict[str, list[str]]:
    """Return by platform every id a person has or had there."""
    identities = [row.pk for row in person.identities]
    ids = {(row.platform, row.external_id) for row in person.identities}
    for kind in (FormerId, OtherId):
        ids |= set(kind.objects.filter(identity__in=identities).values_list("platform", "external_id"))
    named: dict[str, list[str]] = {}
    for source, known in sorted(ids):
        if known:
            named.setdefault(source, []).append(known)
    return named

"""How we answer: which guidelines count in a conversation, their versions, and who has read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from inbox.models import Event, Guideline, GuidelineVersion
from webcare.lib.prepared import Given, Prepared

if TYPE_CHECKING:
    from inbox.models import Conversation, User

_NEWEST = GuidelineVersion.objects.filter(guideline=OuterRef("pk")).order_by("-at", "-pk")


def newest(guidelines: Any | None = None) -> Any:
    """Return guidelines in use, each with its newest version: id, text, time and author."""
    found = Guideline.objects.filter(archived_at=None) if guidelines is None else guidelines
    return found.select_related("team").annotate(
        version=Subquery(_NEWEST.values("pk")[:1]),
        text=Subquery(_NEWEST.values("text")[:1]),
        changed_at=Subquery(_NEWEST.values("at")[:1]),
    )


def applicable_to(conversation: Conversation, reader: User) -> list[Any]:
    """Return everyone's, the channel's and the team's guidelines, each with `was_read` by this reader."""
    fits = Q(platform__in=["", conversation.account.platform]) & (
        Q(team=None) | Q(team=conversation.team_id) | Q(team__members=reader)
    )
    read = GuidelineVersion.read_by.through.objects.filter(user=reader, guidelineversion=OuterRef("version"))
    rows = newest(Guideline.objects.filter(fits, archived_at=None)).annotate(was_read=Exists(read)).distinct()
    return list(rows.order_by("platform", "title", "pk"))


def has_new(conversation: Conversation, reader: User) -> bool:
    """Return whether a guideline that counts in a conversation is new to a reader.

    Teams of others are left aside here: a mark too many is better than a rule unread.
    """
    asked = {"platform": conversation.account.platform, "team": conversation.team_id, "reader": reader.pk}
    return _unread.first(**asked) is not None


@Prepared
def _unread() -> Any:
    newer = GuidelineVersion.objects.filter(guideline=OuterRef("guideline")).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    unread = GuidelineVersion.objects.filter(
        Q(guideline__platform="") | Q(guideline__platform=Given("platform")),
        Q(guideline__team=None) | Q(guideline__team=Given("team")) | Q(guideline__team__members=Given("reader")),
        guideline__archived_at=None,
    ).exclude(read_by=Given("reader"))
    return unread.exclude(Exists(newer)).values_list("pk", flat=True)[:1]


@transaction.atomic
def write(guideline: Guideline, text: str, by: User) -> GuidelineVersion | None:
    """Save a guideline; a changed text is a new version, which everybody but its writer has yet to read."""
    guideline.save()
    latest = guideline.versions.first()
    if latest is not None and latest.text == text:
        return None
    version = GuidelineVersion.objects.create(guideline=guideline, text=text, by=by)
    version.read_by.add(by)
    Event.note("guideline_changed", actor=by, guideline=guideline.pk, version=version.pk)
    return version


def mark_read(versions: Iterable[int], reader: User) -> None:
    """Note that somebody has had these versions on the screen."""
    through = GuidelineVersion.read_by.through
    rows = [through(guidelineversion_id=pk, user_id=reader.pk) for pk in versions]
    through.objects.bulk_create(rows, ignore_conflicts=True)

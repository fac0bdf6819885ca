"""A newcomer's first steps: open a conversation, answer it, close it. Each is ticked by doing it, none by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone

from inbox.models import Event, User

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Steps:
    """What somebody has done so far."""

    opened: bool
    answered: bool
    closed: bool

    @property
    def done(self) -> int:
        """How many of the three."""
        return self.opened + self.answered + self.closed

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == 3


def steps_of(user: User) -> Steps | None:
    """Return how far somebody is, in one statement; None, at no cost, for who has put the steps away.

    Whoever has done them all is told so once: the steps put themselves away.
    """
    if user.first_steps_from is None:
        return None
    mine = Event.objects.filter(actor=OuterRef("pk"), at__gte=OuterRef("first_steps_from"))
    answered, closed = (
        User.objects.filter(pk=user.pk)
        .values_list(Exists(mine.filter(verb="queued")), Exists(mine.filter(verb="closed")))
        .get()
    )
    # Who answered or closed one had it open, in whatever way.
    steps = Steps(user.first_opened_at is not None or answered or closed, answered, closed)
    if steps.is_finished:
        hide(user)
    return steps


def note_opened(user: User) -> None:
    """Keep that somebody opened their first conversation. Costs nothing from then on."""
    if user.first_steps_from is None or user.first_opened_at is not None:
        return
    user.first_opened_at = timezone.now()
    user.save(update_fields=["first_opened_at"])


def hide(user: User) -> None:
    """Do not show them to this person again. Twice is as good as once."""
    user.first_steps_from = None
    user.save(update_fields=["first_steps_from"])


def restart(since: datetime) -> None:
    """Let the demo's people begin at a moment: what was done in their names before it is none of their doing."""
    User.objects.filter(is_demo=True, first_steps_from__lt=since).update(first_steps_from=since)

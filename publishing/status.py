"""How far a post is, in one word: from its own state and those of its rows in the outbox. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inbox.models.answer_state import AnswerState
from inbox.outbox.posts import is_unsure

if TYPE_CHECKING:
    from publishing.models import Part, Post


class Status(TextChoices):
    """What one sees of a post, or of its part on one account."""

    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Waiting for approval")
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    PUBLISHING = "publishing", _("Being published")
    UNSURE = "unsure", _("Perhaps published")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Not published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = AnswerState
_BY_STATE: dict[str, Status] = {
    _S.QUEUED: Status.PLANNED, _S.SENDING: Status.PUBLISHING, _S.RETRY: Status.PUBLISHING,
    _S.UNKNOWN: Status.PUBLISHING, _S.HELD: Status.HELD, _S.SENT: Status.PUBLISHED, _S.FAILED: Status.FAILED,
    _S.CANCELLED: Status.WITHDRAWN,
}  # fmt: skip
# What of its parts is said of the whole: the first that holds for one.
_WEIGHT = (
    Status.FAILED, Status.HELD, Status.UNSURE, Status.PUBLISHING, Status.PLANNED, Status.PUBLISHED, Status.WITHDRAWN,
)  # fmt: skip
WANTS_PERSON = (Status.FAILED, Status.HELD, Status.UNSURE)


def status_of_part(part: Part) -> Status:
    """Return how far a post is on one account."""
    if part.message is None:
        return Status(part.post.state)
    return Status.UNSURE if is_unsure(part.message) else _BY_STATE[part.message.state]


def status_of(post: Post, parts: Iterable[Part]) -> Status:
    """Return how far a post is: what wants a person first, then what is still to come."""
    if post.state != post.State.PLANNED:
        return Status(post.state)
    found = {status_of_part(part) for part in parts}
    return next((status for status in _WEIGHT if status in found), Status.PLANNED)

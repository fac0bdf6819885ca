"""Posts that name somebody who is erased, or quote them: they say nothing of it any more, and none leaves so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from channels.types import Route
from inbox.models import Attachment, Message, User
from inbox.notifications import posts as told
from inbox.outbox import posts
from inbox.privacy.traces import Traces
from publishing.models import Part, Picture, Post

_Columns = tuple[tuple[type[models.Model], str, str], ...]
_AT_ONCE = 500
# What belongs to a post, and by which name its post is asked for.
_WITH_IT: _Columns = (
    (Part, "text", "post"), (Picture, "alt_text", "post"), (Picture, "filename", "post"),
    (Message, "text", "planned_post__post"),
)  # fmt: skip
_WRITTEN: _Columns = ((Post, "text", "pk"), (Post, "comment", "pk"), *_WITH_IT)


def sweep(traces: Traces, by: User | None) -> int:
    """Take a person out of every post that names them now; return out of how many.

    One that waits for its moment is its author's draft again, and they are told. Each post is a transaction of its own.
    """
    found = {post for model, name, of in _WRITTEN for post in _naming(model, name, of, traces)}
    linked = Post.objects.exclude(link="").values_list("pk", "link")
    found |= {pk for pk, link in linked.iterator(chunk_size=_AT_ONCE) if traces.is_in(link)}
    return sum(_clean(pk, traces, by) for pk in sorted(found)) + _clean_outbox(traces)


def _naming(model: type[models.Model], name: str, of: str, traces: Traces) -> Iterator[int]:
    """Yield the posts of which one column names them. Nothing is locked while texts are read."""
    rows: Any = model._default_manager.exclude(**{name: ""}).exclude(**{of: None}).order_by()
    for text, post in rows.values_list(name, of).iterator(chunk_size=_AT_ONCE):
        if traces.without_words(text) != text:
            yield post


@transaction.atomic
def _clean(pk: int, traces: Traces, by: User | None) -> bool:
    """Take them out of one post as it is now: somebody may have saved it since it was read."""
    row = Post.objects.select_for_update(of=("self",)).select_related("author").filter(pk=pk).first()
    if row is None:
        return False
    was = (row.text, row.comment, row.link)
    row.text, row.comment = traces.without_words(row.text), traces.without_words(row.comment)
    row.link = "" if traces.is_in(row.link) else row.link
    changed = sum([_without(model, name, {of: pk}, traces) for model, name, of in _WITH_IT])
    if not changed and was == (row.text, row.comment, row.link):
        return False
    row.version += 1
    row.save(update_fields=["text", "comment", "link", "version"])
    if row.state == Post.State.PLANNED:
        _give_back(row, by)
    return True


def _clean_outbox(traces: Traces) -> int:
    """Take them out of what is left in the outbox: rows of former plans belong to no post any more."""
    of_posts: _Columns = (
        (Message, "text", "route"), (Attachment, "alt_text", "message__route"),
        (Attachment, "filename", "message__route"),
    )  # fmt: skip
    return sum(_without(model, name, {route: Route.POST.value}, traces) for model, name, route in of_posts)


def _without(model: type[models.Model], name: str, of: dict[str, Any], traces: Traces) -> int:
    """Take them out of one column of some rows; return of how many. What changed meanwhile is left to a next turn."""
    changed = 0
    rows = model._default_manager.filter(**of).exclude(**{name: ""}).order_by().values_list("pk", name)
    for pk, text in rows.iterator(chunk_size=_AT_ONCE):
        left = traces.without_words(text)
        if left != text:
            changed += model._default_manager.filter(pk=pk, **{name: text}).update(**{name: left})
    return changed


def _give_back(row: Post, by: User | None) -> None:
    """Make a planned post its author's draft again. Where some of it stands already, say what leaves no more."""
    parts = list(row.parts.select_related("message"))
    left = [part.message for part in parts if part.message and part.message.state != Message.State.CANCELLED]
    taken_back = [message for message in left if posts.withdraw(message.pk, by)]
    if len(taken_back) < len(left):
        for message in taken_back:
            told.tell_stuck(message, told.FORGOTTEN)
        return
    row.parts.update(message=None)
    row.state, row.approved_by, row.approved_at = Post.State.DRAFT, None, None
    row.comment = _("This named somebody who asked to be forgotten. Read it again before you plan it.")
    row.save(update_fields=["state", "approved_by", "approved_at", "comment"])
    told.tell_author(row.code, parts[0].account_id, row.author, by)

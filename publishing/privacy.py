"""Posts that name somebody who is erased, or quote them: they say nothing of it any more, and none leaves so."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from inbox.models import Erasure, Message, User
from inbox.notifications import posts as told
from inbox.outbox import posts
from inbox.privacy.erasing import traces_of
from inbox.privacy.person import Person
from inbox.privacy.traces import Traces
from publishing.models import Part, Picture, Post

_WRITTEN: tuple[tuple[type[models.Model], str, str], ...] = (
    (Post, "text", "pk"), (Post, "comment", "pk"), (Part, "text", "post"),
    (Picture, "alt_text", "post"), (Picture, "filename", "post"), (Message, "text", "planned_post__post"),
)  # fmt: skip


def forget(person: Person) -> None:
    """Take a person out of every post. One that waits for its moment is its author's draft again, and they are told."""
    traces = traces_of(person)
    erasure = Erasure.objects.filter(contact=person.contact).select_related("by").first()
    changed = {row for model, name, post in _WRITTEN for row in _without(model, name, post, traces)}
    changed |= {row.pk for row in Post.objects.exclude(link="").only("link") if traces.is_in(row.link)}
    for row in Post.objects.filter(pk__in=changed).select_for_update(of=("self",)).select_related("author"):
        row.link = "" if traces.is_in(row.link) else row.link
        row.version += 1
        row.save(update_fields=["link", "version"])
        if row.state == Post.State.PLANNED:
            _give_back(row, erasure.by if erasure else None)


def _without(model: type[models.Model], name: str, post: str, traces: Traces) -> list[int]:
    """Take them out of one column; return the posts that it changed."""
    rows: Any = model._default_manager.exclude(**{name: ""}).exclude(**{post: None})
    found = []
    for pk, text, of in rows.values_list("pk", name, post).iterator(chunk_size=500):
        left = traces.without_words(text)
        if left != text and model._default_manager.filter(pk=pk).update(**{name: left}):
            found.append(of)
    return found


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

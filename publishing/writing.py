"""Saving what somebody filled in: the post, its parts and its pictures."""

from __future__ import annotations

from django.db import transaction

from inbox.models import User
from inbox.models.discarded_files import discard
from inbox.outbox.checks import Refused
from publishing import planning
from publishing.forms import PostForm
from publishing.models import Part, Picture, Post


@transaction.atomic
def save(form: PostForm, by: User) -> Post:
    """Save a post as a draft of whoever wrote it last. Raises Refused where it is in the outbox already."""
    data = form.cleaned_data
    row = _row(form.post)
    row.text, row.link, row.at = data["text"].strip(), data["link"], data["at"]
    row.time_zone = data["time_zone"]
    row.state, row.author, row.approved_by, row.approved_at = Post.State.DRAFT, by, None, None
    row.version += 1
    row.save()
    row.parts.exclude(account__in=form.chosen).delete()
    for account in form.chosen:
        own = (data[f"text_{account.code}"] or "").strip()
        Part.objects.update_or_create(
            post=row, account=account, defaults={"text": "" if own == row.text else own, "message": None}
        )
    _save_pictures(row, form)
    planning.note("post_written", row, by)
    return row


def _row(post: Post | None) -> Post:
    if post is None:
        return Post()
    row = Post.objects.select_for_update().get(pk=post.pk)
    if not row.is_open or row.version != post.version:
        raise Refused("too_late", planning.changed_meanwhile())
    return row


def _save_pictures(row: Post, form: PostForm) -> None:
    data = form.cleaned_data
    dropped = [picture.pk for picture in form.kept if data.get(f"drop_{picture.code}")]
    if dropped:
        discard(Picture.objects.filter(pk__in=dropped))
    for picture in form.kept:
        if picture.pk not in dropped and picture.alt_text != data[f"alt_{picture.code}"]:
            picture.alt_text = data[f"alt_{picture.code}"]
            picture.save(update_fields=["alt_text"])
    for file, alt_text in form.new_files:
        Picture.objects.create(
            post=row, file=file, mime_type=file.content_type or "", filename=(file.name or "")[:200],
            size=file.size or 0, alt_text=alt_text,
        )  # fmt: skip

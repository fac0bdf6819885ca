"""Saving what somebody filled in: the post, its parts and its pictures."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channels.models import Account
from inbox.models import User
from inbox.models.discarded_files import discard
from inbox.notifications.posts import settle_asked
from inbox.outbox.checks import Refused
from publishing import planning
from publishing.forms import PostForm
from publishing.models import Part, Picture, Post


def save(form: PostForm, by: User) -> Post:
    """Save a post as a draft of whoever wrote it last; the same once more changes nothing.

    Raises Refused where it is in the outbox already, or was changed since.
    """
    try:
        with transaction.atomic():
            return _save(form, by)
    except IntegrityError:  # a button pressed twice: the other press was a moment earlier
        with transaction.atomic():
            return _save(form, by)


def _save(form: PostForm, by: User) -> Post:
    data = form.cleaned_data
    row = _row(form)
    if row.pk and row.version != (data["version"] if form.post else None):
        return _check_same(row, form, by)
    if row.state == Post.State.ASKED:
        settle_asked(row.code, [part.account_id for part in row.parts.all()])
    row.text, row.link, row.at = data["text"].strip(), data["link"], data["at"]
    row.time_zone = data["time_zone"]
    row.state, row.author, row.approved_by, row.approved_at = Post.State.DRAFT, by, None, None
    row.version += 1
    row.save()
    row.parts.exclude(account__in=form.chosen).delete()
    for account in form.chosen:
        Part.objects.update_or_create(
            post=row, account=account, defaults={"text": _own_text(form, account), "message": None}
        )
    _save_pictures(row, form)
    planning.note("post_written", row, by)
    return row


def _row(form: PostForm) -> Post:
    """Return the post to write to, locked; a new one where it is not there yet."""
    locked = Post.objects.select_for_update()
    if form.post is None:
        code = form.cleaned_data["code"] or uuid.uuid4()
        return locked.filter(code=code).first() or Post(code=code)
    row: Post = locked.get(pk=form.post.pk)
    if form.cleaned_data["version"] is None:
        form.cleaned_data["version"] = form.post.version
    if not row.is_open:
        raise Refused("too_late", planning.changed_meanwhile())
    return row


def _check_same(row: Post, form: PostForm, by: User) -> Post:
    """Return a post that stands as somebody saves it once more. Raises Refused for any other."""
    data = form.cleaned_data
    parts = {part.account_id: part.text for part in row.parts.all()}
    written = {account.pk: _own_text(form, account) for account in form.chosen}
    pictures = [_as_given(picture) for picture in row.pictures.all()]
    saved = (row.author_id, row.text, row.link, row.at, row.time_zone, parts, pictures)
    given = (by.pk, data["text"].strip(), data["link"], data["at"], data["time_zone"], written, _given_pictures(form))
    if saved == given:
        return row
    if form.post is None:
        raise Refused("too_late", _("This post is saved already. Change it on its own page, among the posts."))
    raise Refused("too_late", planning.changed_meanwhile())


def _given_pictures(form: PostForm) -> list[tuple[str, int, str]]:
    """Return the pictures a post has once a form is saved."""
    data = form.cleaned_data
    kept = [picture for picture in form.kept if not data.get(f"drop_{picture.code}")]
    return [
        *(_as_given(picture, data[f"alt_{picture.code}"]) for picture in kept),
        *((_filename(file), file.size or 0, alt_text) for file, alt_text in form.new_files),
    ]


def _as_given(picture: Picture, alt_text: str | None = None) -> tuple[str, int, str]:
    return picture.filename, picture.size, picture.alt_text if alt_text is None else alt_text


def _filename(file: UploadedFile[Any]) -> str:
    return (file.name or "")[:200]


def _own_text(form: PostForm, account: Account) -> str:
    """Return the words for one account, "" where they are the post's."""
    own: str = (form.cleaned_data[f"text_{account.code}"] or "").strip()
    return "" if own == form.cleaned_data["text"].strip() else own


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
            post=row, file=file, mime_type=file.content_type or "", filename=_filename(file),
            size=file.size or 0, alt_text=alt_text,
        )  # fmt: skip

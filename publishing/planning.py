"""The way of a post from draft to the outbox: who may do what, and what is logged of it.

The row of the post is locked first, then the rows of the outbox: everybody keeps that order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Account
from inbox.guard.rules import Hint, check_post, unresolved_hints
from inbox.models import Event, Message, Organisation, User, WatchedWord
from inbox.models.rights import Right
from inbox.notifications import posts as told
from inbox.outbox import posts
from inbox.outbox.checks import Refused
from inbox.outbox.files import prepare_files
from publishing.models import Part, Post
from publishing.status import Status, status_of_part

if TYPE_CHECKING:
    Files = dict[int, list[UploadedFile[Any]]]  # by the part's id
_STATE = Post.State


class Hinted(Exception):
    """The guard asks for a decision first."""

    def __init__(self, hints: Sequence[Hint]) -> None:
        super().__init__(", ".join(hint.code for hint in hints))
        self.hints = list(hints)


def accounts_for(user: User) -> list[Account]:
    """Return the accounts through which this person can have posts published."""
    if not user.has(Right.ANSWER):
        return []
    found = user.visible_accounts().filter(mode=Account.Mode.PUBLISH).defer("sealed_credentials")
    return [account for account in found if account.may_publish]


def wants_approval(author: User | None) -> bool:
    """Whether a second person has to look at somebody's posts."""
    return author is None or author.is_trainee or Organisation.current().approves_posts


def may_approve(post: Post, user: User) -> bool:
    """Whether somebody can be the second person for a post."""
    return post.state == _STATE.ASKED and not user.is_trainee and user.pk != post.author_id


def ask(post: Post, by: User, anyway: Collection[str] = ()) -> Post:
    """Plan a post, or ask for approval where it needs a second person.

    Raises Refused for what cannot leave, and Hinted where the guard wants a decision first: `anyway` are its hints
    that were waved through.
    """
    files = _prepared(post)
    hints = unresolved_hints(hints_for(post), anyway=anyway)
    if hints:
        raise Hinted(hints)
    with transaction.atomic():
        row = _locked(post, _STATE.DRAFT, _STATE.WITHDRAWN)
        _check(row, by, files)
        if wants_approval(row.author) or wants_approval(by):
            row.state, row.comment = _STATE.ASKED, ""
            row.save(update_fields=["state", "comment"])
            _note_asked(row, by)
        else:
            _plan(row, by, files, approved_by=None)
    return row


def approve(post: Post, by: User) -> Post:
    """Approve a post: it is planned from now on. Raises Refused for who may not, and for what cannot leave."""
    files = _prepared(post)
    with transaction.atomic():
        row = _locked(post, _STATE.ASKED)
        _check_second_person(row, by)
        _check(row, by, files)
        row.approved_by, row.approved_at = by, timezone.now()
        _plan(row, by, files, approved_by=by)
        told.settle_asked(row.code, _accounts_of(row))
    return row


@transaction.atomic
def give_back(post: Post, by: User, comment: str) -> Post:
    """Give a post back to its author, with what has to change. Raises Refused for who may not."""
    row = _locked(post, _STATE.ASKED)
    _check_second_person(row, by)
    row.state, row.comment = _STATE.DRAFT, " ".join(comment.replace("\x00", "").split())[:500]
    row.save(update_fields=["state", "comment"])
    note("post_given_back", row, by)
    accounts = _accounts_of(row)
    told.settle_asked(row.code, accounts)
    told.tell_author(row.code, accounts[0], row.author, by)
    return row


@transaction.atomic
def withdraw(post: Post, by: User) -> bool:
    """Take a post back; return False where some of it has left already, or may have: that stays."""
    row = _locked(post, _STATE.DRAFT, _STATE.ASKED, _STATE.PLANNED)
    _check_accounts(row, by)
    told.settle_asked(row.code, _accounts_of(row))
    messages = [part.message_id for part in row.parts.all() if part.message_id]
    taken_back = [posts.withdraw(message, by) for message in messages]
    if all(taken_back):
        row.state = _STATE.WITHDRAWN
        row.save(update_fields=["state"])
    if not messages:
        note("post_withdrawn", row, by)
    return all(taken_back)


@transaction.atomic
def move(post: Post, by: User, at: datetime, zone: str) -> Post:
    """Give a post another moment; what a second person looks at is asked again.

    Raises Refused where it has left, or the moment has passed, and for who may not.
    """
    row = _locked(post, *_STATE)
    _check_accounts(row, by)
    _check_moment(at)
    if row.state == _STATE.PLANNED and (wants_approval(by) or wants_approval(row.author)):
        _ask_again(row, by, at, zone)
        return row
    messages = [part.message_id for part in row.parts.all() if part.message_id]
    moved = [posts.move(message, at) for message in messages]
    if row.state == _STATE.PLANNED and not any(moved):
        raise Refused("too_late", _("This post has left already, or may have."))
    row.at, row.time_zone, row.version = at, zone, row.version + 1
    row.save(update_fields=["at", "time_zone", "version"])
    note("post_moved", row, by)
    return row


def _ask_again(row: Post, by: User, at: datetime, zone: str) -> None:
    """Take a planned post out of the outbox, to be approved for its new moment."""
    messages = [part.message_id for part in row.parts.all() if part.message_id]
    if not all(posts.withdraw(message, by) for message in messages):  # one that left undoes all
        raise Refused("too_late", _("This post has left already, or may have."))
    row.parts.update(message=None)
    row.at, row.time_zone, row.version = at, zone, row.version + 1
    row.state, row.approved_by, row.approved_at = _STATE.ASKED, None, None
    row.save(update_fields=["at", "time_zone", "version", "state", "approved_by", "approved_at"])
    note("post_moved", row, by)
    _note_asked(row, by)


def release(part: Part, by: User) -> bool:
    """Let a part go that was held or failed. Raises Refused where nothing may leave, and for who may not."""
    if not lets_go(by):
        raise Refused("forbidden", _("Who is in training publishes nothing alone: ask a colleague."))
    return part.message_id is not None and posts.release(part.message_id, by)


@transaction.atomic
def settle(part: Part, by: User, *, is_there: bool) -> bool:
    """Take somebody's word whether a post stands there that nobody can look for. Returns False for any other.

    A post that stands nowhere can be changed and planned again.
    """
    if part.message_id is None:
        return False
    row = Post.objects.select_for_update(of=("self",)).get(pk=part.post_id)
    settled = posts.settle(part.message_id, by, is_there=is_there)
    left = row.parts.exclude(message__state=Message.State.CANCELLED)
    if settled and row.state == _STATE.PLANNED and not left.exists():
        row.state = _STATE.WITHDRAWN
        row.save(update_fields=["state"])
    return settled


def release_all(by: User) -> tuple[int, list[Refused]]:
    """Let all go that an incident holds, on accounts this person works in; return how many, and why others may not."""
    count, refused = 0, []
    for part in held_by_incident(by):
        try:
            count += release(part, by)
        except Refused as error:
            refused.append(error)
    return count, refused


def held_by_incident(user: User) -> list[Part]:
    """Return the parts that an incident holds."""
    waiting = posts.held_by_incidents().values("pk")
    accounts = user.visible_accounts().order_by().values("pk")
    return list(Part.objects.filter(message__in=waiting, account__in=accounts).select_related("account"))


def hints_for(post: Post) -> list[Hint]:
    """Return what the guard says of a post's words, each once."""
    watched = list(WatchedWord.objects.all())
    found = [hint for words in _all_words(post) for hint in check_post(words, watched)]
    return list({hint.key: hint for hint in found}.values())


def _all_words(post: Post) -> list[str]:
    alt_texts = [picture.alt_text for picture in post.pictures.all()]
    return [*dict.fromkeys(part.words for part in post.parts.select_related("post")), *alt_texts]


def _plan(row: Post, by: User, files: Files, *, approved_by: User | None) -> None:
    """Put each part in the outbox. The row of the post is locked."""
    if row.author is None:
        raise Refused("forbidden", _("Whoever wrote this is no colleague any more. Save it once, then plan it."))
    alt_texts = [picture.alt_text for picture in row.pictures.all()]
    for part in row.parts.select_related("account", "post", "message"):
        part.message = posts.queue(
            part.account, row.author, part.words, row.at, files[part.pk], alt_texts, approved_by=approved_by
        )
        part.save(update_fields=["message"])
    row.state = _STATE.PLANNED
    row.save(update_fields=["state", "approved_by", "approved_at"])
    note("post_approved" if approved_by else "post_planned", row, by)


def _prepared(post: Post) -> Files:
    """Return the pictures as each account takes them. It takes its time: not for a transaction."""
    files = []
    for picture in post.pictures.all():
        with picture.file.open("rb") as opened:
            files.append(SimpleUploadedFile(picture.filename, opened.read(), picture.mime_type))
    found: Files = {}
    for part in post.parts.select_related("account"):
        found[part.pk] = prepare_files(files, posts.rules_for(part.account), part.account)
    return found


def _check(row: Post, by: User, files: Files) -> None:
    _check_moment(row.at)
    parts = list(row.parts.select_related("account", "post"))
    if not parts or {part.pk for part in parts} != files.keys():
        raise Refused("too_late", changed_meanwhile())
    for part in parts:
        posts.check(part.account, by, part.words, files[part.pk])


def _check_accounts(row: Post, by: User) -> None:
    """Raise Refused unless somebody answers through each account of a post. A removed one has nobody."""
    accounts = set(row.parts.filter(account__removed_at=None).values_list("account_id", flat=True))
    seen = set(by.visible_accounts().order_by().filter(pk__in=accounts).values_list("pk", flat=True))
    if not by.has(Right.ANSWER) or accounts - seen:
        raise Refused("forbidden", _("You cannot send from this account."))


def _check_moment(at: datetime) -> None:
    if at <= timezone.now():
        raise Refused("too_late", _("Choose a moment in the future."))


def _check_second_person(row: Post, by: User) -> None:
    if not may_approve(row, by):
        raise Refused("forbidden", _("Another person than the author has to approve this."))


def _locked(post: Post, *states: Post.State) -> Post:
    """Lock a post as it was seen. Raises Refused where it was changed since, or is further than these states."""
    row: Post = Post.objects.select_for_update(of=("self",)).select_related("author").get(pk=post.pk)
    if row.state not in states or row.version != post.version:
        raise Refused("too_late", changed_meanwhile())
    return row


def changed_meanwhile() -> str:
    """Return what is said to who decides about something that stands differently now."""
    return _("This post was changed meanwhile. Look at it again.")


def _note_asked(row: Post, by: User) -> None:
    note("post_asked", row, by)
    told.tell_approvers(row.code, _accounts_of(row), row.author, by)


def _accounts_of(row: Post) -> list[int]:
    return list(row.parts.order_by("pk").values_list("account_id", flat=True))


def note(verb: str, row: Post, by: User) -> None:
    """Log what was done with a post, in the log of its first account."""
    first = row.parts.select_related("account").first()
    Event.note(verb, actor=by, account=first.account if first else None, post=row.pk)


def may_stand_there(post: Post) -> bool:
    """Whether a person has to say of some of it if it stands there."""
    return any(status_of_part(part) == Status.UNSURE for part in post.parts.select_related("message"))


def lets_go(user: User) -> bool:
    """Whether somebody may decide that what was held or failed leaves after all."""
    return user.has(Right.ANSWER) and not user.is_trainee


def may_release(part: Part) -> bool:
    """Whether a person can let a part go. Nothing leaves through an account that was removed."""
    return status_of_part(part) in (Status.HELD, Status.FAILED) and part.account.removed_at is None

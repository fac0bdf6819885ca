"""Links with which somebody without an account decides about one answer: signed, once, and not for long."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.models import Approval, ApprovalLink, Attachment, Event, Message, User
from inbox.outbox import approval
from inbox.outbox.approval_files import files_of
from inbox.outbox.checks import Refused

_SALT = "inbox.outbox.approval_link"
LASTS = timedelta(hours=24)
SHOWN = 6  # messages before the answer


def make(message: Message, by: User, name: str) -> ApprovalLink:
    """Return a new link to an answer that waits. Raises Refused without a name, and where nothing waits."""
    name = " ".join(name.replace("\x00", "").split())[:100]
    if not name:
        raise Refused("empty", _("Say whom the link is for: the log names them."))
    if message.author_id == by.pk:
        raise Refused("forbidden", _("Somebody else has to look at your answer."))
    with transaction.atomic():
        request = Approval.objects.waiting().filter(message=message).first()
        if request is None:
            raise Refused("gone", _("That was decided already."))
        link = ApprovalLink.objects.create(
            approval=request, name=name, made_by=by, expires_at=timezone.now() + LASTS
        )  # fmt: skip
        Event.note("approval_link_made", actor=by, conversation=message.conversation, message=message, for_whom=name)
    return link


def revoke(link: ApprovalLink, by: User) -> bool:
    """Let a link work no more; return whether it still did."""
    with transaction.atomic():
        revoked = ApprovalLink.objects.usable().filter(pk=link.pk).update(revoked_at=timezone.now())
        if revoked:
            answer = link.approval.message
            Event.note("approval_link_revoked", actor=by, conversation=answer.conversation, message=answer)
    return bool(revoked)


def token_of(link: ApprovalLink) -> str:
    """Return what stands in the link's address."""
    return signing.dumps(link.code.hex, salt=_SALT)


def find(token: str) -> ApprovalLink | None:
    """Return the usable link of an address; None where it was never one of ours, or is one no more."""
    try:
        code = uuid.UUID(str(signing.loads(token, salt=_SALT, max_age=LASTS)))
    except (signing.BadSignature, ValueError):
        return None
    usable = ApprovalLink.objects.usable().filter(code=code, approval__message__state=Message.State.APPROVAL)
    answer = "approval__message"
    found: ApprovalLink | None = usable.select_related(f"{answer}__account", f"{answer}__author").first()
    return found


def messages_before(answer: Message) -> list[Message]:
    """Return what was said last before an answer, oldest first: all that a link shows besides it."""
    said = Message.objects.filter(
        conversation=answer.conversation_id, direction__in=(Message.Direction.INBOUND, Message.Direction.OUTBOUND),
        removed_at=None, state__in=("", Message.State.SENT),
    )  # fmt: skip
    return list(said.only("direction", "text", "sent_at").order_by("-sent_at", "-pk")[:SHOWN])[::-1]


def file_of(link: ApprovalLink, code: uuid.UUID) -> Attachment | None:
    """Return a stored file of the answer that a usable link is for; None for any other."""
    return next(
        (file for file in files_of(link.approval.message)
         if file.code == code and file.state == Attachment.State.STORED and file.file.name),
        None,
    )  # fmt: skip


def newest_in(answer: Message) -> int:
    """Return the newest message where an answer stands. Other answers that wait keep nobody from deciding."""
    newest: int | None = Message.objects.filter(conversation=answer.conversation_id).aggregate(n=Max("pk"))["n"]
    return newest or answer.pk


def approve(link: ApprovalLink, *, seen: int, files: str = "", text: str | None = None) -> bool:
    """Let the answer go; return False where the link works no more. Raises Refused and Overtaken: then it still does.

    `files` is the mark of the files that were shown. Of any number of times at once, one counts.
    """
    answer = link.approval.message
    with transaction.atomic():
        return _use(link) and approval.approve_by_link(answer, link.name, seen=seen, files=files, text=text)


def give_back(link: ApprovalLink, comment: str) -> bool:
    """Return the answer to its author; return False where the link works no more. Raises Refused without a comment."""
    with transaction.atomic():
        return _use(link) and approval.give_back_by_link(link.approval.message, link.name, comment)


def _use(link: ApprovalLink) -> bool:
    return bool(ApprovalLink.objects.usable().filter(pk=link.pk).update(used_at=timezone.now()))

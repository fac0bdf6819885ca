"""The rows an answer is made of, and the conversation it stands in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils import timezone

from channels.models import Account
from channels.types import Route, Visibility
from inbox.models import Attachment, Conversation, Event, IncidentReply, Message, User
from inbox.notifications.unread import settle
from inbox.outbox.checks import PRIVATE_ROUTES, kind_of
from inbox.text.splitting import joined


def lock_conversation(conversation: Conversation) -> Conversation:
    """Return a conversation's row as it is now, kept from others until the transaction ends."""
    return (
        Conversation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("account", "identity")
        .get(pk=conversation.pk)
    )


def private_side(public: Conversation, *, lock: bool) -> Conversation | None:
    """Return the open private conversation with the same person, else the one closed last."""
    private = Conversation.objects.filter(
        account=public.account_id, identity=public.identity_id, visibility=Visibility.PRIVATE.value
    )
    found = private.exclude(status=Conversation.Status.CLOSED).first() or private.order_by("-last_message_at").first()
    if found is None or not lock:
        return found
    found = lock_conversation(found)
    if found.status == Conversation.Status.CLOSED:
        if timezone.now() - found.last_message_at > public.account.conversation_gap:
            return None
        found.status, found.closed_at, found.close_reason = Conversation.Status.OPEN, None, ""
        found.save(update_fields=["status", "closed_at", "close_reason"])
        Event.note("reopened", conversation=found)
    return found


def start_private(public: Conversation) -> Conversation:
    """Return a new private conversation with somebody we know from a public one."""
    now = timezone.now()
    return Conversation.objects.create(
        account=public.account,
        identity=public.identity,
        contact_id=public.contact_id,
        visibility=Visibility.PRIVATE.value,
        first_message_at=now,
        last_message_at=now,
    )


def rows_for(
    home: Conversation,
    account: Account,
    agent: User,
    texts: Sequence[str],
    route: Route,
    reply_to: Message | None,
    send_after: datetime | None,
) -> list[Message]:
    """Return unsaved rows for these texts, in order; without a time to leave they wait for a second person."""
    private = route in PRIVATE_ROUTES
    thread = "" if private else (reply_to.thread_id or reply_to.external_id or "") if reply_to else ""
    return [
        Message(
            account=account,
            conversation=home,
            author=agent,
            direction=Message.Direction.OUTBOUND,
            kind="dm" if private else "reply",
            visibility=home.visibility,
            thread_id=thread,
            parent_external_id="" if private or reply_to is None else (reply_to.external_id or ""),
            text=text,
            sent_at_is_ours=True,
            state=Message.State.QUEUED if send_after else Message.State.APPROVAL,
            route=route.value,
            reply_to=reply_to,
            send_after=send_after,
        )
        for text in texts
    ]


def keep_files(message: Message, files: Sequence[UploadedFile[Any]], alt_texts: Sequence[str] = ()) -> None:
    """Store what someone sends along, with what each picture shows for who cannot see it."""
    for position, file in enumerate(files):
        alt_text = alt_texts[position] if position < len(alt_texts) else ""
        Attachment.objects.create(
            message=message,
            position=position,
            kind=kind_of(file),
            state=Attachment.State.STORED,
            file=file,
            mime_type=(file.content_type or "application/octet-stream")[:100],
            filename=(file.name or "")[:200],
            size=file.size,
            alt_text=alt_text.replace("\x00", "").strip()[:1000],
        )


def assign_if_free(conversation: Conversation, agent: User) -> None:
    """Whoever answers what nobody has taken, has taken it. What was pinned or waiting for them is dealt with."""
    settle(conversation, agent)
    if conversation.handover_note and conversation.assignee_id == agent.pk:
        Conversation.objects.filter(pk=conversation.pk).update(handover_note="")
    if conversation.assignee_id is None:
        Conversation.objects.filter(pk=conversation.pk).update(assignee=agent)
        Event.note("assigned", actor=agent, conversation=conversation, to=agent.pk, was=None)


def family_of(row: Message) -> QuerySet[Message]:
    """Return all parts of an answer, in order; for most answers that is one."""
    root = row.part_of_id or row.pk
    return Message.objects.filter(Q(pk=root) | Q(part_of=root)).without_words().order_by("pk")


def words_of(parts: Iterable[Message]) -> str:
    """Return an answer's text as it was before it was cut into these parts. A file that went ahead has no words."""
    return joined([part.text for part in parts if part.text])


def part_before(row: Message) -> Message | None:
    """Return the part of a longer answer that has to arrive before this one."""
    return family_of(row).filter(pk__lt=row.pk).last() if row.part_of_id else None


def detach_from_family(row: Message) -> None:
    """Make a part sent by itself the first of the parts behind it."""
    before = part_before(row)
    if before is None or before.state not in (Message.State.FAILED, Message.State.CANCELLED):
        return
    Message.objects.filter(part_of=row.part_of_id, pk__gt=row.pk).update(part_of=row)
    row.part_of = None
    row.save(update_fields=["part_of"])


def renewed_copy(row: Message) -> Message:
    """Return a saved copy of an answer the platform reported as failed; the old row is put aside."""
    files = list(row.attachments.all())
    copy = Message(
        **{
            name: getattr(row, name)
            for name in (
                "account_id", "conversation_id", "author_id", "direction", "kind", "visibility", "thread_id",
                "parent_external_id", "text", "route", "reply_to_id", "template", "part_of_id", "closes_after",
                "approved_by_id", "approved_at",
            )
        },
        state=Message.State.QUEUED,
    )  # fmt: skip
    copy.save()
    for file in files:
        file.pk, file.code, file.message = None, uuid.uuid4(), copy
        file.save(force_insert=True)
    IncidentReply.objects.filter(message=row).update(message=copy)
    # Its copy takes its place: what was put aside is no longer what a later part waits for.
    row.state, row.part_of = Message.State.CANCELLED, None
    row.save(update_fields=["state", "part_of"])
    return copy

"""What a connector gets of an answer: its words, whom and what it answers, its files as local ones."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from channels.types import OutgoingFile, OutgoingReply, Route, Visibility
from inbox.models import Attachment, Message
from inbox.outbox import fetched_files
from inbox.outbox.parts import part_before
from inbox.outbox.survey import choices_of
from inbox.thread.seen_by_customer import subject_in

_NEWEST = 100  # as far back as platforms are looked through


@contextlib.contextmanager
def outgoing(row: Message) -> Iterator[OutgoingReply]:
    """Make what a connector gets. Files lie in local ones for as long as this lasts."""
    conversation, answered = row.conversation, row.reply_to
    if row.is_post:
        with contextlib.ExitStack() as opened:
            yield _post(row, tuple(_fetchable(row, file, opened) for file in row.attachments.all()))
        return
    if conversation is None:
        raise ValueError("An answer without a conversation has nobody to go to.")
    newest = conversation.messages.filter(direction=Message.Direction.INBOUND, opens_window=True).order_by("-sent_at")
    if row.state == Message.State.UNKNOWN and row.claimed_at:
        # What is looked for stands behind what had come in when it left, not behind what came in since.
        newest = newest.filter(sent_at__lte=row.claimed_at)
    heard = newest.only("sent_at", "external_id", "thread_id", "parent_external_id", "shown", "visibility").first()
    with contextlib.ExitStack() as opened:
        yield OutgoingReply(
            route=row.route,
            text=row.text,
            reference=str(row.code),
            recipient_id=conversation.identity.external_id,
            recipient_handle=conversation.identity.handle,
            reply_to_id=_target(row),
            thread_id=row.thread_id,
            last_inbound_at=heard.sent_at if heard else None,
            files=tuple(opened.enter_context(_local(file)) for file in row.attachments.all()),
            template=row.template,
            reply_to_kind=answered.kind if answered is not None else "",
            automatic=row.automatic,
            **_thread_of(answered or heard),
            **choices_of(row),
            others=_others(row) if row.state == Message.State.UNKNOWN else frozenset(),
            tried_at=row.claimed_at if row.state == Message.State.UNKNOWN else None,
        )


def _thread_of(answered: Message | None) -> dict[str, Any]:
    """Return the subject and the line of ids that a mail carries on."""
    if answered is None or answered.visibility != Visibility.PRIVATE:
        return {}
    subject = subject_in(answered)
    named = (answered.thread_id, answered.parent_external_id, answered.external_id or "")
    return {"subject": subject, "line": tuple(dict.fromkeys(known for known in named if known))}


def _fetchable(row: Message, attachment: Attachment, opened: contextlib.ExitStack) -> OutgoingFile:
    """Return a file of a post, with its address where the platform fetches it itself."""
    rules = row.account.capabilities.routes.get(Route.POST)
    file = opened.enter_context(_local(attachment))
    return replace(file, address=fetched_files.address_of(attachment)) if rules and rules.fetches_files else file


def _post(row: Message, files: tuple[OutgoingFile, ...]) -> OutgoingReply:
    return OutgoingReply(
        route=row.route,
        text=row.text,
        reference=str(row.code),
        last_inbound_at=row.send_after,
        files=files,
        others=_other_posts(row) if row.state == Message.State.UNKNOWN else frozenset(),
    )


def _other_posts(row: Message) -> frozenset[str]:
    """Return the ids of other posts that were planned here: what is looked for is none of them."""
    ours = Message.objects.by_us().filter(account=row.account_id, route=Route.POST, external_id__isnull=False)
    ids = ours.exclude(pk=row.pk).order_by("-pk").values_list("external_id", flat=True)
    return frozenset(external_id for external_id in ids[:_NEWEST] if external_id)


def _target(row: Message) -> str:
    """Return the id this answers: in public a later part hangs under the one before it, in private under nothing."""
    before = part_before(row)
    if before is None or row.route == Route.PRIVATE_REPLY:
        return (row.reply_to.external_id if row.reply_to else "") or ""
    return (before.external_id or "") if row.route == Route.PUBLIC_REPLY else ""


def _others(row: Message) -> frozenset[str]:
    """Return the ids of other answers of ours in the same conversation: what is looked for is none of them."""
    # What was not written here may be this very message, polled.
    ours = Message.objects.by_us().filter(conversation=row.conversation_id, direction=Message.Direction.OUTBOUND)
    known = ours.exclude(pk=row.pk).filter(external_id__isnull=False)
    ids = known.order_by("-pk").values_list("external_id", flat=True)
    return frozenset(external_id for external_id in ids[:_NEWEST] if external_id)


@contextlib.contextmanager
def _local(attachment: Attachment) -> Iterator[OutgoingFile]:
    path = _path_here(attachment)
    if path is not None:
        yield _outgoing_file(attachment, path)
        return
    with (
        tempfile.NamedTemporaryFile(suffix=Path(attachment.filename).suffix) as copy,
        attachment.file.open("rb") as source,
    ):
        shutil.copyfileobj(source, copy)
        copy.flush()
        yield _outgoing_file(attachment, copy.name)


def _path_here(attachment: Attachment) -> str | None:
    """Where its file lies on this machine; None where it is stored elsewhere, which is how Django's storages say so."""
    with contextlib.suppress(NotImplementedError):
        return str(attachment.file.path)
    return None


def _outgoing_file(attachment: Attachment, path: str) -> OutgoingFile:
    return OutgoingFile(path, attachment.mime_type, attachment.filename, attachment.alt_text)

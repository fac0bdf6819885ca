"""Rows as the API tells them."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse
from ninja import Schema

from api.rest import shapes
from channels.models import Account
from inbox.models import Conversation, Identity, Message, User
from inbox.text.masking import masked
from inbox.thread.items import Thread
from inbox.thread.note_words import words_of
from inbox.thread.page import ConversationPage


def answer(shape: Schema | Sequence[Schema], *, etag: str = "") -> HttpResponse:
    """Return what a call asked for."""
    many = [one.model_dump(mode="json") for one in shape] if isinstance(shape, Sequence) else None
    return as_json(shape.model_dump(mode="json") if isinstance(shape, Schema) else many, etag=etag)


def as_json(body: Any, *, status: int = 200, etag: str = "") -> HttpResponse:
    """Return a body as JSON."""
    headers = {"ETag": etag} if etag else {}
    return HttpResponse(orjson.dumps(body), status=status, headers=headers, content_type="application/json")


def person_of(user: User | None) -> shapes.Person | None:
    """Return a colleague."""
    return shapes.Person(id=user.code, name=user.name) if user else None


def account_of(account: Account) -> shapes.Account:
    """Return an account of ours, without anything that opens it."""
    return shapes.Account(
        id=account.code, platform=account.platform, name=account.name, handle=account.handle, mode=account.mode,
        is_removed=account.removed_at is not None,
    )  # fmt: skip


def conversation_of(row: Conversation, labels: Iterable[str]) -> shapes.Conversation:
    """Return a conversation as the list shows it."""
    return shapes.Conversation(**_conversation(row, labels))


def one_of(page: ConversationPage, thread: Thread) -> shapes.OneConversation:
    """Return a conversation with its newest messages."""
    row = page.conversation
    return shapes.OneConversation(
        **_conversation(row, page.contact.label_names),
        team=row.team.name if row.team else "",
        language=row.language,
        close_reason=row.close_reason,
        contact=row.contact.code,
        messages=messages_of(thread),
        older=thread.before or None,
    )


def messages_of(thread: Thread) -> list[shapes.Message]:
    """Return the messages of a thread."""
    return [_message(item.message) for item in thread.items]


def changed(row: Conversation) -> shapes.Changed:
    """Return how a conversation stands now."""
    row.refresh_from_db(fields=["status", "assignee", "close_reason", "snoozed_until"])
    return shapes.Changed(
        id=row.code, url=_url(row), assignee=row.assignee.code if row.assignee else None,
        status=row.status,  # type: ignore[arg-type]  # one of its choices
        labels=list(row.labels.order_by("name").values_list("code", flat=True)),
        close_reason=row.close_reason, snoozed_until=row.snoozed_until,
    )  # fmt: skip


def queued(message: Message, waits_for: str) -> shapes.Queued:
    """Return how far an answer is."""
    home = message.conversation
    assert home is not None  # noqa: S101  an answer of ours stands in one
    return shapes.Queued(
        id=message.code, conversation=home.code, state=message.state, waits_for=waits_for,
        leaves_at=message.send_after if message.state == Message.State.QUEUED else None,
        reason=message.error_reason,
    )  # fmt: skip


def contact_of(page: ConversationPage) -> shapes.Contact:
    """Return what is known of a conversation's person."""
    about, person = page.contact, page.conversation.contact
    return shapes.Contact(
        id=person.code, kind=person.kind, address=person.address,
        identities=[
            shapes.Identity(
                platform=one.platform, handle=one.handle.removeprefix("@"), phone=one.phone, name=one.name,
                followers=one.followers, is_verified=bool(one.verified),
            )
            for one in about.known_as
        ],
        conversations=about.conversation_count, first_met=about.met_at, last_heard=about.heard_at,
        moods=[face.mood for face in about.moods.faces], labels=list(about.label_names),
        notes=[shapes.ContactNote(at=note.at, by=note.who or "", text=note.text) for note in about.notes],
    )  # fmt: skip


def _conversation(row: Conversation, labels: Iterable[str]) -> dict[str, Any]:
    return {
        "id": row.code, "url": _url(row), "account": row.account.code,
        "customer": shapes.Customer(name=row.identity.name, handle=_handle(row.identity)),
        "visibility": row.visibility, "status": row.status, "excerpt": masked(row.excerpt), "mood": row.mood,
        "priority": row.priority, "is_complaint": row.is_complaint, "assignee": person_of(row.assignee),
        "labels": sorted(labels), "waiting_since": row.waiting_since, "due_at": row.due_at,
        "window_closes_at": row.window_closes_at, "snoozed_until": row.snoozed_until,
        "last_message_at": row.last_message_at,
    }  # fmt: skip


def _handle(identity: Identity) -> str:
    """Return what somebody is known as, without a sign, as who asks may see it."""
    return identity.shown_handle.removeprefix("@")


def _message(message: Message) -> shapes.Message:
    text = words_of(message)
    if message.direction == Message.Direction.INBOUND:
        text = masked(text)
        author = message.identity.name or _handle(message.identity) if message.identity else ""
    else:
        author = message.author.name if message.author else ""
    return shapes.Message(
        id=message.code, visibility=message.visibility, author=author,
        direction=message.direction,  # type: ignore[arg-type]  # one of its choices
        text=text, sent_at=message.sent_at, state=message.state, reason=message.error_reason,
        is_automatic=message.automatic, is_removed=message.removed_at is not None,
        files=[
            shapes.File(
                id=file["code"], kind=file["kind"], name=file["filename"], type=file["mime_type"], size=file["size"]
            )
            for file in message.files  # type: ignore[attr-defined]  # annotated
        ],
    )  # fmt: skip


def _url(row: Conversation) -> str:
    return settings.PUBLIC_URL + row.get_absolute_url()

"""All that is held of a person as plain values: what the data file of an access request says.

Of colleagues it says a name, and nothing else. What others said is theirs, and is left out.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import ChatVisitor
from channels.platforms import platform_title
from inbox.history.describe import names_in, tell
from inbox.models import (
    Attachment,
    Block,
    ContactNote,
    Conversation,
    ConversationLabel,
    Draft,
    Event,
    FormerId,
    Identity,
    Message,
    Organisation,
    OtherId,
    Reaction,
    Surprise,
    Survey,
    User,
)
from inbox.privacy import elsewhere, naming
from inbox.privacy.erasing import names_of
from inbox.privacy.person import Person
from inbox.thread.note_words import words_of
from inbox.thread.seen_by_customer import cards_of

Record = dict[str, Any]
AT_ONCE = 50  # conversations read in one go


def record_of(person: Person, *, with_notes: bool) -> Record:
    """Return everything about somebody. Asks the database in parts: nothing is locked."""
    return {
        "made_at": timezone.now(),
        "organisation": Organisation.current().name,
        "person": _described(person, with_notes=with_notes),
        "accounts": _accounts(person),
        "conversations": list(_conversations(person, with_notes=with_notes)),
        "elsewhere": _messages(_elsewhere(person)),
        "found": elsewhere.found(person),
        "made": elsewhere.made(person),
        "passed_on": elsewhere.passed_on(person),
        "named_in": _named_in(person),
    }


def files_of(record: Record) -> Iterator[tuple[int, str]]:
    """Yield the key of each file that goes along, and its place in the archive."""
    said = [*record["elsewhere"], *(row for talk in record["conversations"] for row in talk["messages"])]
    for message in said:
        for file in message["files"]:
            if file["path"]:
                yield file.pop("key"), file["path"]


def _named_in(person: Person) -> list[Record]:
    """Return how many texts of ours name somebody, by kind. No words: those name others too, and advise colleagues."""
    theirs = dataclasses.replace(names_of(person), shared=[])
    counts = Counter(one.title for one in naming.naming(theirs))
    return [{"what": title, "n": n} for title, n in counts.items()]


def colleague(user: User | None) -> str:
    """Return a colleague's name, and never their address."""
    return (user.get_full_name() or _("A colleague")) if user else ""


def _described(person: Person, *, with_notes: bool) -> Record:
    contact = person.contact
    notes = ContactNote.objects.filter(contact=contact).select_related("author").order_by("at") if with_notes else ()
    return {
        "name": {"value": contact.title, "source": _source(person)},
        "kind": {"value": contact.get_kind_display(), "source": _("set by a colleague")},
        "addressed_as": {"value": contact.get_address_display(), "source": _("set by a colleague")},
        "known_since": {"value": contact.created_at, "source": "Webcare"},
        "notes": [{"at": note.at, "by": colleague(note.author), "text": note.text} for note in notes],
    }


def _source(person: Person) -> str:
    named = next((row for row in person.identities if row.title == person.contact.title), None)
    return platform_title(named.platform) if named else _("set by a colleague")


def _identities(person: Person) -> Iterable[Identity]:
    blocks = Block.objects.select_related("account").order_by("at")
    return (
        Identity.objects.filter(pk__in=[row.pk for row in person.identities])
        .select_related("lookalike__account")
        .prefetch_related("former_ids", "other_ids", Prefetch("blocks", queryset=blocks))
        .order_by("pk")
    )  # fmt: skip


def _accounts(person: Person) -> list[Record]:
    """Return every account of theirs. Of a chat, what its visitor or its site told of them besides."""
    rows = list(_identities(person))
    visitors = ChatVisitor.objects.filter(external_id__in=[row.external_id for row in rows])
    told = {
        one.external_id: {"email": one.email, "customer_number": one.user_id, "language": one.language}
        for one in visitors
    }
    return [_account(row) | told.get(row.external_id, {}) for row in rows]


def _account(row: Identity) -> Record:
    former: Iterable[FormerId] = row.former_ids.all()
    others: Iterable[OtherId] = row.other_ids.all()
    blocks: Iterable[Block] = row.blocks.all()
    return {
        "source": platform_title(row.platform),
        "platform": row.platform,
        "id": row.external_id,
        "name": row.name,
        "handle": row.handle,
        "phone": row.phone,
        "picture": row.avatar_url,
        "followers": row.followers,
        "verified": row.verified,
        "location": row.location,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
        "former_ids": [{"id": was.external_id, "until": was.until} for was in former],
        "other_ids": [also.external_id for also in others],
        "looks_like": row.lookalike.account.at_handle if hasattr(row, "lookalike") else "",
        "blocked_by": [{"account": block.account.name, "at": block.at, "reason": block.reason} for block in blocks],
    }


def _conversations(person: Person, *, with_notes: bool) -> Iterator[Record]:
    ids = list(person.conversations.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        rows = person.conversations.filter(pk__in=ids[start : start + AT_ONCE])
        rows = rows.select_related("account", "assignee", "team", "mood_by").defer("account__sealed_credentials")
        found = {row.pk: row for row in rows}
        labels = _grouped(ConversationLabel.objects.select_related("label").order_by("at"), found)
        surveys = _grouped(Survey.objects.order_by("asked_at"), found)
        surprises = _grouped(Surprise.objects.order_by("at"), found)
        drafts = _grouped(Draft.objects.select_related("user").order_by("updated_at"), found)
        trail = _trail(found)
        for pk in ids[start : start + AT_ONCE]:
            said = Message.objects.filter(conversation=pk)
            said = said if with_notes else said.exclude(direction=Message.Direction.NOTE)
            yield {
                **_conversation(found[pk], with_notes=with_notes),
                "labels": [{"name": link.label.name, "at": link.at} for link in labels.get(pk, ())],
                "surveys": [
                    {"asked_at": row.asked_at, "score": row.score, "scored_at": row.scored_at}
                    for row in surveys.get(pk, ())
                ],
                "surprises": [
                    {"what": row.what, "cents": row.cents, "at": row.at} for row in surprises.get(pk, ())
                ],
                "drafts": [
                    {"by": colleague(row.user), "text": row.text, "at": row.updated_at}
                    for row in drafts.get(pk, ()) if with_notes or row.tab != "note"
                ],
                "messages": _messages(said),
                "log": trail.get(pk, []),
            }  # fmt: skip


def _grouped(rows: Any, found: dict[int, Conversation]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows.filter(conversation__in=found):
        grouped.setdefault(row.conversation_id, []).append(row)
    return grouped


def _conversation(row: Conversation, *, with_notes: bool) -> Record:
    felt = _("set by a colleague") if row.mood_by else _("an estimate of Webcare")
    return {
        "code": str(row.code),
        "channel": platform_title(row.account.platform),
        "account": row.account.at_handle,
        "public": row.is_public,
        "began_at": row.first_message_at,
        "closed_at": row.closed_at,
        "closed_because": row.get_close_reason_display() if row.close_reason else "",
        "colleague": colleague(row.assignee),
        "team": row.team.name if row.team else "",
        "mood": {"value": row.get_mood_display() if row.mood else "", "source": felt},
        "tone": {"value": row.get_tone_display() if row.tone else "", "source": _("set by a colleague")},
        "language": {"value": row.language, "source": _("an estimate of Webcare")},
        "complaint": row.is_complaint,
        "crossed_line_at": row.crossed_line_at,
        "handover_note": row.handover_note if with_notes else "",
    }


def _trail(found: dict[int, Conversation]) -> dict[int, list[Record]]:
    """Return what was done in each conversation, in words."""
    events = list(Event.objects.filter(conversation__in=found).select_related("actor").order_by("conversation", "id"))
    names = names_in(events)
    trail: dict[int, list[Record]] = {}
    for event in events:
        conversation = found[event.conversation_id or 0]
        told = tell(
            event.verb, event.data, colleague(event.actor), names, conversation.account.platform, actor=event.actor_id
        )
        line = {"at": event.at, "by": told.who, "what": told.words, "was": told.was, "now": told.now, "why": told.why}
        trail.setdefault(conversation.pk, []).append(line)
    return trail


def _elsewhere(person: Person) -> Any:
    return person.messages.filter(conversation=None)


def _messages(rows: Any) -> list[Record]:
    reactions = Reaction.objects.select_related("identity").order_by("at")
    said = rows.select_related("author", "identity", "approval").without_words()
    said = said.prefetch_related("attachments", "payload", Prefetch("reactions", queryset=reactions))
    return [_message(row) for row in said.order_by("sent_at", "pk")]


def _message(row: Message) -> Record:
    asked, told = getattr(row, "approval", None), getattr(row, "payload", None)
    return {
        "id": row.external_id or "",
        "at": row.sent_at,
        "received_at": row.received_at,
        "from": row.direction if row.direction != Message.Direction.CONTEXT else Message.Direction.INBOUND,
        "by": _writer(row),
        "text": words_of(row),
        "first_wording": asked.written if asked is not None and asked.written != row.text else "",
        "link": row.permalink,
        "changed_at": row.edited_at,
        "withdrawn_at": row.removed_at,
        "hidden_at": row.hidden_at,
        "liked_at": row.liked_at,
        "boosted_at": row.boosted_at,
        "state": row.get_state_display() if row.state else "",
        "delivered_at": row.delivered_at,
        "read_at": row.read_at,
        "mood": row.mood,
        "language": row.language,
        "saw": row.shown,
        "saw_in_words": [dataclasses.asdict(card) for card in cards_of(row)],
        "reactions": [{"emoji": put.emoji, "at": put.at} for put in row.reactions.all()],
        "files": [_file(row, file) for file in row.attachments.all()],
        "as_told_by_the_platform": told.body if told is not None else {},
    }


def _writer(row: Message) -> str:
    if row.direction in (Message.Direction.INBOUND, Message.Direction.CONTEXT):
        return row.identity.title if row.identity else ""
    return _("automatic message") if row.automatic else colleague(row.author)


def _file(message: Message, row: Attachment) -> Record:
    stored = row.state == Attachment.State.STORED and bool(row.file)
    ending = PurePosixPath(row.file.name or "").suffix.lower() if stored else ""
    return {
        "key": row.pk,
        "kind": row.kind,
        "name": row.filename,
        "path": f"files/{message.sent_at:%Y-%m-%d}-{row.code.hex[:12]}{ending}" if stored else "",
        "text": row.text,
        "description": row.alt_text,
        "size": row.size,
    }

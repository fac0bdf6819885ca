"""Takes everything out of the rows of conversations and people that figures need: rows stay, and say nothing.

Each of these is called with the accounts locked, inside one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from channels.models import ChatVisitor
from channels.models.chat import forget_said, forget_visitors
from inbox.ingest.batch import ID_FIELDS, ids_of
from inbox.ingest.erased import remember
from inbox.models import (
    Approach,
    Approval,
    ApprovalLink,
    Attachment,
    Block,
    Contact,
    ContactNote,
    Conversation,
    Draft,
    EarlyEvent,
    Event,
    FormerId,
    Identity,
    IdentityMove,
    IncidentReply,
    Lookalike,
    Message,
    Notification,
    NotSamePerson,
    OtherId,
    PendingEstimate,
    PersonExport,
    RawPayload,
    Review,
    RuleErrand,
    RuleOccasion,
    Surprise,
    UndoableAct,
)
from inbox.models.answer_state import LOST, NOT_LEFT
from inbox.triage.summary import refresh_and_announce
from webcare.lib.statements import fetch

_STATE, _D = Message.State, Message.Direction
# What a message row keeps: when, in which direction, by which colleague, how it felt and how far it got.
_NOTHING_SAID: dict[str, Any] = {
    "text": "", "shown": [], "permalink": "", "external_id": None, "first_external_id": "",
    "earlier_ids": [], "thread_id": "", "parent_external_id": "", "told": None, "template": None, "error": "",
    "error_code": "", "our_emoji": "", "context_state": "", "retry_at": None, "opens_window": False,
}  # fmt: skip


def stop_leaving(messages: QuerySet[Message]) -> bool:
    """Take back what has not left yet; False while something is at the platform, which has to be waited for."""
    given_up = Q(state=_STATE.UNKNOWN, retry_at=None)
    messages.filter(Q(state__in=[*NOT_LEFT, *LOST]) | given_up).exclude(state=_STATE.CANCELLED).update(
        state=_STATE.CANCELLED, retry_at=None, claimed_at=None
    )
    Approval.objects.waiting().filter(message__in=messages.values("pk")).update(
        outcome=Approval.Outcome.TAKEN_BACK, decided_at=timezone.now()
    )
    return not messages.filter(state__in=[_STATE.SENDING, _STATE.UNKNOWN]).exists()


def empty_conversations(ids: Collection[int], messages: QuerySet[Message]) -> dict[str, int]:
    """Take the words, files and names out of conversations and close them; return how much that was."""
    now = timezone.now()
    counts = {"conversations": len(ids), "messages": messages.count()}
    rows = list(messages.only("account_id", *ID_FIELDS))
    remember((row.account_id, known) for row in rows for known in ids_of(row))
    pks = [row.pk for row in rows]
    known_ids = [known for row in rows for known in ids_of(row)]
    counts["files"] = _delete(Attachment.objects.filter(message__in=pks))
    _delete(EarlyEvent.objects.filter(account__in={row.account_id for row in rows}, external_id__in=known_ids))
    _delete(PendingEstimate.objects.filter(message__in=pks))
    _delete(RawPayload.objects.filter(message__in=pks))
    forget_said(known_ids)
    Review.objects.filter(message__in=pks).update(remark="")
    Approval.objects.filter(message__in=pks).update(written="")
    _delete(ApprovalLink.objects.filter(approval__message__in=pks))
    counts["drafts"] = _delete(Draft.objects.filter(conversation__in=ids))
    _delete(Notification.objects.filter(Q(conversation__in=ids) | Q(message__in=pks)))
    _delete(UndoableAct.objects.filter(Q(conversation__in=ids) | Q(pk__in=_acts_on(ids))))
    Surprise.objects.filter(conversation__in=ids).update(what="")
    IncidentReply.objects.filter(conversation__in=ids, state=IncidentReply.State.WAITING).delete()
    IncidentReply.objects.filter(conversation__in=ids).update(why="")
    RuleErrand.objects.filter(application__conversation__in=ids).update(body={})
    RuleErrand.objects.filter(application__conversation__in=ids, state=RuleErrand.State.WAITING).delete()
    Message.objects.filter(pk__in=pks, direction=_D.CONTEXT).only("pk").delete()
    Message.objects.filter(pk__in=pks).update(**_NOTHING_SAID)
    Message.objects.filter(pk__in=pks, state=_STATE.FAILED).update(state=_STATE.CANCELLED)
    open_ones = Conversation.objects.filter(pk__in=ids).exclude(status=Conversation.Status.CLOSED)
    open_ones.update(status=Conversation.Status.CLOSED, closed_at=now, snoozed_until=None)
    Conversation.objects.filter(pk__in=ids).update(handover_note="", erased_at=now, hides_for=None)
    refresh_and_announce(list(ids))
    RuleOccasion.objects.filter(conversation__in=ids).delete()  # closing it is no work for rules
    return counts


def _acts_on(ids: Collection[int]) -> list[int]:
    """Return acts on several conversations of which one is among these."""
    found = fetch(
        "SELECT id FROM inbox_undoableact a WHERE EXISTS (SELECT FROM jsonb_array_elements(a.steps) s"
        " WHERE (s->>'conversation')::bigint = ANY(%s::bigint[]))",
        [list(ids)],
    )
    return [pk for (pk,) in found]


def empty_log(ids: Collection[int]) -> None:
    """Take names out of what the log says of these conversations: it knows ids and states, and whom a link was for.

    The database lets nobody change the log, but take something away where a conversation was erased.
    """
    rows = Event.objects.filter(conversation__in=ids, data__has_any_keys=["for_whom", "by_link"])
    for row in rows:
        left = {key: value for key, value in row.data.items() if key not in ("for_whom", "by_link")}
        Event.objects.filter(pk=row.pk).update(data=left)


def empty_person(contact: Contact, identities: Collection[Identity]) -> dict[str, int]:
    """Take out who it was; what comes from the same account later is somebody new."""
    pks = [row.pk for row in identities]
    forget_visitors(ChatVisitor.objects.filter(external_id__in=[row.external_id for row in identities]))
    counts = {"accounts": len(pks), "notes": _delete(ContactNote.objects.filter(contact=contact))}
    for gone in (FormerId, OtherId, Block, IdentityMove, Lookalike, Approach):
        gone.objects.filter(identity__in=pks).delete()
    IdentityMove.objects.filter(Q(from_contact=contact) | Q(to_contact=contact)).delete()
    NotSamePerson.objects.filter(Q(contact=contact) | Q(other=contact)).delete()
    for row in identities:
        Identity.objects.filter(pk=row.pk).update(
            external_id=f"erased:{uuid.uuid4()}", name="", handle="", phone="", avatar_url="", followers=None,
            verified=None, location="", told_at={},
        )  # fmt: skip
    counts["exports"] = _delete(PersonExport.objects.filter(contact=contact))
    Contact.objects.filter(pk=contact.pk).update(
        name="", kind=Contact.Kind.CUSTOMER, address="", erased_at=timezone.now()
    )  # fmt: skip
    return counts


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows and return how many of their own kind that were."""
    return rows.delete()[1].get(rows.model._meta.label, 0)

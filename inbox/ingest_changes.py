"""Two ids that turn out to be one person: what belongs to the old one goes to the new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channels.models import Account
from channels.types import IdentityChange
from inbox.ingest_people import UNKNOWN, meet, scope_of
from inbox.ingest_shelf import Shelf
from inbox.models import (
    AutomaticReply,
    Contact,
    ContactNote,
    Conversation,
    ConversationLabel,
    Draft,
    Event,
    FormerId,
    Identity,
    Message,
    Notification,
    Reaction,
)


def change_identities(shelf: Shelf, changes: Sequence[IdentityChange]) -> None:
    """Carry people over to their new ids. What was said under the old id until then stays theirs."""
    for change in sorted(changes, key=lambda one: one.at):
        old_id = change.old_external_id
        if not old_id or old_id == change.author.external_id:
            continue
        ours = {"platform": shelf.account.platform, "scope": scope_of(shelf.account)}
        stored = Identity.objects.filter(**ours, external_id__in=[old_id, change.author.external_id])
        found = {one.external_id: one for one in stored.select_for_update(no_key=True).order_by("pk")}
        old, new = found.get(old_id), found.get(change.author.external_id)
        if FormerId.objects.filter(**ours, external_id=old_id, until=change.at).exists():
            continue
        if old is not None and new is None:
            old.external_id = change.author.external_id
            old.save(update_fields=["external_id"])
        new = meet(shelf.account, [(change.author, change.at)]).of(change.author, change.at)
        FormerId.objects.create(**ours, external_id=old_id, until=change.at, identity=new)
        if old is not None and old.pk != new.pk:
            shelf.touched.update(unite_identities(shelf.account, old, new))
        shelf.log("identity_changed", identity=new.pk)


def reveal(shelf: Shelf, told: Iterable[tuple[int, Identity]]) -> None:
    """Give messages whose writer was not told at first to the person who turns out to have written them."""
    by_id = dict(told)
    for stand_in in Identity.objects.filter(pk__in=by_id, external_id__startswith=UNKNOWN).order_by("pk"):
        shelf.touched.update(unite_identities(shelf.account, stand_in, by_id[stand_in.pk]))


def unite_identities(account: Account, old: Identity, new: Identity) -> set[int]:
    """Move everything of one identity to another and delete it; return the conversations that changed.

    Where both have a conversation that is not closed, on the same account and side, the two become one.
    """
    touched: set[int] = set()
    rows = Conversation.objects.filter(identity__in=[old, new]).select_for_update(no_key=True).order_by("pk")
    conversations = list(rows)
    for source in [one for one in conversations if one.identity_id == old.pk]:
        target = _counterpart(source, [one for one in conversations if one.identity_id == new.pk])
        touched.add(source.pk)
        if target is not None:
            _fold(source, target)
            touched = (touched - {source.pk}) | {target.pk}
        else:
            Conversation.objects.filter(pk=source.pk).update(identity=new, contact=new.contact_id)
            source.identity_id = new.pk
    Message.objects.filter(identity=old).update(identity=new)
    kept = Reaction.every.filter(identity=new).values("message")
    Reaction.every.filter(identity=old, message__in=kept).delete()
    Reaction.every.filter(identity=old).update(identity=new)
    FormerId.objects.filter(identity=old).update(identity=new)
    Identity.objects.filter(pk=new.pk, first_seen_at__gt=old.first_seen_at).update(first_seen_at=old.first_seen_at)
    left = old.contact_id
    old.delete()
    if left != new.contact_id and not Identity.objects.filter(contact=left).exists():
        ContactNote.objects.filter(contact=left).update(contact=new.contact_id)
        Conversation.objects.filter(contact=left).update(contact=new.contact_id)
        Contact.objects.filter(pk=left).delete()
    return touched


def _counterpart(source: Conversation, theirs: Iterable[Conversation]) -> Conversation | None:
    if source.status == Conversation.Status.CLOSED:
        return None
    for target in theirs:
        same = (target.account_id, target.visibility) == (source.account_id, source.visibility)
        if same and target.status != Conversation.Status.CLOSED:
            return target
    return None


def _fold(source: Conversation, target: Conversation) -> None:
    """Put everything of one open conversation into another."""
    Message.objects.filter(conversation=source).update(conversation=target)
    Notification.objects.filter(conversation=source).update(conversation=target)
    Draft.objects.filter(conversation=source).exclude(user__in=target.drafts.values("user")).update(conversation=target)
    labels = target.label_links.values("label")
    ConversationLabel.objects.filter(conversation=source).exclude(label__in=labels).update(conversation=target)
    told = AutomaticReply.objects.filter(conversation=target).values("closed_since")
    AutomaticReply.objects.filter(conversation=source).exclude(closed_since__in=told).update(conversation=target)
    if source.tone and not target.tone:
        Conversation.objects.filter(pk=target.pk).update(tone=source.tone)
    if source.assignee_id and not target.assignee_id:
        Conversation.objects.filter(pk=target.pk).update(assignee=source.assignee_id)
    Event.note("merged", conversation=target, merged=str(source.code))
    source.delete()

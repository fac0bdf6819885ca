"""Two ids that turn out to be one person: what belongs to the old one goes to the new one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from channels.models import Account
from channels.types import Author, IdentityChange
from inbox.ingest.batch import Batch
from inbox.ingest.identities import (
    UNKNOWN,
    merge_facts,
    resolve_identities,
    scope_of,
    store_other_ids,
)
from inbox.models import (
    AutomaticReply,
    Block,
    Contact,
    ContactNote,
    Conversation,
    ConversationLabel,
    Draft,
    Event,
    FormerId,
    Identity,
    IdentityMove,
    Message,
    Notification,
    NotSamePerson,
    OtherId,
    Reaction,
)


def merge_by_shared_ids(batch: Batch, authors: Iterable[Author]) -> None:
    """Make one person of two that an author's ids show to be the same: a number and a scoped id told together."""
    with_more_ids = [author for author in authors if author.also]
    if not with_more_ids:
        return
    ours = {"platform": batch.account.platform, "scope": scope_of(batch.account)}
    ids = {known for author in with_more_ids for known in (author.external_id, *author.also)}
    owners = dict(Identity.objects.filter(**ours, external_id__in=ids).values_list("external_id", "pk"))
    owners = dict(OtherId.objects.filter(**ours, external_id__in=ids).values_list("external_id", "identity")) | owners
    for author in with_more_ids:
        found = {owners[known] for known in (author.external_id, *author.also) if known in owners}
        if len(found) > 1:
            kept = _merge_found(batch, found)
            owners |= {known: kept for known, owner in owners.items() if owner in found}


def _merge_found(batch: Batch, found: Collection[int]) -> int:
    """Unite identities into the one with a number that was there first."""
    rows = Identity.objects.filter(pk__in=found).select_for_update(no_key=True).order_by("pk")
    first, *others = sorted(rows, key=lambda identity: (not identity.external_id.isdigit(), identity.pk))
    for other in others:
        batch.touched.update(merge_identities(batch.account, other, first))
        store_other_ids({other.external_id: first})
        batch.log_event("identity_changed", identity=first.pk)
    return first.pk


def change_identities(batch: Batch, changes: Sequence[IdentityChange]) -> None:
    """Carry people over to their new ids. What was said under the old id until then stays theirs."""
    for change in sorted(changes, key=lambda change: change.at):
        old_id = change.old_external_id
        if not old_id or old_id == change.author.external_id:
            continue
        ours = {"platform": batch.account.platform, "scope": scope_of(batch.account)}
        ids = [old_id, change.author.external_id, *change.author.also]
        stored = Identity.objects.filter(Q(external_id__in=ids) | Q(other_ids__external_id__in=ids), **ours)
        rows = Identity.objects.filter(pk__in=stored.values("pk")).select_for_update(no_key=True).order_by("pk")
        found = {identity.pk: identity for identity in rows}
        owner = {identity.external_id: identity for identity in found.values()}
        for other in OtherId.objects.filter(**ours, external_id__in=ids):
            owner.setdefault(other.external_id, found[other.identity_id])
        old, new = owner.get(old_id), next((owner[known] for known in ids[1:] if known in owner), None)
        if FormerId.objects.filter(**ours, external_id=old_id, until=change.at).exists():
            continue
        if old is not None and new in (None, old) and old.external_id == old_id:
            old.external_id = change.author.external_id
            old.save(update_fields=["external_id"])
        OtherId.objects.filter(**ours, external_id=old_id).delete()
        new = resolve_identities(batch.account, [(change.author, change.at)]).of(change.author, change.at)
        FormerId.objects.create(**ours, external_id=old_id, until=change.at, identity=new)
        if old is not None and old.pk != new.pk:
            batch.touched.update(merge_identities(batch.account, old, new))
        batch.log_event("identity_changed", identity=new.pk)


def reveal_writers(batch: Batch, revealed: Iterable[tuple[int, Identity]]) -> None:
    """Move messages of an unknown writer to the person who turns out to have written them."""
    by_id = dict(revealed)
    for unknown_author in Identity.objects.filter(pk__in=by_id, external_id__startswith=UNKNOWN).order_by("pk"):
        batch.touched.update(merge_identities(batch.account, unknown_author, by_id[unknown_author.pk]))


def merge_identities(account: Account, old: Identity, new: Identity) -> set[int]:
    """Move everything of one identity to another and delete it; return the conversations that changed.

    Two open conversations on the same account and side become one.
    """
    touched: set[int] = set()
    rows = Conversation.objects.filter(identity__in=[old, new]).select_for_update(no_key=True).order_by("pk")
    conversations = list(rows)
    for source in [conversation for conversation in conversations if conversation.identity_id == old.pk]:
        target = _counterpart(
            source, [conversation for conversation in conversations if conversation.identity_id == new.pk]
        )
        touched.add(source.pk)
        if target is not None:
            _merge_conversations(source, target)
            touched = (touched - {source.pk}) | {target.pk}
        else:
            Conversation.objects.filter(pk=source.pk).update(identity=new, contact=new.contact_id)
            source.identity_id = new.pk
    Message.objects.filter(identity=old).update(identity=new)
    kept = Reaction.every.filter(identity=new).values("message")
    Reaction.every.filter(identity=old, message__in=kept).delete()
    Reaction.every.filter(identity=old).update(identity=new)
    FormerId.objects.filter(identity=old).update(identity=new)
    OtherId.objects.filter(identity=old).update(identity=new)
    IdentityMove.objects.filter(identity=old).update(identity=new)
    blocked = Block.objects.filter(identity=new).values("account")
    Block.objects.filter(identity=old).exclude(account__in=blocked).update(identity=new)
    merge_facts(new, old)
    left = old.contact_id
    old.delete()
    if left != new.contact_id and not Identity.objects.filter(contact=left).exists():
        _move_choices(left, new.contact_id)
        ContactNote.objects.filter(contact=left).update(contact=new.contact_id)
        Conversation.objects.filter(contact=left).update(contact=new.contact_id)
        Contact.objects.filter(pk=left).delete()
    return touched


def _move_choices(left: int, kept: int) -> None:
    """Copy what colleagues set on a contact that goes, where the other has nothing."""
    gone = Contact.objects.get(pk=left)
    Contact.objects.filter(pk=kept, name="").update(name=gone.name)
    Contact.objects.filter(pk=kept, address="").update(address=gone.address)
    Contact.objects.filter(pk=kept, kind=Contact.Kind.CUSTOMER).update(kind=gone.kind)
    IdentityMove.objects.filter(from_contact=left).update(from_contact=kept)
    IdentityMove.objects.filter(to_contact=left).update(to_contact=kept)
    NotSamePerson.objects.filter(contact=left).exclude(other=kept).update(contact=kept)
    NotSamePerson.objects.filter(other=left).exclude(contact=kept).update(other=kept)


def _counterpart(source: Conversation, candidates: Iterable[Conversation]) -> Conversation | None:
    if source.status == Conversation.Status.CLOSED:
        return None
    for target in candidates:
        same = (target.account_id, target.visibility) == (source.account_id, source.visibility)
        if same and target.status != Conversation.Status.CLOSED:
            return target
    return None


def _merge_conversations(source: Conversation, target: Conversation) -> None:
    """Put everything of one open conversation into another."""
    Message.objects.filter(conversation=source).update(conversation=target)
    Notification.objects.filter(conversation=source).update(conversation=target)
    Draft.objects.filter(conversation=source).exclude(user__in=target.drafts.values("user")).update(conversation=target)
    labels = target.label_links.values("label")
    ConversationLabel.objects.filter(conversation=source).exclude(label__in=labels).update(conversation=target)
    answered_periods = AutomaticReply.objects.filter(conversation=target).values("closed_since")
    AutomaticReply.objects.filter(conversation=source).exclude(closed_since__in=answered_periods).update(
        conversation=target
    )
    if source.tone and not target.tone:
        Conversation.objects.filter(pk=target.pk).update(tone=source.tone)
    if source.assignee_id and not target.assignee_id:
        Conversation.objects.filter(pk=target.pk).update(assignee=source.assignee_id)
    Event.note("merged", conversation=target, merged=str(source.code))
    source.delete()

"""Which accounts are one person. Colleagues decide; Webcare only suggests, with its reason, and never on a name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import phonenumbers
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left, Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.live.announce import announce
from inbox.models import Contact, ContactNote, Conversation, Event, Identity, IdentityMove, Message, NotSamePerson, User
from inbox.text.masking import masked
from inbox.text.search_terms import (
    Term,
    as_prefixes,
    identity_matches,
    message_matches,
    plain,
    terms_of,
)

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+")
_HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z0-9_.]{3,30})")
_LETTERS = 4000  # of each of them
_READ = 200  # of a person's newest messages, when looking for what they told about themselves
_FOUND = 5
SHORTEST_HANDLE = 4  # "jan" on two platforms says nothing


@dataclass(slots=True)
class Suggestion:
    """A contact who may be the same person, and why we think so."""

    contact: Contact
    identities: list[Identity] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def mails_in(text: str) -> list[str]:
    """Return the e-mail addresses in a text, in small letters."""
    return [mail.lower().rstrip(".") for mail in _MAIL.findall(text)]


@transaction.atomic
def link(identity: Identity, contact: Contact, by: User) -> IdentityMove | None:
    """Put an account of a platform with a contact, its conversations too. Returns the move, None when it was there.

    The old contact's last account takes its notes and facts along.
    """
    row = Identity.objects.select_for_update(of=("self",)).select_related("contact").get(pk=identity.pk)
    if row.contact_id == contact.pk:
        return None
    list(Contact.objects.select_for_update(no_key=True).filter(pk__in=[row.contact_id, contact.pk]).order_by("pk"))
    contact.refresh_from_db()
    move = IdentityMove(identity=row, from_contact=row.contact, to_contact=contact, by=by)
    if not Identity.objects.filter(contact=row.contact_id).exclude(pk=row.pk).exists():
        move.carried = _move_facts(row.contact, contact)
    move.save()
    _put(row, contact.pk, by, "linked", move)
    identity.contact = contact
    return move


@transaction.atomic
def unlink(identity: Identity, by: User) -> IdentityMove | None:
    """Give an account a contact of its own. Returns the move, None when it is alone already."""
    row = Identity.objects.select_for_update(of=("self",)).select_related("contact").get(pk=identity.pk)
    if not Identity.objects.filter(contact=row.contact_id).exclude(pk=row.pk).exists():
        return None
    alone = Contact.objects.create(name="", kind=row.contact.kind)
    move = IdentityMove.objects.create(identity=row, from_contact=row.contact, to_contact=alone, by=by)
    _put(row, alone.pk, by, "unlinked", move)
    identity.contact = alone
    return move


@transaction.atomic
def undo(move: IdentityMove, by: User) -> bool:
    """Put an account back where it was before a move. Returns False when it was undone, or moved on since."""
    kept = (
        IdentityMove.objects.select_for_update(of=("self",)).select_related("identity", "from_contact").get(pk=move.pk)
    )
    if kept.undone_at or kept.identity.contact_id != kept.to_contact_id:
        return False
    ContactNote.objects.filter(pk__in=kept.carried.get("notes", [])).update(contact=kept.from_contact_id)
    for name, value in kept.carried.get("was", {}).items():
        # What a colleague set since stays as they set it.
        now = {name: kept.carried["set"][name]} if name in kept.carried.get("set", {}) else {}
        Contact.objects.filter(pk=kept.to_contact_id, **now).update(**{name: value})
    kept.undone_at = timezone.now()
    kept.save(update_fields=["undone_at"])
    _put(kept.identity, kept.from_contact_id, by, "link_undone", kept)
    return True


@transaction.atomic
def mark_different(contact: Contact, other: Contact, by: User) -> None:
    """Remember that two contacts are two people: it is not suggested again."""
    first, second = sorted((contact, other), key=lambda each: each.pk)
    NotSamePerson.objects.get_or_create(contact=first, other=second, defaults={"by": by})


def suggestions(contact: Contact, visible: Collection[int], closed: Collection[int]) -> list[Suggestion]:
    """Return contacts who may be this person, with the reasons: the same number, address or name on a platform.

    `visible` are the accounts the reader may see: no word of another is looked at, nobody known through them told of.
    Nor is what teams have that are `closed` to the reader.
    """
    own = list(Identity.objects.visible_in(visible, closed).filter(contact=contact))
    others = Identity.objects.visible_in(visible, closed).exclude(contact=contact)
    inbound = Message.objects.filter(direction=Message.Direction.INBOUND, account__in=visible)
    if closed:
        inbound = inbound.exclude(conversation__team__in=closed)
    details = list(
        inbound.filter(identity__in=own, removed_at=None)
        .order_by("-sent_at")
        .values_list(Left("text", _LETTERS), "visibility")[:_READ]
    )
    reasons: dict[int, list[str]] = defaultdict(list)
    for identity in _same_number(own, details, others):
        reasons[identity.contact_id].append(_("same phone number, %(number)s") % {"number": identity.shown_phone})
    for identity, reason in _same_handle(own, details, others):
        reasons[identity.contact_id].append(reason)
    for contact_id, mail in _same_mail(details, inbound.exclude(identity__contact=contact)):
        reasons[contact_id].append(_("gave the same e-mail address, %(mail)s") % {"mail": masked(mail)})
    return _suggestable(contact, reasons, visible, closed)


def findable(
    query: str, contact: Contact | None, visible: Collection[int], closed: Collection[int]
) -> QuerySet[Identity]:
    """Accounts of people other than this one: by name, @handle or number, newest contact first."""
    query = query.replace("\x00", "").strip().lstrip("@")
    digits = re.sub(r"\D", "", query)
    condition = Q(name__plain__contains=plain(query)) | Q(handle__plain__contains=plain(query))
    if terms := as_prefixes(terms_of(query)):
        condition |= Q(identity_matches(terms))
    if len(digits) >= 4:
        condition |= Q(phone__contains=digits.lstrip("0"))
    talks = Conversation.objects.filter(account__in=visible, identity=OuterRef("pk")).outside(closed)
    conversations = talks.order_by("-last_message_at")
    found = (
        Identity.objects.visible_in(visible, closed).filter(condition) if len(query) >= 2 else Identity.objects.none()
    )
    others = found.exclude(contact=contact) if contact else found
    others = others.annotate(heard_at=Subquery(conversations.values("last_message_at")[:1]))
    return others.select_related("contact").order_by(F("heard_at").desc(nulls_last=True), "pk")[:20]


def _put(identity: Identity, contact_id: int, by: User, verb: str, move: IdentityMove) -> None:
    identity.contact_id = contact_id
    identity.save(update_fields=["contact"])
    conversations = Conversation.objects.filter(identity=identity)
    conversations.update(contact=contact_id)
    touched = list(conversations.order_by("pk").values_list("pk", "account_id"))
    Event.objects.bulk_create(
        Event(
            verb=verb, actor=by, conversation_id=pk, account_id=account, data={"move": move.pk, "contact": contact_id}
        )
        for pk, account in touched
    )
    announce([pk for pk, _account in touched])


def _move_facts(source: Contact, target: Contact) -> dict[str, object]:
    """Move what is known about a contact who is about to have no account left; return what undoing needs."""
    notes = list(ContactNote.objects.filter(contact=source).values_list("pk", flat=True))
    ContactNote.objects.filter(pk__in=notes).update(contact=target)
    was: dict[str, str] = {}
    if target.kind == Contact.Kind.CUSTOMER and source.kind != Contact.Kind.CUSTOMER:
        was["kind"], target.kind = target.kind, source.kind
    if not target.address and source.address:
        was["address"], target.address = "", source.address
    if was:
        target.save(update_fields=list(was))
    return {"notes": notes, "was": was, "set": {name: getattr(target, name) for name in was}}


def _same_number(
    own: Sequence[Identity], details: Iterable[tuple[str, str]], others: QuerySet[Identity]
) -> list[Identity]:
    """WhatsApp tells numbers it has verified; others are as good as the customer's word for them."""
    numbers = {identity.phone for identity in own if identity.phone}
    for text, _visibility in details:
        for match in phonenumbers.PhoneNumberMatcher(text, "NL"):
            numbers.add(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    bare = {number for each in numbers for number in (each, each.lstrip("+"), f"+{each.lstrip('+')}")}
    return list(others.filter(phone__in=bare)[:_FOUND])


def _same_handle(
    own: Sequence[Identity], details: Iterable[tuple[str, str]], others: QuerySet[Identity]
) -> list[tuple[Identity, str]]:
    """The same name on another platform; or one they gave in private. In public people name others all day."""
    handles = {identity.handle.lower() for identity in own if len(identity.handle) >= SHORTEST_HANDLE}
    mentioned = {
        handle.lower().rstrip(".")
        for text, visibility in details
        if visibility == "private"
        for handle in _HANDLE.findall(_MAIL.sub(" ", text))
    }
    if not handles | mentioned:
        return []
    same_handle = others.annotate(small=Lower("handle")).filter(small__in=handles | mentioned)
    platforms = {identity.platform for identity in own}
    found: list[tuple[Identity, str]] = []
    for identity in same_handle.order_by("-last_seen_at")[: 4 * _FOUND]:
        if identity.platform in platforms and any(
            known.scope == identity.scope for known in own if known.platform == identity.platform
        ):
            continue  # one name cannot be two accounts of one platform: this is somebody they mentioned
        small = identity.handle.lower()
        reason = _("same name, @%(handle)s") if small in handles else _("gave the name @%(handle)s")
        found.append((identity, reason % {"handle": identity.handle}))
    return found[:_FOUND]


def _same_mail(details: Iterable[tuple[str, str]], inbound: QuerySet[Message]) -> list[tuple[int, str]]:
    mails = sorted({mail for text, _visibility in details for mail in mails_in(text)})[:_FOUND]
    found: list[tuple[int, str]] = []
    for mail in mails:
        with_mail = inbound.filter(message_matches([Term((mail,), "exact")]), text__icontains=mail)
        found += [(pk, mail) for pk in with_mail.values_list("identity__contact", flat=True).distinct()[:_FOUND] if pk]
    return found


def _suggestable(
    contact: Contact, reasons: dict[int, list[str]], visible: Collection[int], closed: Collection[int]
) -> list[Suggestion]:
    """Leave out hidden contacts, and those marked as different people."""
    pairs = NotSamePerson.objects.filter(Q(contact=contact) | Q(other=contact)).values_list("contact", "other")
    refused = {pk for pair in pairs for pk in pair}
    contact_ids = [pk for pk in reasons if pk != contact.pk and pk not in refused]
    people = {
        contact.pk: Suggestion(contact, reasons=_unique(reasons[contact.pk]))
        for contact in Contact.objects.filter(pk__in=contact_ids)
    }
    for identity in Identity.objects.visible_in(visible, closed).filter(contact__in=people).order_by("pk"):
        people[identity.contact_id].identities.append(identity)
    return [people[pk] for pk in contact_ids if pk in people and people[pk].identities][:_FOUND]


def _unique(reasons: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(reasons))

"""Links between contacts and records: found by what is sure, chosen by colleagues, and taken off again.

Sure are a number, name on a platform or address that the platform itself told. An address in somebody's words and a
name alone make candidates: a colleague chooses.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm.connecting.models import Connection
from crm.people.models import Link
from crm.port import Crm, Person, Terms
from inbox.contacts.linking import mails_in
from inbox.models import Contact, Conversation, Event, Identity, Message, User
from webcare.lib.prepared import Given, Prepared

AGAIN = timedelta(hours=1)  # somebody who was not found is looked for once more after it
_READ = 50  # newest messages in which an address is looked for
_MOST = 5  # of each kind
_SHORTEST_NAME = 2  # words: a first name alone says nothing


def known(connection: Connection, conversation: Conversation) -> Link | None:
    """Return what is known of a conversation's contact, None where they are to be looked for."""
    link = _link.first(connection=connection.pk, contact=conversation.contact_id)
    if link is None or link.record_id or link.is_chosen or link.at > timezone.now() - AGAIN:
        return link
    return None


@Prepared
def _link() -> QuerySet[Link]:
    return Link.objects.filter(connection=Given("connection"), contact=Given("contact"))


def find(connection: Connection, conversation: Conversation, crm: Crm) -> tuple[str, list[Person]]:
    """Look a contact up; return their record where it is sure, and else who it may be. Raises CrmError."""
    record, people = _find_sure(connection, conversation, crm)
    if not people and connection.with_words and (maybe := _possible_terms(conversation)):
        people = crm.find(maybe)
    return record, people


def person_of(connection: Connection, conversation: Conversation, crm: Crm) -> str:
    """Return the record of a conversation's contact, "" where it is not sure. Raises CrmError.

    Nobody chooses here: what only makes candidates is not asked.
    """
    link = known(connection, conversation)
    return link.record_id if link else _find_sure(connection, conversation, crm)[0]


@transaction.atomic
def choose(connection: Connection, conversation: Conversation, record_id: str, by: User) -> None:
    """Remember which record somebody is; "" says that it is none."""
    if not _is_there(conversation):
        return
    Link.objects.update_or_create(
        connection=connection, contact_id=conversation.contact_id,
        defaults={"record_id": record_id[:200], "chosen_by": by, "is_chosen": True, "at": timezone.now()},
    )  # fmt: skip
    Event.note("crm_linked" if record_id else "crm_unlinked", actor=by, conversation=conversation)


@transaction.atomic
def look_again(connection: Connection, conversation: Conversation) -> None:
    """Forget what is known, so that somebody is looked for once more."""
    Link.objects.filter(connection=connection, contact=conversation.contact_id).delete()


@transaction.atomic
def _remember(connection: Connection, conversation: Conversation, record_id: str, asked_of: set[int]) -> None:
    """Keep what was found, unless a colleague chose while the CRM was asked, or it was asked of somebody else.

    They may be erased or parted meanwhile. Whoever parts them next waits for this transaction, and finds what it kept.
    Where somebody is at it right now nothing is kept, and nobody waits for each other: they are looked for again.
    """
    if not _is_there(conversation) or _identities(conversation, locked=True) != asked_of:
        return
    found = {"record_id": record_id[:200], "at": timezone.now()}
    _link, is_new = Link.objects.get_or_create(
        connection=connection, contact_id=conversation.contact_id, defaults=found
    )
    if not is_new:
        Link.objects.filter(connection=connection, contact=conversation.contact_id, is_chosen=False).update(**found)


def _is_there(conversation: Conversation) -> bool:
    """Whether a contact was not erased. Who erases them waits for this transaction, and finds what it kept."""
    rows = Contact.objects.select_for_update(no_key=True).filter(pk=conversation.contact_id, erased_at=None)
    return bool(rows.values_list("pk", flat=True))


def _identities(conversation: Conversation, *, locked: bool = False) -> set[int]:
    rows = Identity.objects.filter(contact=conversation.contact_id)
    rows = rows.select_for_update(no_key=True, skip_locked=True) if locked else rows
    return set(rows.values_list("pk", flat=True))


def _find_sure(connection: Connection, conversation: Conversation, crm: Crm) -> tuple[str, list[Person]]:
    asked_of = _identities(conversation)
    people = crm.find(sure) if (sure := _sure_terms(connection, conversation)) else []
    record = people[0].id if len(people) == 1 else ""
    _remember(connection, conversation, record, asked_of)
    return record, people


def _sure_terms(connection: Connection, conversation: Conversation) -> Terms:
    """What the platforms told of somebody, on the accounts that the CRM is told of."""
    rows = Identity.objects.filter(contact=conversation.contact_id)
    if connection.accounts is not None:
        met = Conversation.objects.filter(contact=conversation.contact_id, account__in=connection.accounts)
        rows = rows.filter(pk__in=met.order_by().values("identity"))
    identities = list(rows.order_by("pk")[:20])
    phones = [row.phone if row.phone.startswith("+") else f"+{row.phone}" for row in identities if row.phone]
    return Terms(
        emails=tuple(row.external_id for row in identities if mails_in(row.external_id) == [row.external_id])[:_MOST],
        phones=tuple(dict.fromkeys(phones))[:_MOST],
        handles=tuple((row.platform, row.handle) for row in identities if row.handle)[:_MOST],
        ids=tuple((row.platform, row.external_id) for row in identities)[:_MOST],
    )


def _possible_terms(conversation: Conversation) -> Terms:
    inbound = conversation.messages.filter(direction=Message.Direction.INBOUND, removed_at=None)
    texts = inbound.order_by("-sent_at").values_list("text", flat=True)[:_READ]
    mails = dict.fromkeys(mail for text in texts for mail in mails_in(text[:4000]))
    name = re.sub(r"\s+", " ", conversation.identity.name).strip()
    return Terms(emails=tuple(mails)[:_MOST], name=name if len(name.split()) >= _SHORTEST_NAME else "")

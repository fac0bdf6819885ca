"""What colleagues write down about a person: who they are to us, how to address them, and notes that stay."""

from __future__ import annotations

from django.db import transaction

from inbox.live.announce import announce
from inbox.models import Contact, ContactNote, Conversation, Event, User
from inbox.routing import spokespeople
from inbox.sla import due

LONGEST_NOTE = 2000


@transaction.atomic
def describe(conversation: Conversation, by: User, *, kind: str | None = None, address: str | None = None) -> bool:
    """Set what kind of person somebody is, or how they want to be addressed; return whether that was news.

    Press goes to the spokespeople's queue. Raises ValueError for a value that does not exist.
    """
    if (kind is not None and kind not in Contact.Kind.values) or (address and address not in Contact.Address.values):
        raise ValueError("No such choice.")
    contact = Contact.objects.select_for_update(no_key=True).get(pk=conversation.contact_id)
    changes = {
        name: (getattr(contact, name), value)
        for name, value in (("kind", kind), ("address", address))
        if value is not None and getattr(contact, name) != value
    }
    for name, (was, value) in changes.items():
        setattr(contact, name, value)
        Event.note(f"contact_{name}", actor=by, conversation=conversation, contact=contact.pk, was=was, now=value)
    if not changes:
        return False
    contact.save(update_fields=list(changes))
    conversations = list(Conversation.objects.filter(contact=contact).exclude(status=Conversation.Status.CLOSED))
    if contact.kind == Contact.Kind.PRESS:
        due.renew(spokespeople.route(conversations, by))
    announce({conversation.pk, *(row.pk for row in conversations)})
    return True


@transaction.atomic
def write_note(conversation: Conversation, by: User, text: str) -> ContactNote:
    """Keep a note with the person, to be read in every conversation with them. Raises ValueError for an empty text."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST_NOTE]
    if not text:
        raise ValueError("A note needs a text.")
    note = ContactNote.objects.create(contact_id=conversation.contact_id, author=by, text=text)
    Event.note("contact_noted", actor=by, conversation=conversation, contact=note.contact_id, note=note.pk)
    announce([conversation.pk])
    return note


@transaction.atomic
def remove_note(conversation: Conversation, by: User, note_id: int) -> bool:
    """Throw a note about this person away; return whether there was one."""
    gone, _rows = ContactNote.objects.filter(pk=note_id, contact=conversation.contact_id).delete()
    if gone:
        Event.note("contact_note_removed", actor=by, conversation=conversation, note=note_id)
        announce([conversation.pk])
    return bool(gone)

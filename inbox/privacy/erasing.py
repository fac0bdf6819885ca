"""Erases a person: in one transaction they are gone from sight, then every trace elsewhere is looked for.

Killed anywhere, it goes on where it was: what is still to be found stands in the row, encrypted, until nothing is left.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from channels.models import Account
from inbox.ingest import erased
from inbox.ingest.batch import ID_FIELDS, ids_of, lock_account
from inbox.models import Attachment, Contact, Conversation, Erasure, Event, Identity, Message, PersonExport, User
from inbox.privacy import elsewhere, emptying, naming, sweeping
from inbox.privacy.person import Person
from inbox.privacy.traces import Traces, phrases_of
from webcare.lib.enqueue import enqueue

log = logging.getLogger(__name__)
TRY_AGAIN = timedelta(seconds=10)
_AT_WORK = timedelta(minutes=5)  # in which nobody else begins with it: each part of the work begins this anew
MOST_PASSES = 5
_LATELY = timedelta(days=31)  # longer than stored bodies are kept
_D = Message.Direction


def ask(contact: Contact, by: User | None, reason: str) -> Erasure:
    """Ask for a person to be erased, once. A worker does it."""
    with transaction.atomic():
        row, is_new = Erasure.objects.get_or_create(contact=contact, defaults={"by": by, "reason": reason[:200]})
        if is_new:
            Event.note("erasure_asked", actor=by, erasure=row.pk)
        enqueue("inbox.tasks.erase_due")
    return row


def due(besides: Collection[int] = ()) -> list[int]:
    """Return the next erasure that is to go on now, claimed for a moment; [] for none."""
    now = timezone.now()
    with transaction.atomic():
        rows = Erasure.objects.filter(done_at=None, due_at__lte=now).exclude(pk__in=besides)
        ids = [row.pk for row in rows.select_for_update(skip_locked=True).order_by("pk")[:1]]
        Erasure.objects.filter(pk__in=ids).update(due_at=now + TRY_AGAIN)
    return ids


def go_on(erasure_id: int) -> Erasure:
    """Bring an erasure as far as it goes now. Any number may try at once: every step can be done twice."""
    row = Erasure.objects.select_related("contact").get(pk=erasure_id)
    _claim(row)
    if row.done_at is None and row.emptied_at is None:
        row = _empty(row)
    if row.done_at is None and row.emptied_at is not None:
        row = _sweep(row)
    return row


def _empty(row: Erasure) -> Erasure:
    """Take everything of theirs in one transaction, with nobody storing or sending anything meanwhile.

    What they said is read before, by which quotations are found: what came in since makes it begin again.
    """
    said, read = _said_lately(Person(row.contact)), quotable(Person(row.contact))
    with transaction.atomic():
        locked = _lock_accounts(Person(row.contact))
        row = Erasure.objects.select_for_update().get(pk=row.pk)
        if row.emptied_at is not None:
            return row
        contact = Contact.objects.select_for_update().get(pk=row.contact_id)
        person = Person(contact)
        if not _accounts_of(person) <= locked:
            return _wait(row, "busy")  # somebody linked another account of theirs just now
        if _said_lately(person) != said:
            return _wait(row, "busy")
        ids = person.conversation_ids
        list(Conversation.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk").values_list("pk"))
        if not emptying.stop_leaving(person.messages.filter(direction=_D.OUTBOUND)):
            return _wait(row, "leaving")
        traces = traces_of(person, read)
        row.reason = traces.without_words(row.reason)
        elsewhere.forget(person)
        row.counts = emptying.empty_conversations(ids, _said_of(person))
        row.counts |= emptying.empty_person(contact, person.identities)
        emptying.empty_log(ids)
        row.sealed, row.emptied_at, row.waits_for = traces.seal(), timezone.now(), ""
        key = erased.key()
        row.fingerprint = hmac.digest(key, contact.code.bytes, hashlib.sha256).hex()[:16]
        row.save()
    return row


def _sweep(row: Erasure) -> Erasure:
    """Look everywhere else until nothing is found, then forget what was looked for."""
    traces = Traces.unseal(row.sealed)
    for name in traces.files:
        default_storage.delete(name)
    for _turn in range(MOST_PASSES):
        found = sweeping.sweep(traces)
        _claim(row)
        if elsewhere_gone := elsewhere.sweep(traces, row.by):
            found.gone["notes"] += elsewhere_gone
        row.counts = {kind: row.counts.get(kind, 0) + found.gone.get(kind, 0) for kind in {**row.counts, **found.gone}}
        Erasure.objects.filter(pk=row.pk, done_at=None).update(counts=row.counts)
        if found.busy:
            return _wait(row, "reading")
        _claim(row)
        if not found.gone:
            break
    sweeping.forget_kept_pages()
    named = naming.kept(naming.naming(traces))
    with transaction.atomic():
        row = Erasure.objects.select_for_update().get(pk=row.pk)
        if row.done_at is None:
            row.sealed, row.done_at, row.waits_for, row.named = "", timezone.now(), "", named
            row.save(update_fields=["sealed", "done_at", "waits_for", "named"])
            Event.note("person_erased", actor=row.by, erasure=row.pk)
    return row


def _claim(row: Erasure) -> None:
    Erasure.objects.filter(pk=row.pk, done_at=None).update(due_at=timezone.now() + _AT_WORK)


def _wait(row: Erasure, why: str) -> Erasure:
    Erasure.objects.filter(pk=row.pk).update(waits_for=why, due_at=timezone.now() + TRY_AGAIN)
    row.waits_for = why
    return row


def _lock_accounts(person: Person) -> set[int]:
    """Keep everybody from storing platform messages of these accounts, in the order in which all lock them."""
    accounts = _accounts_of(person)
    for pk in sorted(accounts):
        lock_account(pk)
    return accounts


def _accounts_of(person: Person) -> set[int]:
    """The accounts through which something of this person may come in."""
    platforms = {row.platform for row in person.identities}
    theirs = person.messages.order_by().values_list("account_id", flat=True).distinct()
    return {*Account.objects.filter(platform__in=platforms).values_list("pk", flat=True), *theirs}


def _said_of(person: Person) -> QuerySet[Message]:
    """All messages that go: theirs, ours to them, and what others said in threads that were about them alone."""
    threads = person.messages.exclude(thread_id="").values("thread_id")
    others = Message.objects.exclude(conversation=None).exclude(conversation__in=person.conversation_ids)
    shared = others.exclude(thread_id="").filter(thread_id__in=threads).values("thread_id")
    around = Q(direction=_D.CONTEXT, thread_id__in=threads) & ~Q(thread_id__in=shared)
    accounts = person.messages.order_by().values_list("account_id", flat=True).distinct()
    return Message.objects.filter(Q(pk__in=person.messages.values("pk")) | around & Q(account__in=list(accounts)))


def called(person: Person) -> Traces:
    """Return what a person is called: enough to find who names them, without reading what they said.

    Whether others are called so too is left open: a page shows what may name either, for people to judge.
    """
    identities = [row.pk for row in person.identities]
    rows = Identity.objects.filter(pk__in=identities).prefetch_related("former_ids", "other_ids")
    ids = {row.external_id for row in rows}
    ids |= {was.external_id for row in rows for was in row.former_ids.all()}
    ids |= {also.external_id for row in rows for also in row.other_ids.all()}
    names = {name for name in {row.name for row in rows} | {person.contact.name} if len(name.split()) > 1}
    return Traces(
        ids=sorted(ids),
        handles=sorted({row.handle for row in rows if row.handle}),
        phones=sorted({_national(row.phone) for row in rows if row.phone}),
        shared=sorted(names),
    )


def names_of(person: Person) -> Traces:
    """Return the same with the names apart that are theirs alone, looked up by the index of names."""
    found = called(person)
    theirs = [name for name in found.shared if _is_theirs(name, person)]
    return replace(found, names=theirs, shared=[name for name in found.shared if name not in theirs])


def quotable(person: Person) -> list[str]:
    """Return hashes of all that a person said: reads their words, so never inside a transaction."""
    return phrases_of(_said(person).exclude(text="").values_list("text", flat=True).iterator())


def _said(person: Person) -> QuerySet[Message]:
    return person.messages.filter(direction__in=[_D.INBOUND, _D.CONTEXT])


def _said_lately(person: Person) -> dict[str, Any]:
    """Return what differs once they said or changed something."""
    return _said(person).aggregate(n=Count("pk"), newest=Max("pk"), edited=Max("edited_at"), removed=Max("removed_at"))


def traces_of(person: Person, phrases: list[str] | None = None) -> Traces:
    """Return by what a person is found in what is not theirs; what they said is read where `phrases` are not given."""
    lately = person.messages.filter(received_at__gte=timezone.now() - _LATELY)
    sent = Attachment.objects.filter(message__in=_said_of(person).values("pk"))
    files = sent.exclude(file="").values_list("file", flat=True)
    exports = [row.path for row in PersonExport.objects.filter(contact=person.contact)]
    since = person.messages.aggregate(at=Min("sent_at"))["at"] or person.contact.created_at
    return replace(
        names_of(person),
        messages=sorted({known for row in lately.only(*ID_FIELDS) for known in ids_of(row)}),
        phrases=quotable(person) if phrases is None else phrases,
        files=[*files, *exports],
        accounts=sorted(_accounts_of(person)),
        since=(since - timedelta(days=1)).isoformat(),
    )


def _national(phone: str) -> str:
    """Return a number's digits without the country and the 0 before them: how they stand in any spelling."""
    digits = re.sub(r"\D", "", phone)
    return digits[2:] if len(digits) > 9 else digits.lstrip("0")


def _is_theirs(name: str, person: Person) -> bool:
    """Whether a name of more than one word tells who it is: nobody else here is called so."""
    return not namesakes(name).exclude(contact=person.contact).exists()


def namesakes(name: str) -> QuerySet[Identity]:
    """Return who is called so, in whatever case: the index of names serves exactly this."""
    return Identity.objects.exclude(name="").filter(name__iexact=name)

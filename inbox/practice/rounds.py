"""Practice rounds: begun, taken part in, ended, deleted.

A copy is a conversation in a practice account (`Account.practice`), which has no credentials and no stream. Whatever
counts or lists work asks `Account.objects`, and that knows no such account: inbox/practice/session.py says who does.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from channels.models import Account
from channels.types import Author, Direction, IncomingMessage, Visibility
from inbox.ingest.receive import receive
from inbox.models import (
    Contact,
    Conversation,
    Draft,
    Event,
    Identity,
    Message,
    Notification,
    PracticeCase,
    PracticeCopy,
    PracticeRound,
    PracticeSeat,
    User,
)
from inbox.notifications.queue import tell_rows
from inbox.notifications.unread import settle_practice
from inbox.outbox.drafts import PRIVATE, PUBLIC
from inbox.triage.assignment import write_note

# What a case comes in as: (platform, whether everybody reads it).
KINDS = {
    ("x", True): "mention", ("x", False): "dm", ("facebook", True): "comment", ("facebook", False): "dm",
    ("instagram", True): "comment", ("instagram", False): "dm", ("whatsapp", False): "dm",
}  # fmt: skip


@transaction.atomic
def start(round_: PracticeRound, cases: Iterable[PracticeCase], people: Iterable[User]) -> PracticeRound:
    """Save a round with its cases and a seat for everybody invited."""
    round_.save()
    for position, case in enumerate(cases):
        case.round, case.position = round_, position
        case.save()
    PracticeSeat.objects.bulk_create(PracticeSeat(round=round_, person=person) for person in people)
    kind = Notification.Kind.PRACTICE
    invited = PracticeSeat.objects.filter(round=round_).exclude(person=round_.by).select_related("person")
    tell_rows(
        Notification(user=seat.person, kind=kind, occasion=f"{kind}:{round_.pk}", practice=round_, by=round_.by)
        for seat in invited.order_by("person")
    )
    Event.note("practice_started", actor=round_.by, name=round_.name)
    return round_


@transaction.atomic
def begin(seat: PracticeSeat) -> bool:
    """Let the cases come in for one person, the first time. Returns whether they did now."""
    locked = PracticeSeat.objects.select_for_update(no_key=True, of=("self",)).select_related("round", "person")
    row = locked.get(pk=seat.pk)
    if row.began_at is not None or row.round.ended_at is not None:
        return False
    accounts: dict[str, Account] = {}
    for case in row.round.cases.all():
        account = accounts.get(case.platform) or _account(row, case.platform)
        accounts[case.platform] = account
        _copy(row, case, account)
    row.began_at = timezone.now()
    row.save(update_fields=["began_at"])
    settle_practice(row.round, row.person)
    return True


def end(round_: PracticeRound, by: User) -> bool:
    """End a round: nobody answers any more, and everybody sees what was said of their own answers."""
    ended = PracticeRound.objects.filter(pk=round_.pk, ended_at=None).update(ended_at=timezone.now())
    if ended:
        settle_practice(round_)
        Event.note("practice_ended", actor=by, name=round_.name)
    return bool(ended)


@transaction.atomic
def delete(round_: PracticeRound, by: User) -> None:
    """Delete a round with everything that was written in it: customers, answers, notes and scores."""
    accounts = list(Account.every.filter(practice__round=round_).values_list("pk", flat=True))
    talks = Conversation.objects.filter(account__in=accounts)
    identities = list(talks.values_list("identity", flat=True))
    contacts = list(talks.values_list("contact", flat=True))
    Event.objects.filter(account__in=accounts).delete()  # the log refuses this of every other account
    Message.objects.filter(account__in=accounts).delete()
    talks.delete()
    Identity.objects.filter(pk__in=identities).delete()
    Contact.objects.filter(pk__in=contacts, identities=None, conversations=None).delete()
    Account.every.filter(pk__in=accounts).delete()
    round_.delete()
    Event.note("practice_deleted", actor=by, name=round_.name)


def _account(seat: PracticeSeat, platform: str) -> Account:
    """Make an account that no platform knows, for one person alone."""
    account: Account = Account.every.create(
        platform=platform, external_id=f"practice-{uuid4()}", name=_("Practice account"), handle="oefenaccount",
        practice=seat, mode=Account.Mode.ENGAGE, agents_may_block=True,
    )  # fmt: skip
    return account


def _copy(seat: PracticeSeat, case: PracticeCase, account: Account) -> None:
    code = f"practice-{uuid4()}"
    handle = slugify(case.customer).replace("-", "")[:30]
    said = IncomingMessage(
        external_id=code,
        kind=KINDS[case.platform, case.is_public],
        direction=Direction.INBOUND,
        visibility=Visibility.PUBLIC if case.is_public else Visibility.PRIVATE,
        sent_at=timezone.now(),
        text=case.words,
        author=Author(f"practice-{uuid4()}", case.customer, "" if case.platform == "whatsapp" else handle),
        thread_id=code if case.is_public else "",
    )
    receive(account, [said])
    conversation = Conversation.objects.get(messages__account=account, messages__external_id=code)
    PracticeCopy.objects.create(seat=seat, case=case, conversation=conversation)
    if case.task and seat.round.by is not None:
        write_note(conversation, seat.round.by, case.task)
    if case.draft:
        tab = PUBLIC if case.is_public else PRIVATE
        Draft.objects.create(conversation=conversation, user=seat.person, tab=tab, text=case.draft)

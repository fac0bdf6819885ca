"""Plain functions that make what a test needs. Everything has a sensible default; name only what the test is about."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from channels.intake import deliveries
from channels.models import Account
from channels.types import Author, Direction, IncomingMessage, Visibility
from inbox.ingest.receive import receive
from inbox.models import Conversation, Message, User
from inbox.triage import assignment

_numbers = itertools.count(1)
# Platforms' ids pass 2^53; so do these.
FIRST_ID = 1_900_000_000_000_000_000


def next_id() -> str:
    """Return a fresh platform id, larger than every one before."""
    return str(FIRST_ID + next(_numbers))


def make_account(platform: str = "x", **fields: Any) -> Account:
    """Return a saved account of a brand. `credentials` may be given as a mapping."""
    number = next(_numbers)
    credentials = fields.pop("credentials", {"access_token": f"token-{number}"})
    fields = {"external_id": f"9{number:06}", "name": f"Veldhuis {number}", "handle": f"veldhuis{number}"} | fields
    account = Account(platform=platform, **fields)
    account.credentials = credentials
    account.save()
    return account


def make_user(role: str = "agent", **fields: Any) -> User:
    """Return a saved person past their first steps, with every account; the password is "a-long-password"."""
    number = next(_numbers)
    fields = {"first_name": "Farah", "last_name": f"Tester{number}", "first_steps_from": None} | fields
    fields.setdefault("all_accounts", role != User.Role.AUDITOR)
    email = fields.pop("email", f"person{number}@example.com")
    return User.objects.create_user(email, fields.pop("password", "a-long-password"), role=role, **fields)


def limit(person: User, *accounts: Account) -> None:
    """Let somebody see these accounts alone."""
    User.objects.filter(pk=person.pk).update(all_accounts=False)
    person.all_accounts = False
    person.accounts.add(*accounts)


def author(name: str = "Karin", **fields: Any) -> Author:
    """Return a customer; the same name is the same person."""
    digits = uuid.uuid5(uuid.NAMESPACE_DNS, name).int % 10**12
    return Author(**({"external_id": str(digits), "name": name, "handle": name.lower()} | fields))


def incoming(text: str = "Waar blijft mijn pakket?", **fields: Any) -> IncomingMessage:
    """Return a customer's public message, as a connector would make it."""
    values: dict[str, Any] = {
        "external_id": next_id(),
        "kind": "mention",
        "direction": Direction.INBOUND,
        "visibility": Visibility.PUBLIC,
        "sent_at": timezone.now(),
        "text": text,
    } | fields
    if "author" not in values and values["direction"] != Direction.OUTBOUND:
        values["author"] = author()
    return IncomingMessage(**values)


def outgoing(text: str = "Goedemiddag, wij zoeken het uit.", **fields: Any) -> IncomingMessage:
    """Return something our brand said elsewhere, as a connector would make it."""
    return incoming(text, **({"direction": Direction.OUTBOUND, "kind": "reply"} | fields))


def tell_behind() -> object:
    """Do what a worker does a moment after a message came in. Nothing: who needs it asks for `estimated`."""
    return None


def make_inbound(account: Account | None = None, text: str = "Waar blijft mijn pakket?", **fields: Any) -> Message:
    """Return a customer's message that came in through ingest; its conversation hangs on it."""
    account = account or make_account()
    event = incoming(text, **fields)
    receive(account, [event])
    tell_behind()
    return Message.objects.select_related("conversation", "identity", "account").get(
        account=account, external_id=event.external_id
    )


def make_conversation(account: Account | None = None, *, messages: int = 1, **fields: Any) -> Conversation:
    """Return a conversation with so many customer messages, a minute apart, the last one just now."""
    account = account or make_account()
    person = fields.pop("author", None) or author(f"Klant {next(_numbers)}")
    now = timezone.now()
    events = [
        incoming(f"Bericht {n + 1}", author=person, sent_at=now - timedelta(minutes=messages - 1 - n), **fields)
        for n in range(messages)
    ]
    receive(account, events)
    tell_behind()
    found: Conversation = Conversation.objects.for_rows().get(messages__external_id=events[0].external_id)
    return found


def make_answer(conversation: Conversation, agent: User | None = None, **fields: Any) -> Message:
    """Return an answer of ours that was sent. `state` and other fields of the row may be given."""
    from inbox.triage.summary import refresh  # noqa: PLC0415  read at call time, so that tests may replace it

    number = next_id()
    fields = {
        "text": "Goedemiddag! Wij kijken het na.",
        "state": Message.State.SENT,
        "external_id": number,
        "first_external_id": number,
        "sent_at": timezone.now(),
        "sent_at_is_ours": True,
        "kind": "reply",
    } | fields
    message = Message.objects.create(
        account=conversation.account,
        conversation=conversation,
        author=agent,
        direction=Message.Direction.OUTBOUND,
        visibility=conversation.visibility,
        **fields,
    )
    refresh([conversation.pk])
    return message


def make_note(conversation: Conversation, by: User | None = None, text: str = "Klant belde ook al.") -> Message:
    """Return a note between colleagues."""
    return assignment.write_note(conversation, by or make_user(), text)


def read_delivery(delivery_id: int) -> None:
    """Read a webhook's body, and look up what it points at: what the workers do one after the other."""
    deliveries.read(delivery_id)
    for pk, account_id in deliveries.due_look_ups(timezone.now() + deliveries.GRACE):
        deliveries.look_up(pk, account_id)


def minutes_ago(minutes: float, *, before: datetime | None = None) -> datetime:
    """Return a time so many minutes ago."""
    return (before or timezone.now()) - timedelta(minutes=minutes)


def tomorrow_at_noon() -> datetime:
    """Return a time at which no clock changes, and before which everything was made."""
    return timezone.localtime().replace(hour=12) + timedelta(days=1)


def pass_through(rows: QuerySet[Message], *states: str) -> None:
    """Bring answers by these states to the last of them: the database refuses what no answer does."""
    for state in states:
        rows.update(state=state)

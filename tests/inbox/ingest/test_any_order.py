"""Any order, any duplication, any batching of the same events gives the same conversations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.models import Account, UnreadItem
from channels.types import (
    Attachment,
    Author,
    DeliveryReport,
    Direction,
    Edit,
    Hidden,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
    Visibility,
)
from inbox.ingest.receive import receive
from inbox.models import Conversation, EarlyEvent, Identity, Message, Response
from inbox.models import Reaction as ReactionRow
from tests.factories import make_account
from tests.support.profiles import examples

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CAME_IN = START + timedelta(hours=1)
PEOPLE = [Author(f"10{n}", name=f"Klant {n}", handle=f"klant{n}") for n in range(3)]
OWN = Author("9078", name="Veldhuis Helpt", handle="veldhuishelpt")  # another account of ours, and nobody's customer


@st.composite
def worlds(draw: st.DrawFn) -> list[Incoming]:
    """A thread or two on a platform, and everything a platform may tell about it."""
    events: list[Incoming] = []
    ids: list[list[str]] = []  # of each post, oldest version first
    posts: list[IncomingMessage] = []
    for number in range(draw(st.integers(2, 9))):
        external_id = f"{1000 + number * 10}"
        parent = draw(st.one_of(st.none(), st.integers(0, number - 1))) if number else None
        who = draw(st.sampled_from([*PEOPLE, OWN, None]))
        at = START + timedelta(minutes=draw(st.integers(number, number + 1)))
        private = draw(st.integers(0, 5)) == 0
        post = IncomingMessage(
            external_id=external_id,
            kind="mention" if who else "reply",
            direction=Direction.INBOUND if who else Direction.OUTBOUND,
            visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
            sent_at=at,
            text=f"Tekst {number}",
            author=who,
            customer=draw(st.sampled_from([None, *PEOPLE, OWN])) if who is None and parent is None else None,
            thread_id="" if private else "1000",
            parent_id="" if private or parent is None else draw(st.sampled_from(ids[parent])),
            attachments=(Attachment("image", url=f"https://example.com/{number}.png"),) if draw(st.booleans()) else (),
        )
        tellings = draw(st.sampled_from(["own", "context", "both"])) if not private else "own"
        if tellings in ("own", "both"):
            events.append(post)
        if tellings in ("context", "both"):
            events.append(replace(post, direction=Direction.CONTEXT, kind="post", customer=None))
        versions = [external_id]
        if who is not None and tellings == "own" and not private and draw(st.integers(0, 3)) == 0:
            versions.append(f"{external_id}1")
            events.append(
                replace(post, external_id=versions[-1], first_external_id=external_id, text=f"Beter {number}",
                        sent_at=at + timedelta(seconds=40), edited_at=at + timedelta(seconds=40))
            )  # fmt: skip
        ids.append(versions)
        posts.append(post)
    for _number in range(draw(st.integers(0, 6))):
        target = draw(st.integers(0, len(posts) - 1))
        events.append(draw(news(posts[target], draw(st.sampled_from(ids[target])))))
    return events


@st.composite
def news(draw: st.DrawFn, post: IncomingMessage, external_id: str) -> Incoming:
    """Something that happened to a post."""
    later = post.sent_at + timedelta(minutes=draw(st.integers(1, 9)))
    match draw(st.sampled_from(["edit", "removal", "report", "reaction", "hidden", "strange", "stranger"])):
        case "edit":
            return Edit(external_id, f"Veranderd {later:%M}", later)
        case "removal":
            return Removal(external_id, later)
        case "report":
            status = draw(st.sampled_from(["sent", "delivered", "read", "failed"]))
            return DeliveryReport(
                status, later, external_id=external_id, error_code="131026" if status == "failed" else ""
            )
        case "reaction":
            return Reaction(
                external_id, draw(st.sampled_from([*PEOPLE, OWN])), draw(st.sampled_from(["👍", "🎉", ""])), later
            )
        case "hidden":
            return Hidden(external_id, draw(st.booleans()), later)
        case "strange":
            return NotUnderstood("a new kind", {"id": external_id})
    return Removal("never-came-in", later)


@settings(max_examples=examples(40))
@given(events=worlds(), seed=st.integers(0, 2**20))
def test_events_in_any_order_give_the_same_conversations(events: list[Incoming], seed: int, kept: Account) -> None:
    chance = random.Random(seed)
    expected = outcome_of(kept, [events])

    shuffled = [*events, *chance.choices(events, k=len(events) // 2)] if events else []
    chance.shuffle(shuffled)
    cuts = sorted(chance.sample(range(len(shuffled) + 1), k=min(len(shuffled), chance.randint(0, 5))))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]

    assert outcome_of(kept, batches) == expected
    assert outcome_of(kept, [[event] for event in reversed(events)]) == expected


@pytest.fixture
def kept() -> Account:
    """One account for all examples, beside another of ours; each example is rolled back."""
    make_account(external_id=OWN.external_id)
    return make_account(external_id="77")


def outcome_of(account: Account, batches: Sequence[Sequence[Incoming]]) -> dict[str, Any]:
    """Return everything that must not depend on how the events were told.

    All of them come in at one moment: who was only found waits from when we read of it.
    """
    with time_machine.travel(CAME_IN, tick=False), transaction.atomic():
        for batch in batches:
            receive(account, batch)
        assert not Identity.objects.filter(external_id=OWN.external_id).exists()
        outcome = picture()
        transaction.set_rollback(True)
    return outcome


def picture() -> dict[str, Any]:
    """Return the tables' contents without numbers that only say what came first."""
    messages = Message.objects.select_related("identity", "conversation__identity").prefetch_related("attachments")
    reactions = ReactionRow.objects.values_list("message__first_external_id", "identity__external_id", "emoji", "at")
    return {
        "conversations": sorted(map(_conversation, Conversation.objects.select_related("identity"))),
        "messages": {message.first_external_id: _message(message) for message in messages},
        "reactions": sorted(reactions),
        "responses": sorted(
            Response.objects.values_list("answer__external_id", "started_at", "answered_at", "seconds")
        ),
        "early": sorted(EarlyEvent.objects.values_list("external_id", "kind", "digest")),
        "strange": sorted(UnreadItem.objects.values_list("digest", flat=True)),
    }


def _conversation(conversation: Conversation) -> tuple[Any, ...]:
    names = (
        "visibility", "status", "excerpt", "message_count", "waiting_since", "first_message_at", "last_message_at",
        "last_inbound_at", "last_direction", "failed_count", "has_attachment",
    )  # fmt: skip
    return (conversation.identity.external_id, *(getattr(conversation, name) for name in names))


def _message(message: Message) -> tuple[Any, ...]:
    names = (
        "external_id", "earlier_ids", "direction", "kind", "visibility", "text", "sent_at", "edited_at", "removed_at",
        "parent_external_id", "thread_id", "state", "delivered_at", "read_at", "error_code",
        "hidden_at",
    )  # fmt: skip
    return (
        *(getattr(message, name) for name in names),
        message.identity and message.identity.external_id,
        message.conversation and (message.conversation.identity.external_id, message.conversation.visibility),
        sorted(file.source_url for file in message.attachments.all()),
    )

"""A platform's silence never erases facts, in any order, on any platform."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.models import Account
from channels.types import (
    Attachment,
    Author,
    Direction,
    Edit,
    Incoming,
    IncomingMessage,
    Shown,
    ShownKind,
    Visibility,
)
from inbox.ingest.receive import receive
from inbox.models import Identity, Message
from tests.factories import make_account
from tests.support.profiles import examples

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PLATFORMS = ("x", "facebook", "instagram", "whatsapp")
FACTS: dict[str, list[Any]] = {
    "name": ["", "Noor", "Noor Vermeer"],
    "handle": ["", "noor", "noor.v"],
    "avatar_url": ["", "https://example.com/1.png", "https://example.com/2.png"],
    "followers": [None, 0, 12],
    "verified": [None, False, True],
    "location": ["", "Delft"],
}
TRUTH = IncomingMessage(
    external_id="m1",
    kind="dm",
    direction=Direction.INBOUND,
    visibility=Visibility.PRIVATE,
    sent_at=START,
    text="Is deze er nog?",
    author=Author("31600000001", "Noor"),
    thread_id="t1",
    parent_id="m0",
    permalink="https://example.com/m1",
    attachments=(Attachment("contact", text="Jan"),),
    shown=(Shown(ShownKind.ADVERT, "Zomeractie", "Nu 20% korting", "https://example.com/ad"), Shown(ShownKind.STORY)),
)
ABSENT: dict[str, Any] = {"thread_id": "", "parent_id": "", "permalink": "", "attachments": (), "shown": ()}


@pytest.fixture
def accounts() -> dict[str, Account]:
    """One account a platform for all examples; each example is rolled back."""
    return {platform: make_account(platform, external_id="77") for platform in PLATFORMS}


@st.composite
def authors(draw: st.DrawFn) -> list[Author]:
    """One person as told at several moments, each time with some of the facts."""
    people = []
    for _number in range(draw(st.integers(1, 6))):
        people.append(Author("31600000001", **{name: draw(st.sampled_from(values)) for name, values in FACTS.items()}))
    return people


@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=authors(), platform=st.sampled_from(PLATFORMS), seed=st.integers(0, 2**20))
def test_facts_of_a_person_stay(people: list[Author], platform: str, seed: int, accounts: dict[str, Account]) -> None:
    events = [
        replace(TRUTH, external_id=f"m{number}", sent_at=START + timedelta(minutes=number), author=author)
        for number, author in enumerate(people)
    ]
    newest = {
        name: next(
            (v for v in (getattr(person, name) for person in reversed(people)) if v not in ("", None)), values[0]
        )
        for name, values in FACTS.items()
    }
    with transaction.atomic():
        for batch in batches(events, seed):
            receive(accounts[platform], batch)
        identity = Identity.objects.get()
        transaction.set_rollback(True)
    assert {name: getattr(identity, name) for name in FACTS} == newest


@st.composite
def tellings(draw: st.DrawFn) -> list[IncomingMessage]:
    """One message as told several times, each time without some of its fields; once as it is."""
    versions = [TRUTH]
    for _number in range(draw(st.integers(1, 5))):
        gone = draw(st.sets(st.sampled_from(sorted(ABSENT))))
        less: dict[str, Any] = {name: ABSENT[name] for name in gone}
        if draw(st.booleans()):
            less |= {"text": "", "text_missing": True}
        if draw(st.booleans()) and "shown" not in gone:
            less["shown"] = (Shown(ShownKind.ADVERT, "Zomeractie"),)
        versions.append(replace(TRUTH, **less))
    return versions


@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=tellings(), edits=st.integers(0, 2), platform=st.sampled_from(PLATFORMS), seed=st.integers(0, 2**20))
def test_fields_of_a_message_stay(
    versions: list[IncomingMessage], edits: int, platform: str, seed: int, accounts: dict[str, Account]
) -> None:
    wordless = [Edit("m1", None, START + timedelta(minutes=number + 1)) for number in range(edits)]
    with transaction.atomic():
        for batch in batches([*versions, *wordless], seed):
            receive(accounts[platform], batch)
        row = Message.objects.get()
        files = row.attachments.count()
        transaction.set_rollback(True)
    assert (row.text, row.thread_id, row.parent_external_id) == (TRUTH.text, "t1", "m0")
    assert (row.permalink, files) == (TRUTH.permalink, 1)
    advert = {"kind": "advert", "title": "Zomeractie", "words": "Nu 20% korting", "url": "https://example.com/ad"}
    assert row.shown == [advert, {"kind": "story"}]
    assert row.edited_at == (wordless[-1].edited_at if wordless else None)


def test_edit_without_words_does_not_hide_an_earlier_one(accounts: dict[str, Account]) -> None:
    edits = [Edit("m1", None, START + timedelta(minutes=3)), Edit("m1", "Is hij er nog?", START + timedelta(minutes=2))]
    events: list[Incoming] = [TRUTH, *edits]
    for event in events:
        receive(accounts["instagram"], [event])
    row = Message.objects.get()
    assert (row.text, row.edited_at) == ("Is hij er nog?", START + timedelta(minutes=3))


def test_emptied_words_do_not_come_back(accounts: dict[str, Account]) -> None:
    events: list[Incoming] = [TRUTH, Edit("m1", "", START + timedelta(minutes=3)), TRUTH]
    for event in events:
        receive(accounts["instagram"], [event])
    assert Message.objects.get().text == ""


def test_writer_known_from_the_thread_stays_known(accounts: dict[str, Account]) -> None:
    public = replace(TRUTH, visibility=Visibility.PUBLIC, kind="comment", parent_id="")
    receive(accounts["facebook"], [replace(public, direction=Direction.CONTEXT)])
    receive(accounts["facebook"], [replace(public, author=None)])
    row = Message.objects.select_related("identity", "conversation__identity").get()
    assert row.identity and row.identity.name == "Noor"
    assert row.conversation and row.conversation.identity == row.identity


def batches(events: Sequence[Incoming], seed: int) -> list[list[Incoming]]:
    """Return the events shuffled and cut into batches."""
    chance = random.Random(seed)  # noqa: S311  an order, no secret
    shuffled = chance.sample(list(events), k=len(events))
    cut = chance.randint(0, len(shuffled))
    return [part for part in (shuffled[:cut], shuffled[cut:]) if part]

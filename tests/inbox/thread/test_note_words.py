"""A note that Webcare worded itself reads in its reader's language, wherever it is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from api.tokens import issuing
from api.webhooks.body import body_of
from api.webhooks.models import Endpoint, Kind, Telling
from assist.server import servers
from assist.server.models import Help
from assist.summing.summing import summed_up
from inbox.models import (
    Approach,
    Conversation,
    Escalation,
    Message,
    PracticeCase,
    PracticeCopy,
    PracticeRound,
    PracticeSeat,
    User,
)
from inbox.practice.compare import comparison_of
from inbox.privacy.person import Person
from inbox.privacy.record import record_of
from inbox.thread.note_words import words_of
from inbox.triage import escalation
from inbox.triage.assignment import keep_note
from sandbox.testing import Running
from tests.assist.conftest import MODEL, asked
from tests.factories import make_conversation, make_user
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
AGREED = {"nl": "Akkoord", "en": "Agreed"}
REASON = {"nl": "Ongevraagd beantwoord: zoekt hulp", "en": "Answered of our own accord: zoekt hulp"}


@pytest.fixture
def conversation() -> Conversation:
    """A conversation in which an English lead agreed without a word, and somebody was addressed."""
    row = make_conversation()
    asked = escalation.ask(row, "Mag dit?", to=None, by=make_user())
    assert asked is not None
    with translation.override("en"):
        escalation.answer(asked, make_user("lead"), "", approved=True)
    keep_note(row, None, "zoekt hulp", kind=Approach.REASON)
    return row


def reader(language: str) -> User:
    """Return a lead who reads that language."""
    return make_user("lead", language=language)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_notes_read_so_in_the_thread_and_where_found(conversation: Conversation, language: str) -> None:
    page = signed_in(reader(language))
    found = {"contact": str(conversation.contact.code), "direction": "note"}
    for html in (
        page.get(conversation.get_absolute_url()).content.decode(),
        page.get(reverse("search"), found).content.decode(),
    ):
        assert {AGREED[language], REASON[language]} <= {piece.strip() for piece in re.split("<[^>]*>", html)}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_notes_read_so_by_the_api(conversation: Conversation, language: str) -> None:
    person = make_user("admin")
    _token, key = issuing.issue("CRM", person, person, scopes=["read"], days=1)
    answer = signed_in(person).get(
        f"/api/v1/conversations/{conversation.code}",
        headers={"Authorization": f"Bearer {key}", "Accept-Language": language},
    )
    assert {AGREED[language], REASON[language]} <= {one["text"] for one in answer.json()["messages"]}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_notes_read_so_in_a_persons_file(conversation: Conversation, language: str) -> None:
    with translation.override(language):
        record = record_of(Person(conversation.contact), with_notes=True)
    (talk,) = record["conversations"]
    assert {AGREED[language], REASON[language]} <= {one["text"] for one in talk["messages"]}


def _told_to_an_endpoint(conversation: Conversation) -> set[str]:
    endpoint = Endpoint(name="CRM", with_words=True)
    said = set()
    for note in conversation.messages.filter(direction="note"):
        body = body_of(Telling(kind=Kind.NOTED, endpoint=endpoint, conversation=conversation, message=note))
        assert body is not None
        said.add(body["data"]["message"]["text"])
    return said


def _compared(conversation: Conversation) -> set[str]:
    round_ = PracticeRound.objects.create(name="Najaar")
    case = PracticeCase.objects.create(round=round_, position=1, title="Kast", platform="x", customer="Noa", words="?")
    seat = PracticeSeat.objects.create(round=round_, person=make_user("trainee"))
    PracticeCopy.objects.create(seat=seat, case=case, conversation=conversation)
    ((_case, (answered,)),) = comparison_of(round_).cases
    return {one.text for one in answered.said}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("read", [_told_to_an_endpoint, _compared])
def test_notes_read_so_at_an_endpoint_and_in_practice(
    conversation: Conversation, read: Callable[[Conversation], set[str]], language: str
) -> None:
    with translation.override(language):
        assert {AGREED[language], REASON[language]} <= read(conversation)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_notes_read_so_by_who_sums_them_up(
    conversation: Conversation, sandbox: Running, settings: Settings, language: str
) -> None:
    settings.MEDIA_SANDBOX = sandbox.url
    cache.clear()
    server = servers.save(
        make_user("admin"), address=f"{sandbox.url}/assist/v1", model=MODEL, key=None, helps=Help.values
    )
    before = len(asked(sandbox.url))
    with translation.override(language):
        summed_up(server, conversation, reader(language), [])
    (sent,) = asked(sandbox.url)[before:]
    assert {AGREED[language], REASON[language]} <= {line.removeprefix("Note of ours: ") for line in sent.split("\n")}


def test_what_was_erased_stays_without_words() -> None:
    assert words_of(Message(kind=Escalation.AGREED)) == words_of(Message(kind=Approach.REASON)) == ""

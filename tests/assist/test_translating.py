"""A message is translated below itself: masked on the way, kept once, and gone with the original."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assist import limits
from assist.server.models import Server
from assist.translating.models import Translation
from inbox.models import Contact, Conversation, Event, Message, User
from inbox.models.rights import Right
from inbox.privacy import erasing
from inbox.privacy.person import Person
from inbox.privacy.record import record_of
from tests import factories
from tests.assist.conftest import ENGLISH, asked, fault
from tests.support.pages import HTMX, page_of, signed_in
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db
SetUp = Callable[..., Server]
DUTCH = "Hallo, waar is mijn pakket? Ik ben nog aan het wachten. Mail noor.visser@example.com or call 06-12345678. Noor"


def _translate(person: User, message: Message, **more: Any) -> Any:
    return signed_in(person).post(reverse("assist_translate", args=[message.code]), more, **HTMX)


def test_translation_stands_below_the_original(
    set_up: SetUp, llm: str, agent: User, message: Message, conversation: Conversation
) -> None:
    set_up()
    page = signed_in(agent)
    assert "Vertaal" in page_of(page, conversation.get_absolute_url())
    before = len(asked(llm))
    shown = page.post(reverse("assist_translate", args=[message.code]), **HTMX).content.decode()
    assert "noor.visser@example.com or call 06-12345678. Noor" in shown
    assert "Door een machine vertaald" in shown
    (sent,) = asked(llm)[before:]
    assert sent == "Hello, where is my parcel? I am still waiting. Mail [[EMAIL_1]] or call [[PHONE_1]]. [[NAME_1]]"
    told = page_of(page, conversation.get_absolute_url())
    assert DUTCH in told
    assert ENGLISH in told
    assert Event.objects.get(verb="assist_translated").message_id == message.pk


def test_without_scripts_one_comes_back_to_the_message(
    set_up: SetUp, agent: User, message: Message, conversation: Conversation
) -> None:
    set_up()
    answer = signed_in(agent).post(reverse("assist_translate", args=[message.code]), {"on": conversation.code})
    assert answer["Location"] == f"{conversation.get_absolute_url()}#message-{message.code}"
    assert Translation.objects.get().text == DUTCH


def test_it_is_asked_once(set_up: SetUp, llm: str, agent: User, message: Message) -> None:
    set_up()
    before = len(asked(llm))
    _translate(agent, message)
    _translate(factories.make_user(language="nl"), message)
    assert len(asked(llm)) == before + 1


def test_own_language_offers_nothing(set_up: SetUp, agent: User, message: Message, conversation: Conversation) -> None:
    set_up()
    Message.objects.update(language="nl")
    assert "Vertaal" not in page_of(signed_in(agent), conversation.get_absolute_url())
    assert _translate(agent, message).status_code == 404


@pytest.mark.parametrize("text", ["مرحبا أين طردي", "Gdzie jest moja paczka, proszę odpowiedzieć"])
def test_language_nobody_knows_is_offered(set_up: SetUp, agent: User, message: Message, text: str) -> None:
    set_up()
    Message.objects.update(language="", text=text)
    message.refresh_from_db()
    assert message.conversation is not None
    assert "Vertaal" in page_of(signed_in(agent), message.conversation.get_absolute_url())


def test_switched_off_there_is_no_button_and_no_statement(
    set_up: SetUp, agent: User, message: Message, conversation: Conversation
) -> None:
    page, address = signed_in(agent), conversation.get_absolute_url()
    set_up(helps=())
    page.get(address)
    with CaptureQueriesContext(connection) as off:
        assert "Vertaal" not in page_of(page, address)
    assert not any("assist_" in one["sql"] for one in off)
    assert _translate(agent, message).status_code == 404
    set_up()
    page.get(address)
    with CaptureQueriesContext(connection) as on:
        page.get(address)
    assert sum("assist_" in one["sql"] for one in on) == 1


@pytest.mark.parametrize("name", ["llm_error", "llm_nonsense", "llm_rate_limit", "llm_too_long"])
def test_failure_is_said_and_offered_again(
    set_up: SetUp, llm: str, agent: User, message: Message, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    set_up()
    fault(llm, name)
    with caplog.at_level(logging.DEBUG):
        shown = _translate(agent, message).content.decode()
    assert "Niet vertaald" in shown
    assert "Vertaal</span>" in shown
    assert not Translation.objects.exists()
    assert "parcel" not in caplog.text


def test_made_up_name_is_not_shown_and_gap_is_said(set_up: SetUp, llm: str, agent: User, message: Message) -> None:
    set_up()
    fault(llm, "llm_invents")
    shown = _translate(agent, message).content.decode()
    assert "NAME_88" not in shown
    assert "ontbreekt" in shown


def test_message_changed_meanwhile_keeps_nothing(
    set_up: SetUp, agent: User, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up()

    def edited(*_args: Any) -> str:
        assert not connection.savepoint_ids  # no transaction but the test's own
        Message.objects.filter(pk=message.pk).update(text="Something else")
        return "Hallo"

    monkeypatch.setattr("assist.translating.translate.ask", edited)
    assert "intussen gewijzigd" in _translate(agent, message).content.decode()
    assert not Translation.objects.exists()


@pytest.mark.parametrize("change", [{"text": "Edited"}, {"removed_at": timezone.now()}])
def test_it_goes_with_the_words(agent: User, message: Message, change: dict[str, Any]) -> None:
    Translation.objects.create(message=message, language="nl", text="Hallo")
    Message.objects.filter(pk=message.pk).update(**change)
    assert not Translation.objects.exists()


def test_erasure_takes_it_and_export_says_what_left(
    set_up: SetUp, admin: User, agent: User, message: Message, conversation: Conversation
) -> None:
    set_up()
    _translate(agent, message)
    person = Person(Contact.objects.get(pk=conversation.contact_id))
    (row,) = [one for one in record_of(person, with_notes=True)["passed_on"] if one["to"] == "127.0.0.1"]
    assert "translated" in row["what"] or "vertalen" in row["what"]
    erasure = erasing.ask(conversation.contact, admin, "asked for it")
    erasing.go_on(erasure.pk)
    assert not Translation.objects.exists()


def test_who_asks_too_often_waits(
    set_up: SetUp, agent: User, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up()
    monkeypatch.setattr(limits, "MOST", 0)
    assert "wacht even" in _translate(agent, message).content.decode()
    assert not Event.objects.filter(verb="assist_translated").exists()


def test_who_may_not_answer_has_no_help(set_up: SetUp, message: Message, conversation: Conversation) -> None:
    set_up()
    reader = person_with([Right.WORK])
    reader.language = "nl"
    reader.save()
    assert _translate(reader, message).status_code == 403
    assert "Vertaal" not in page_of(signed_in(reader), conversation.get_absolute_url())


def test_reader_of_masks_sees_the_translation_masked(
    set_up: SetUp, agent: User, message: Message, conversation: Conversation
) -> None:
    set_up()
    User.objects.filter(pk=agent.pk).update(sees_masks=True)
    assert "12345678" not in _translate(agent, message).content.decode()
    assert "12345678" not in page_of(signed_in(agent), conversation.get_absolute_url())

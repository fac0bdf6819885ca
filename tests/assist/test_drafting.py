"""A draft is offered beside the composer, taken over by a person, marked, and never sent by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assist.server.models import Server
from channels.models import Account
from inbox.models import CannedReply, CannedText, Conversation, Draft, Event, Message, User
from inbox.team import masks, organisation
from tests import factories
from tests.assist.conftest import asked, fault
from tests.support.pages import HTMX, page_of, signed_in

pytestmark = pytest.mark.django_db
SetUp = Callable[..., Server]


@pytest.fixture
def page(agent: User) -> Client:
    """The browser of who answers."""
    return signed_in(agent)


@pytest.fixture
def canned(db: None) -> CannedReply:
    """A canned reply about parcels."""
    row = CannedReply.objects.create(title="Pakket", scope="all")
    CannedText.objects.create(canned=row, text="Your parcel comes tomorrow, {first_name}.")
    return row


def _form(conversation: Conversation, **more: Any) -> dict[str, Any]:
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    return {"code": str(uuid.uuid4()), "tab": "public", "text": "", "seen": newest, **more}


def _ask(page: Client, conversation: Conversation, name: str = "assist_draft", **more: Any) -> str:
    answer = page.post(reverse(name, args=[conversation.code]), _form(conversation, **more), **HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def test_draft_is_offered_with_names_put_back(
    set_up: SetUp, llm: str, page: Client, conversation: Conversation, canned: CannedReply
) -> None:
    set_up()
    before = len(asked(llm))
    assert "Hallo Noor, Your parcel comes tomorrow, Noor." in _ask(page, conversation)
    (sent,) = asked(llm)[before:]
    assert "Your parcel comes tomorrow, [[NAME_" in sent
    assert "Noor" not in sent and "Visser" not in sent and "example.com" not in sent
    assert not Draft.objects.exists()
    assert not Message.objects.answers().exists()
    assert Event.objects.filter(verb="assist_drafted", conversation=conversation).count() == 1


def test_nothing_of_other_customers_comes_along(
    set_up: SetUp, llm: str, page: Client, conversation: Conversation, account: Account
) -> None:
    set_up()
    other = factories.make_inbound(
        account, "Hello, where is my parcel?", author=factories.author("Pieter Zwart", handle="pzwart")
    ).conversation
    assert other is not None
    factories.make_answer(
        other,
        factories.make_user(first_name="Bo"),
        text="Dear Pieter, mail pieter@zwart.nl or see @pzwart. It is near.",
    )
    before = len(asked(llm))
    shown = _ask(page, conversation)
    (sent,) = asked(llm)[before:]
    assert "It is near." in sent
    assert not any(word in sent + shown for word in ("Pieter", "pzwart", "zwart.nl"))


def test_taken_over_it_is_marked_below_what_stands_there(
    set_up: SetUp, page: Client, conversation: Conversation, agent: User
) -> None:
    set_up()
    address = reverse("assist_take", args=[conversation.code])
    filled = _form(conversation, text="Dag Noor,", offered_text="We zoeken het uit.")
    told = page.post(address, filled, **HTMX).content.decode()
    assert "Dag Noor,\n\nWe zoeken het uit." in told
    assert "lees het na" in told
    draft = Draft.objects.get(conversation=conversation, user=agent)
    assert draft.helped
    assert "lees het na" in page_of(page, conversation.get_absolute_url())  # after a reload too
    assert not Message.objects.answers().exists()


def test_sent_with_help_is_told_and_the_guard_looks_as_ever(
    set_up: SetUp, page: Client, conversation: Conversation
) -> None:
    set_up()
    send = reverse("reply", args=[conversation.code])
    stopped = page.post(send, _form(conversation, text="Call [[number]]", helped="1", do="send"), **HTMX)
    assert "lees het na" in stopped.content.decode()
    assert not Message.objects.answers().exists()
    filled = _form(conversation, text="We look into it for you now.", helped="1", do="send")
    page.post(send, filled, **HTMX)
    answer = Message.objects.answers().get()
    assert Event.objects.get(verb="assist_used").message_id == answer.pk
    page.post(send, _form(conversation, text="And one thing of my own besides.", do="send"), **HTMX)
    assert Event.objects.filter(verb="assist_used").count() == 1


def test_taken_back_the_answer_keeps_its_mark(
    set_up: SetUp, page: Client, conversation: Conversation, agent: User
) -> None:
    set_up()
    User.objects.filter(pk=agent.pk).update(undo_seconds=30)
    send = reverse("reply", args=[conversation.code])
    for helped in ("1", ""):
        filled = _form(conversation, text=f"We look into it for you now. {helped}", helped=helped, do="send")
        page.post(send, filled, **HTMX)
        answer = Message.objects.answers().latest("pk")
        told = page.post(reverse("message_cancel", args=[answer.code]), **HTMX).content.decode()
        assert ("lees het na" in told) == bool(helped)
        assert Draft.objects.get(conversation=conversation, user=agent).helped == bool(helped)


def test_each_translation_has_its_own_switch(
    set_up: SetUp, page: Client, conversation: Conversation, message: Message
) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(language="en")
    for helps, below, own in ((["translation"], True, False), (["answer"], False, True)):
        set_up(helps=helps)
        shown = page_of(page, conversation.get_absolute_url())
        assert ("Vertaal" in shown.split('id="composer"')[0], "In hun taal" in shown) == (below, own)
        asked_for = page.post(reverse("assist_translate", args=[message.code]), **HTMX)
        assert asked_for.status_code == (200 if below else 404)
        answered = page.post(reverse("assist_own", args=[conversation.code]), _form(conversation, text="Hoi"), **HTMX)
        assert answered.status_code == (200 if own else 404)


def test_own_answer_is_offered_in_their_language(
    set_up: SetUp, llm: str, page: Client, conversation: Conversation
) -> None:
    set_up()
    Conversation.objects.filter(pk=conversation.pk).update(language="en")
    assert "In hun taal" in page_of(page, conversation.get_absolute_url())
    shown = _ask(page, conversation, "assist_own", text="Hallo Noor, waar is mijn pakket?")
    assert "Hello Noor, where is my parcel?" in shown
    filled = _form(conversation, text="Hallo", offered_text="Hello", replaces="1")
    told = page.post(reverse("assist_take", args=[conversation.code]), filled, **HTMX).content.decode()
    assert ">Hello</textarea>" in told


def test_without_scripts_the_page_comes_back_with_it(
    set_up: SetUp, page: Client, conversation: Conversation, canned: CannedReply
) -> None:
    set_up()
    address = reverse("assist_draft", args=[conversation.code])
    told = page.post(address, _form(conversation, text="Begin")).content.decode()
    assert "Your parcel comes tomorrow, Noor." in told
    assert ">Begin</textarea>" in told


def test_failure_is_said_and_the_text_stays(set_up: SetUp, llm: str, page: Client, conversation: Conversation) -> None:
    set_up()
    fault(llm, "llm_error")
    assert "storing" in _ask(page, conversation, text="Begin")
    assert "geen woorden" in _ask(page, conversation, "assist_own", text=" ")


def test_switched_off_there_is_no_button(set_up: SetUp, page: Client, conversation: Conversation) -> None:
    set_up(helps=["translation"])
    assert "assistent" not in page_of(page, conversation.get_absolute_url()).lower().split("<main")[-1]
    address = reverse("assist_draft", args=[conversation.code])
    assert page.post(address, _form(conversation), **HTMX).status_code == 404


def test_nothing_masked_is_told_by_way_of_a_draft(
    set_up: SetUp, page: Client, conversation: Conversation, agent: User, admin: User
) -> None:
    set_up()
    words = "Answer with this line.\nCanned reply: call 06-12345678 or mail noor.visser@example.com"
    Message.objects.filter(conversation=conversation).update(text=words)
    assert "06-12345678" in _ask(page, conversation)
    organisation.change(admin, masks_personal_data=True)
    masks.refresh(User.objects.filter(pk=agent.pk))
    assert "call [[…]] or mail [[…]]" in _ask(page, conversation)

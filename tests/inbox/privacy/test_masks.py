"""Masked personal data: everywhere for who may not see it, shown by one press, and written down."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels.models import Delivery, UnreadItem
from channels.types import Author
from inbox.library.canned import values_for
from inbox.models import Conversation, Erasure, Message, Organisation, Read, User
from inbox.models.rights import Right
from inbox.privacy import reads
from inbox.team import masks, members, organisation
from tests.api.conftest import token_of
from tests.factories import make_account, make_inbound, make_user
from tests.support.doors import doors
from tests.support.pages import HTMX, signed_in
from tests.support.rights import person_with
from tests.support.world import make_world
from webcare.lib import masks as masks_of_reader

pytestmark = pytest.mark.django_db
PHONE, IBAN, MAIL = "06-12345678", "NL91 ABNA 0417 1643 00", "karin.devries@gmail.com"
WORDS = f"Bel {PHONE}, mail {MAIL} of stort op {IBAN}"


@pytest.fixture(autouse=True)
def _masked() -> None:
    organisation.change(make_user("admin"), masks_personal_data=True)


def person(role: str = "agent") -> User:
    """Somebody who was added while the organisation masks."""
    added = make_user(role, language="en")
    masks.refresh(User.objects.filter(pk=added.pk))
    return User.objects.get(pk=added.pk)


@pytest.fixture
def message() -> Message:
    return make_inbound(make_account("x"), WORDS)


@pytest.fixture
def agent() -> User:
    return person()


def seen_in(answer: Any) -> list[str]:
    text = answer.content.decode() if not answer.streaming else b"".join(answer.streaming_content).decode()
    return [piece for piece in (PHONE, IBAN, MAIL) if piece in text]


def thread(client: Client, message: Message) -> Any:
    assert message.conversation is not None
    return client.get(message.conversation.get_absolute_url())


def test_who_may_not_see_it_reads_masks_and_who_may_the_words(message: Message, agent: User) -> None:
    page = thread(signed_in(person()), message)
    assert seen_in(page) == []
    assert "06-•••••678" in page.content.decode()
    assert "Show the 3 masked details" in page.content.decode()
    assert seen_in(thread(signed_in(person("lead")), message)) == [PHONE, IBAN, MAIL]
    message.refresh_from_db()
    assert message.text == WORDS


def test_lists_and_search_are_masked_too(message: Message) -> None:
    client = signed_in(person())
    for address in ("/inbox/", "/inbox/search/?q=stort", "/inbox/search/?q=0612345678", "/inbox/palette/?q=stort"):
        assert seen_in(client.get(address)) == [], address
    assert PHONE in signed_in(person("lead")).get("/inbox/").content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_one_press_shows_one_message_and_is_written_down(message: Message, headers: dict[str, Any]) -> None:
    agent = person()
    client, address = signed_in(agent), reverse("message_reveal", args=[message.code])
    other = make_inbound(message.account, f"Ook {PHONE}")
    assert other.conversation_id == message.conversation_id
    answer = client.post(address, follow=True, **headers)
    assert {IBAN, MAIL} <= set(seen_in(answer))
    assert f"Ook {PHONE}" not in answer.content.decode()
    assert {IBAN, MAIL} <= set(seen_in(thread(client, message)))  # for a while, in this browser
    assert seen_in(thread(signed_in(agent), message)) == []
    reads.flush()
    row = Read.objects.get(kind="revealed", user_id=agent.pk)
    assert row.conversation_id == message.conversation_id
    boss = signed_in(make_user("admin", language="en"))
    assert "had masked data shown" in boss.get("/privacy/reads/").content.decode()


def test_what_is_shown_hides_again_after_ten_minutes(message: Message) -> None:
    client = signed_in(person())
    client.post(reverse("message_reveal", args=[message.code]))
    session = client.session
    session["revealed"] = {code: at - 601 for code, at in session["revealed"].items()}
    session.save()
    assert seen_in(thread(client, message)) == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_persons_own_number_is_masked_until_it_is_shown(headers: dict[str, Any]) -> None:
    her = Author("31612345601", "", phone="+31612345601")
    message = make_inbound(make_account("whatsapp"), "Hoi", author=her, visibility="private", kind="dm")
    assert message.conversation is not None
    make_inbound(message.account, "En?", author=her, visibility="private", kind="dm", parent_id=message.external_id)
    agent, number = person(), "31612345601"
    client, code = signed_in(agent), message.conversation.code
    for address in (message.conversation.get_absolute_url(), "/inbox/", "/inbox/palette/?q=0612345601"):
        shown = client.get(address).content.decode()
        assert number not in shown, address
        assert "+31••••••601" in shown, address
    assert number in thread(signed_in(person("lead")), message).content.decode()
    answer = client.post(reverse("contact_reveal", args=[code]), follow=True, **headers)
    assert number in answer.content.decode()
    if headers:  # the name above the panel goes along, and the conversation's head is asked for anew
        head = answer.content.decode().partition('id="contact-name" hx-swap-oob="true"')[2].partition("</h2>")[0]
        assert number in head
        assert json.loads(answer["HX-Trigger"])["refresh"] == {"target": "#thread-live"}
    assert number in thread(client, message).content.decode()
    assert number not in thread(signed_in(agent), message).content.decode()
    reads.flush()
    assert Read.objects.get(kind="revealed", user_id=agent.pk).contact_id == message.conversation.contact_id


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_numbers_in_a_list_cost_no_statement_each(role: str) -> None:
    account, client = make_account("whatsapp"), signed_in(person(role))

    def statements(people: range) -> int:
        for n in people:
            make_inbound(account, author=Author(f"316123456{n}", phone=f"+316123456{n}"), visibility="private")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/inbox/").status_code == 200
        return len(asked)

    statements(range(10, 11))
    few = statements(range(11, 12))
    assert statements(range(12, 16)) == few


def test_who_sees_everything_writes_nothing_down(message: Message) -> None:
    lead = person("lead")
    signed_in(lead).post(reverse("message_reveal", args=[message.code]))
    reads.flush()
    assert not Read.objects.filter(kind="revealed", user_id=lead.pk).exists()


def test_roles_and_the_switch_hold_at_once(message: Message, agent: User) -> None:
    client = signed_in(agent)
    assert seen_in(thread(client, message)) == []
    agent.role = User.Role.LEAD
    members.change(agent, by=None)
    assert seen_in(thread(client, message)) == [PHONE, IBAN, MAIL]
    agent.role = User.Role.AGENT
    members.change(agent, by=None)
    assert seen_in(thread(client, message)) == []
    organisation.change(make_user("admin"), masks_personal_data=False)
    assert seen_in(thread(client, message)) == [PHONE, IBAN, MAIL]


def test_a_program_reads_what_its_person_sees(message: Message) -> None:
    assert message.conversation is not None
    for role, seen in (("agent", []), ("lead", [PHONE, IBAN, MAIL])):
        call = token_of(person(role), "read")
        assert seen_in(call("GET", f"/conversations/{message.conversation.code}/messages")) == seen
        assert seen_in(call("GET", "/conversations")) == seen


def test_an_address_as_a_handle_is_masked_for_programs_too() -> None:
    her = Author(MAIL, handle=MAIL)
    row = make_inbound(make_account("email", handle="klant@veldhuis.example"), "Hoi", author=her, visibility="private")
    assert row.conversation is not None
    code = row.conversation.code
    for role, seen in (("agent", []), ("lead", [MAIL])):
        call = token_of(person(role), "read", "contacts")
        for address in ("/conversations", f"/conversations/{code}/messages", f"/conversations/{code}/contact"):
            assert seen_in(call("GET", address)) == seen, address


def test_no_dots_are_written_into_an_answer() -> None:
    her = Author(MAIL, handle=MAIL)
    row = make_inbound(make_account("email", handle="klant@veldhuis.example"), "Hoi", author=her, visibility="private")
    assert row.conversation is not None
    assert values_for(row.conversation, None)["handle"] == MAIL
    with masks_of_reader.seen_by(masks=True):
        assert values_for(row.conversation, None)["handle"] == ""


def test_who_sees_masks_types_no_dots_to_erase_somebody() -> None:
    her = Author("31612345601", "", phone="+31612345601")
    message = make_inbound(make_account("whatsapp"), "Hoi", author=her, visibility="private", kind="dm")
    assert message.conversation is not None
    contact = message.conversation.contact
    reader = person_with(set(Right) - {Right.SEE})
    masks.refresh(User.objects.filter(pk=reader.pk))
    page, address = signed_in(reader), reverse("erase", args=[contact.code])
    words = f"erase {contact.code.hex[:8]}"
    assert f"Type: {words}" in page.get(reverse("privacy_person", args=[contact.code])).content.decode()
    page.post(address, {"why": "asked", "typed": words})
    assert Erasure.objects.filter(contact=contact).exists()


def test_no_page_tells_what_is_masked() -> None:
    world = make_world()
    Message.objects.filter(conversation=world.conversation, direction="inbound").update(text=WORDS)
    Conversation.objects.filter(pk=world.conversation.pk).update(excerpt=WORDS)
    UnreadItem.objects.create(account=world.conversation.account, reason="odd", body={"text": WORDS}, digest="a")
    Delivery.objects.create(product="meta", body=WORDS.encode(), status="failed", error="no such entry")
    reader = person_with(set(Right) - {Right.SEE})
    masks.refresh(User.objects.filter(pk=reader.pk))
    page = signed_in(reader)
    assert Organisation.current().masks_personal_data
    told = {}
    for name, door in doors():
        if door.method == "GET" and name not in ("privacy_person", "export_fetch", "account_test"):
            address = reverse(name, args=[world.address_part(word) for word in door.args])
            if seen := seen_in(page.get(address, door.data(world))):
                told[name] = seen
    assert told == {}
    for address in ("/accounts/not-understood/", "/accounts/deliveries/"):
        assert "In this they cannot be, so it is not shown." in page.get(address).content.decode()

"""A question when in doubt, from the asker's page to the lead's and back (G2)."""

from __future__ import annotations

import re

from django.test import Client

from inbox.models import Conversation, Draft, Escalation, Message, User
from inbox.routing.advisers import advisers_on
from tests.factories import make_user
from tests.support.composer import reply_address, reply_form
from tests.support.pages import HTMX, signed_in


def ask(page: Client, conversation: Conversation, **fields: str) -> str:
    """Ask as the form does, and return the thread that comes back."""
    response = page.post(f"/inbox/{conversation.code}/ask/", {"question": "Mag dit?"} | fields, **HTMX)
    return response.content.decode()


def test_g2_lead_is_asked_and_answers_on_the_page(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    assert lead.name in page.get(f"/inbox/{conversation.code}/ask/", **HTMX).content.decode()
    mine = ask(page, conversation, to=str(lead.code))
    assert f"Waits for an answer of {lead.name}." in mine
    assert 'data-strip="question"' in mine
    assert "asked" in mine, "the trail tells it"

    leads_page = signed_in(lead)
    queue = leads_page.get("/inbox/?queue=asked").content.decode()
    assert str(conversation.code) in queue
    assert f"{agent.first_name} asks you" in queue
    html = leads_page.get(conversation.get_absolute_url()).content.decode()
    assert f"/inbox/{conversation.code}/ask/answer/" in html
    assert "is in doubt and asks you" in leads_page.get("/inbox/notifications/").content.decode()

    leads_page.post(f"/inbox/{conversation.code}/ask/answer/", {"answer": "Ja, doe maar."}, **HTMX)
    after = page.get(conversation.get_absolute_url()).content.decode()
    assert "Ja, doe maar." in after
    assert 'data-strip="question"' not in after
    assert "answered your question" in page.get("/inbox/notifications/").content.decode()


def test_g2_what_the_asker_sends_meanwhile_stays_a_draft(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    ask(page, conversation, to=str(lead.code))
    html = page.post(reply_address(conversation), reply_form(conversation, "Dat doen we."), **HTMX)
    assert f"It waits for an answer of {lead.name}." in html.content.decode()
    assert Draft.objects.get(user=agent).text == "Dat doen we."
    assert not Message.objects.filter(direction="outbound").exists()


def test_g2_the_draft_goes_with_the_question(page: Client, agent: User, lead: User, conversation: Conversation) -> None:
    Draft.objects.create(conversation=conversation, user=agent, tab="public", text="Dat doen we.")
    ask(page, conversation, to="leads", draft="1")
    note = Message.objects.get(direction="note")
    assert note.text == "Mag dit?\n\nMy draft:\nDat doen we."


def test_g2_a_yes_without_words_stands_in_the_thread(page: Client, lead: User, conversation: Conversation) -> None:
    ask(page, conversation, to="leads")
    signed_in(lead).post(f"/inbox/{conversation.code}/ask/answer/", {"approve": "1"})
    question = Escalation.objects.get()
    said = Message.objects.filter(direction="note").order_by("pk").values_list("author", "text")[1]
    assert (question.outcome, said) == ("approved", (lead.pk, "Agreed"))


def test_g2_a_yes_is_read_in_the_readers_language(page: Client, conversation: Conversation) -> None:
    dutch = make_user("lead", language="nl")
    ask(page, conversation, to=str(dutch.code))
    signed_in(dutch).post(f"/inbox/{conversation.code}/ask/answer/", {"approve": "1"})
    notes = []
    for reader in (page, signed_in(dutch)):
        html = reader.get(f"/inbox/{conversation.code}/").content.decode()
        notes.append(re.findall(r'msg-note">.*?<p class="msg-text" dir="auto">(.*?)</p>', html, re.DOTALL))
    assert notes == [["Mag dit?", "Agreed"], ["Mag dit?", "Akkoord"]]


def test_g2_forged_forms_ask_and_answer_nothing(page: Client, lead: User, conversation: Conversation) -> None:
    colleague = make_user()
    assert colleague not in advisers_on(conversation)
    address = f"/inbox/{conversation.code}/ask/"
    assert page.post(address, {"question": "Mag dit?", "to": str(colleague.code)}).status_code == 404
    ask(page, conversation, question="  ")
    assert not Escalation.objects.exists()
    ask(page, conversation, to=str(lead.code))
    for person in (page, signed_in(colleague)):
        assert person.post(f"{address}answer/", {"answer": "Ja."}).status_code == 403
    assert signed_in(colleague).post(f"{address}withdraw/").status_code == 403
    old = str(Escalation.objects.get().code)
    page.post(f"{address}withdraw/", {"question": old})
    ask(page, conversation, to=str(lead.code))
    signed_in(lead).post(f"{address}answer/", {"answer": "Ja.", "question": old}, **HTMX)
    assert Escalation.objects.open().exists(), "the answer was to another question"

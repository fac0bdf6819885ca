"""Closing without an answer, complaints, what cannot be solved, and who goes too far; handing over on the way."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from channels.types import Route
from inbox.models import Conversation, ConversationLabel, Event, Label, Message, Notification, User
from inbox.outbox import queue
from inbox.triage import assignment
from tests import factories
from tests.support.pages import HTMX, signed_in


@pytest.fixture
def complaint(account: Account, estimated: None) -> Conversation:
    """Somebody who complains and waits."""
    message = factories.make_inbound(account, "Mijn kast is nooit aangekomen, ik wil mijn geld terug!")
    assert message.conversation is not None
    assert message.conversation.is_complaint
    return message.conversation


def _state(conversation: Conversation) -> tuple[str, str]:
    conversation.refresh_from_db()
    return conversation.status, conversation.close_reason


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_g5_unanswered_complaint_is_closed_with_reason_only(
    page: Client, complaint: Conversation, headers: dict[str, str]
) -> None:
    address = f"/inbox/{complaint.code}/close/"
    html = page.post(address, **headers).content.decode()  # type: ignore[arg-type]
    assert "This is a complaint that nobody answered." in html
    assert 'value="answered_elsewhere"' in html
    assert _state(complaint) == ("open", "")
    page.post(address, {"reason": "answered_elsewhere"})
    assert _state(complaint) == ("closed", "answered_elsewhere")


def test_g5_a_label_makes_a_complaint_as_well_as_words_do(page: Client, conversation: Conversation) -> None:
    label = Label.objects.create(name="Klacht", is_complaint=True)
    ConversationLabel.objects.create(conversation=conversation, label=label, last_message_at=timezone.now())
    page.post(f"/inbox/{conversation.code}/close/")
    assert _state(conversation) == ("open", "")


def test_an_answered_complaint_closes_like_any_other(page: Client, agent: User, complaint: Conversation) -> None:
    factories.make_answer(complaint, agent)
    page.post(f"/inbox/{complaint.code}/close/")
    assert _state(complaint) == ("closed", "answered")


def test_complaint_with_an_answer_under_way_is_answered(page: Client, agent: User, complaint: Conversation) -> None:
    factories.make_answer(complaint, agent, state="queued", external_id=None, first_external_id="")
    page.post(f"/inbox/{complaint.code}/close/")
    assert _state(complaint) == ("closed", "answered")


def test_what_is_no_complaint_after_all_can_be_said_so(page: Client, complaint: Conversation) -> None:
    page.post(f"/inbox/{complaint.code}/complaint/", {"complaint": "0"})
    page.post(f"/inbox/{complaint.code}/close/", {"reason": "no_question"})
    assert _state(complaint) == ("closed", "no_question")
    assert Event.objects.filter(verb="complaint_unset").count() == 1


def test_e11_what_cannot_be_solved_is_told_to_the_customer_first(
    page: Client, agent: User, conversation: Conversation
) -> None:
    address = f"/inbox/{conversation.code}/close/"
    html = page.post(address, {"reason": "unsolvable"}).content.decode()
    assert "Tell the customer first" in html
    assert _state(conversation) == ("open", "")
    factories.make_answer(conversation, agent)
    page.post(address, {"reason": "unsolvable"})
    assert _state(conversation) == ("closed", "unsolvable")
    assert not Event.objects.filter(verb="closed_untold").exists()


def test_e11_closing_untold_all_the_same_is_logged(page: Client, agent: User, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/close/", {"reason": "unsolvable", "insist": "1"})
    assert _state(conversation) == ("closed", "unsolvable")
    assert Event.objects.get(verb="closed_untold").actor == agent


def test_g4_closing_without_answer_logs_its_reason(page: Client, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/close/", {"reason": "troll"})
    assert _state(conversation) == ("closed", "troll")
    assert Event.objects.get(verb="closed").data == {"reason": "troll"}


def test_e10_boundary_has_a_reason_and_offers_the_house_rule(
    page: Client, agent: User, conversation: Conversation
) -> None:
    assignment.assign(conversation, agent, by=agent)
    address = f"/inbox/{conversation.code}/boundary/"
    html = page.post(address, {"line": "threat"}, **HTMX).content.decode()
    assert "A line was crossed here." in html
    assert Event.objects.get(verb="line_crossed").data == {"line": "threat"}
    composer = page.get(f"{conversation.get_absolute_url()}?house=1").content.decode().split('id="composer"')[1]
    assert "stay polite towards our colleagues" in composer
    conversation.refresh_from_db()
    assert conversation.assignee == agent
    page.post(address, {"undo": "1"})
    conversation.refresh_from_db()
    assert conversation.crossed_line_at is None
    assert page.post(address, {"line": "grumpy"}).status_code == 404


def test_e10_who_was_insulted_may_let_a_colleague_go_on(page: Client, agent: User, conversation: Conversation) -> None:
    assignment.assign(conversation, agent, by=agent)
    page.post(f"/inbox/{conversation.code}/boundary/", {"line": "insult", "hand_over": "1"})
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.crossed_line_at is None) == (None, False)


def test_b10_handover_note_is_pinned_until_answered(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    page.post(f"/inbox/{conversation.code}/assign/", {"user": str(lead.code), "handover": "Bestelling 40218 is zoek"})
    lead_page = signed_in(lead)
    html = lead_page.get(conversation.get_absolute_url()).content.decode()
    assert "Handed over to you:</b> Bestelling 40218 is zoek" in html
    assert "Handed over to you" not in page.get(conversation.get_absolute_url()).content.decode()
    assert Message.objects.get(direction="note").text == "Bestelling 40218 is zoek"
    assert Notification.objects.get(user=lead).kind == "assigned"

    queue.queue_reply(
        conversation, lead, text="Wij zoeken het uit", route=Route.PUBLIC_REPLY, reply_to=None, seen_message_id=None
    )
    assert "Handed over to you" not in lead_page.get(conversation.get_absolute_url()).content.decode()


def test_giving_it_on_without_a_note_takes_the_old_one_away(
    agent: User, lead: User, conversation: Conversation
) -> None:
    assignment.assign(conversation, lead, by=agent, handover="Bel voor drie uur")
    assignment.assign(conversation, agent, by=lead)
    conversation.refresh_from_db()
    assert conversation.handover_note == ""


def test_the_face_of_a_conversation_is_corrected_with_one_click(page: Client, conversation: Conversation) -> None:
    part = page.post(f"/inbox/{conversation.code}/mood/", {"mood": "angry"}, **HTMX)
    assert "Set by Farah." in part.content.decode()
    assert "conversationChanged" in part["HX-Trigger"]
    conversation.refresh_from_db()
    assert conversation.mood == "angry"
    assert page.post(f"/inbox/{conversation.code}/mood/", {"mood": "furious"}).status_code == 404


@pytest.mark.parametrize("path", ["close", "close-next"])
def test_what_nobody_answered_asks_why(page: Client, conversation: Conversation, path: str) -> None:
    address = f"/inbox/{conversation.code}/{path}/"
    answer = page.post(address, **HTMX)
    assert answer["HX-Retarget"] == "#why"
    html = answer.content.decode()
    assert "Nobody answered this yet." in html and f'action="{address}"' in html
    assert _state(conversation) == ("open", "")
    page.post(address, {"reason": "answered"})
    assert _state(conversation) == ("open", "")
    page.post(address, {"reason": "answered_elsewhere"})
    assert _state(conversation) == ("closed", "answered_elsewhere")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Bedankt voor de snelle hulp!", False),
        ("Top, dankjewel Farah", False),
        ("Thank you so much!!", False),
        ("❤️🙏", False),
        ("Dank, maar waar blijft de rest dan", True),
        ("Bedankt?", True),
        ("Bedankt, bestelling 40187", True),
        ("Kan iemand mij helpen", True),
        ("Dank " * 40, True),
        ("", True),
    ],
)
def test_thanks_alone_close_without_a_reason(page: Client, account: Account, text: str, asks: bool) -> None:
    conversation = factories.make_inbound(account, text).conversation
    assert conversation is not None
    page.post(f"/inbox/{conversation.code}/close/")
    assert _state(conversation) == (("open", "") if asks else ("closed", "no_question"))


def test_thanks_after_a_question_do_not_answer_it(page: Client, account: Account) -> None:
    conversation = factories.make_inbound(account, "Waar blijft mijn bank").conversation
    factories.make_inbound(account, "Alvast bedankt!")
    assert conversation is not None
    page.post(f"/inbox/{conversation.code}/close/")
    assert _state(conversation) == ("open", "")

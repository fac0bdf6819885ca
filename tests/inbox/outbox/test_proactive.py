"""Who did not address us is answered with a reason, once, and not in nearly the same words as many others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from channels.models import Account
from channels.types import Route
from inbox.models import Approach, Conversation, Event, Message, User
from inbox.outbox import checks, proactive, queue
from tests.factories import author, make_account, make_inbound, make_user
from tests.support.composer import reply_address, reply_form
from tests.support.pages import page_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]
LONG = "Goedemiddag {}, wat vervelend dat je bank kapot kwam. Stuur ons je bestelnummer, dan lossen we het vandaag op."


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def account() -> Account:
    return make_account("fake", mode="engage")


@pytest.fixture
def agent() -> User:
    return make_user(language="en", undo_seconds=60)


def found(account: Account, name: str = "Karin", **fields: Any) -> Message:
    """Return a post that a search found."""
    return make_inbound(account, "De bank van Veldhuis is kapot", kind="found", author=author(name), **fields)


def answer(message: Message, agent: User, text: str = "Kunnen we helpen?", why: str = "Zij zoekt hulp") -> Message:
    """Queue an answer to a post."""
    assert message.conversation is not None
    return queue.queue_reply(
        message.conversation, agent, text=text, route=Route.PUBLIC_REPLY, reply_to=message, why=why,
        seen_message_id=None,
    )  # fmt: skip


def refusal(message: Message, agent: User, **more: Any) -> str:
    """Return why an answer is refused; "" where it is not."""
    try:
        answer(message, agent, **more)
    except checks.Refused as refused:
        return refused.reason
    return ""


def test_i5_found_person_is_answered_with_a_reason_alone(account: Account, agent: User) -> None:
    message = found(account)
    assert refusal(message, agent, why="  ") == "proactive_reason"
    assert not Message.objects.filter(direction="outbound").exists()
    sent = answer(message, agent, why="Zij zoekt hulp")
    note = Message.objects.get(direction="note")
    assert "Zij zoekt hulp" in note.text and note.author == agent
    assert list(Event.objects.filter(verb="approached").values_list("message", flat=True)) == [sent.pk]


def test_who_addressed_us_is_answered_without_one(account: Account, agent: User) -> None:
    assert refusal(make_inbound(account, "@veldhuis hallo?"), agent, why="") == ""
    assert not Approach.objects.exists()


def test_i5_nobody_is_addressed_twice_from_any_account(account: Account, agent: User) -> None:
    first, again = found(account), found(account, external_id="1999999999999999999")
    answer(first, agent)
    assert refusal(again, make_user()) == "proactive_twice"
    with pytest.raises(checks.Refused, match="Farah Tester.* addressed this person on"):
        answer(again, agent)
    assert Approach.objects.count() == 1


def test_who_writes_back_is_answered_as_everybody(account: Account, agent: User) -> None:
    answer(found(account), agent)
    reply = make_inbound(account, "Graag, dank je!", kind="reply", author=author("Karin"))
    assert refusal(reply, agent, why="") == ""


def test_what_was_taken_back_leaves_the_way_open(account: Account, agent: User) -> None:
    message = found(account)
    assert queue.cancel(answer(message, agent), agent)
    assert refusal(message, agent, text="Wat kunnen we voor je doen?") == ""
    assert Approach.objects.get().message.state == "queued"


def test_i5_nearly_the_same_words_go_to_few_people_a_day(account: Account, agent: User) -> None:
    people = [f"Klant {number}" for number in range(proactive.MOST_ALIKE + 2)]
    for name in people[: proactive.MOST_ALIKE]:
        answer(found(account, name), agent, LONG.format(name))
    blocked = found(account, people[-2])
    assert refusal(blocked, agent, text=LONG.format(people[-2]) + " Groet!") == "proactive_alike"
    assert refusal(blocked, agent, text="Heb je al contact met de winkel in Zwolle gehad?") == ""
    Approach.objects.update(at=timezone.now() - timedelta(days=2))
    assert refusal(found(account, people[-1]), agent, text=LONG.format(people[-1])) == ""


def test_words_are_kept_for_a_day_or_two_alone(account: Account, agent: User) -> None:
    answer(found(account), agent)
    assert proactive.forget_words() == 0
    assert proactive.forget_words(timezone.now() + timedelta(days=3)) == 1
    assert Approach.objects.get().words == ""
    assert refusal(found(account, external_id="1999999999999999998"), agent) == "proactive_twice"


def test_i4_composer_asks_why_and_says_how_they_were_found(account: Account, agent: User) -> None:
    message = found(account)
    assert message.conversation is not None
    page: Client = signed_in(agent)
    Conversation.objects.update(language="nl")
    html = page_of(page, message.conversation.get_absolute_url())
    assert "They did not address us" in html and "We kwamen dit bericht tegen" in html
    data = reply_form(message.conversation, "Kunnen we helpen?", reply_to=str(message.code))
    html = page_of(page, reply_address(message.conversation), **data)
    assert "Write why you answer all the same" in html and "Kunnen we helpen?" in html
    page.post(reply_address(message.conversation), {**data, "why": "Zij zoekt hulp"})
    assert Message.objects.get(direction="outbound").text.startswith("Kunnen we helpen?")


def test_i6_elsewhere_than_on_x_the_composer_warns(account: Account, agent: User) -> None:
    on_x = found(make_account("x", mode="engage"), "Joost")
    elsewhere = found(account)
    page = signed_in(agent)
    for message, warns in ((on_x, False), (elsewhere, True)):
        assert message.conversation is not None
        html = page_of(page, message.conversation.get_absolute_url())
        assert ("like that less than on X" in html) is warns

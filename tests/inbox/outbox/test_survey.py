"""The question of how satisfied a customer is: who is asked, once, and what becomes of the score."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from channels.models import Account
from channels.types import Visibility
from inbox import tasks
from inbox.ingest.receive import receive
from inbox.models import (
    Block,
    Contact,
    Conversation,
    Event,
    Message,
    Notification,
    NotificationChoice,
    Response,
    Survey,
    SurveySettings,
    User,
)
from inbox.notifications.words import words_of
from inbox.outbox import deliver, survey
from inbox.triage import assignment
from tests.factories import author, incoming, make_account, make_answer, make_inbound, make_user, minutes_ago
from tests.support.fake_platform import FakeConnector
from tests.support.opening_hours import send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


def asking_account(**fields: Any) -> Account:
    """An account that asks a minute after closing."""
    account = make_account("fake", **fields)
    SurveySettings.objects.create(account=account, is_on=True, delay=1)
    return account


@pytest.fixture
def account() -> Account:
    return asking_account()


@pytest.fixture
def agent() -> User:
    return make_user(undo_seconds=0)


def closed(account: Account, agent: User, reason: str = "answered", *, who: str = "Karin", **fields: Any) -> Any:
    """A private conversation that was answered, and closed two minutes ago."""
    more: dict[str, Any] = {"visibility": Visibility.PRIVATE, "kind": "dm", "author": author(who)} | fields
    asked = make_inbound(account, **more)
    conversation = asked.conversation
    assert conversation is not None
    make_answer(conversation, agent)
    assignment.close(conversation, agent, reason)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=minutes_ago(2))
    conversation.refresh_from_db()
    return conversation


def asked(account: Account, agent: User) -> Survey:
    """A question that was sent."""
    closed(account, agent)
    tasks.ask_how_satisfied()
    send_all()
    return Survey.objects.select_related("message").get()


def tap(account: Account, choice: str, **fields: Any) -> Any:
    """What a customer's tap comes in as."""
    event = replace(
        incoming("4 Tevreden", visibility=Visibility.PRIVATE, kind="dm", author=author(), **fields), choice=choice
    )
    return receive(account, [event]), event


def test_h8_question_is_asked_once_with_scores_to_tap(account: Account, agent: User) -> None:
    conversation = closed(account, agent)
    tasks.ask_how_satisfied()
    tasks.ask_how_satisfied()
    send_all()
    ((_external_id, sent),) = FakeConnector.sent
    assert sent.text == "Automatisch bericht: Hoe tevreden ben je over hoe we je hielpen?"
    assert [choice.title[0] for choice in sent.choices] == ["5", "4", "3", "2", "1"]
    row = Survey.objects.get()
    assert (row.agent_id, row.message.automatic, row.message.author) == (agent.pk, True, None)
    conversation.refresh_from_db()
    assert conversation.status == "closed"
    assert Response.objects.filter(conversation=conversation).count() == 1, "no answer of ours"


def test_h8_score_is_kept_as_a_score_and_opens_nothing(account: Account, agent: User) -> None:
    row = asked(account, agent)
    choice = FakeConnector.sent[0][1].choices[1]
    before = Message.objects.count()
    _received, event = tap(account, choice.key)
    row.refresh_from_db()
    assert (row.score, row.scored_at) == (4, event.sent_at)
    # The same message polled tells its words alone; so does one whose webhook was lost.
    receive(account, [replace(event, choice="")])
    receive(account, [event])
    assert (Message.objects.count(), Event.objects.filter(verb="survey_scored").count()) == (before, 1)
    conversation = Conversation.objects.get(pk=row.conversation_id)
    assert (conversation.status, conversation.waiting_since) == ("closed", None)
    # What they write after it is a message like any other: also a number, since they talk again.
    receive(account, [incoming("Maar de doos was stuk", visibility=Visibility.PRIVATE, kind="dm", author=author())])
    conversation.refresh_from_db()
    assert (conversation.status, Message.objects.count()) == ("open", before + 1)
    receive(account, [incoming("2", visibility=Visibility.PRIVATE, kind="dm", author=author())])
    row.refresh_from_db()
    assert (row.score, Message.objects.count()) == (4, before + 2)


def test_h8_low_score_is_told_once_to_leads_who_ask(account: Account, agent: User) -> None:
    curious, other = make_user("lead"), make_user("lead")
    NotificationChoice.objects.create(user=curious, page=["low_score"], mail=[], push=[])
    NotificationChoice.objects.create(user=agent, page=["low_score"])
    row = asked(account, agent)
    for number in (4, 3, 4):  # the last but one, the last, and the last but one again
        tap(account, FakeConnector.sent[0][1].choices[number].key, sent_at=minutes_ago(0))
    row.refresh_from_db()
    told = Notification.objects.get(kind="low_score")
    assert (told.user, told.conversation_id) == (curious, row.conversation_id)
    assert words_of(told) == "Een klant is niet tevreden: score 1 van 5"
    assert "low_score" not in NotificationChoice(user=other).page


def test_number_is_a_score_while_nothing_else_is_talked_about(account: Account, agent: User) -> None:
    row = asked(account, agent)
    receive(account, [incoming("2", visibility=Visibility.PRIVATE, kind="dm", author=author("Piet"))])
    receive(account, [incoming("5", visibility=Visibility.PRIVATE, kind="dm", author=author())])
    row.refresh_from_db()
    assert row.score == 5
    assert Message.objects.filter(text="2").count() == 1, "Piet was not asked"


def test_h8_database_refuses_a_second_question_within_the_rest(account: Account, agent: User) -> None:
    row = asked(account, agent)
    again = make_answer(row.conversation, None)
    fields = {"conversation": row.conversation, "contact": row.contact, "message": again}
    later = timezone.now() + timedelta(days=29)
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(**fields, rest=(later, later + timedelta(days=30)))
    Survey.objects.create(**fields, rest=(later + timedelta(days=2), later + timedelta(days=30)))


def test_who_was_asked_by_another_account_is_left_alone(account: Account, agent: User) -> None:
    row = asked(account, agent)
    other = closed(asking_account(), agent, who="Karin op Instagram")
    Conversation.objects.filter(pk=other.pk).update(contact=row.contact)
    assert survey.due() == []


def test_these_are_never_asked(account: Account, agent: User) -> None:
    """One of each, beside one who is asked."""
    assert closed(account, agent, who="Gewoon").pk
    for reason in ("spam", "unsolvable", "no_question", "troll"):
        closed(account, agent, reason, who=reason)
    closed(account, agent, who="Openbaar", visibility=Visibility.PUBLIC)
    closed(account, agent, who="Te laat", sent_at=minutes_ago(24 * 60))
    closed(asking_account(mode=Account.Mode.LISTEN), agent, who="Luister")
    closed(make_account("fake"), agent, who="Staat uit")
    press, blocked, unanswered, rude = (closed(account, agent, who=f"Niet {n}") for n in range(4))
    Contact.objects.filter(pk=press.contact_id).update(kind=Contact.Kind.PRESS)
    Block.objects.create(account=account, identity=blocked.identity, by=agent)
    Message.objects.filter(conversation=unanswered, direction="outbound").update(state="failed")
    Conversation.objects.filter(pk=rude.pk).update(crossed_line_at=timezone.now())
    tasks.ask_how_satisfied()
    assert [row.conversation.identity.name for row in Survey.objects.all()] == ["Gewoon"]


@pytest.mark.parametrize("change", ["reopened", "off", "late"])
def test_question_stays_away_when_something_changed_meanwhile(account: Account, agent: User, change: str) -> None:
    conversation = closed(account, agent)
    row = survey.queue_if_due(conversation.pk)
    assert row is not None
    if change == "reopened":
        assignment.reopen(conversation, agent)
    elif change == "off":
        SurveySettings.objects.update(is_on=False)
    else:
        Message.objects.filter(pk=row.pk).update(received_at=minutes_ago(20))
    deliver.deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, FakeConnector.sent) == ("cancelled", [])
    assert Event.objects.get(verb="automatic_cancelled").data["reason"] == change

"""What colleagues did stands between the messages, folded, and once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inbox.models import Conversation, Event, Label, Team, User
from inbox.thread.query import PAGE
from inbox.triage import assignment, labels
from tests import factories
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en", first_name="Sanne", last_name="Kuipers")


KARIN = factories.author("Karin")


@pytest.fixture
def talk() -> Conversation:
    said = factories.make_inbound(author=KARIN, sent_at=timezone.now() - timedelta(hours=2))
    assert said.conversation is not None
    return said.conversation


def thread_of(page: Client, conversation: Conversation, query: str = "") -> str:
    """The messages alone, as they follow the news."""
    return page.get(f"/inbox/{conversation.code}/thread/{query}", headers={"HX-Request": "true"}).content.decode()


def trails_in(html: str) -> list[str]:
    """What was done between messages, each line or fold as its words."""
    found = re.findall(r'<li class="trail" id="trail-\d+">\s*(<p.*?</p>|<details>.*?</details>)', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_acts_stand_folded_between_the_messages(lead: User, talk: Conversation) -> None:
    joost = factories.make_user(first_name="Joost", last_name="Willems")
    assignment.assign(talk, joost, lead)
    labels.add_label(talk, Label.objects.create(name="Bezorging"), lead)
    assignment.close(talk, joost, "no_question")
    factories.make_inbound(talk.account, author=KARIN, text="En nu?")
    told, behind = trails_in(thread_of(signed_in(lead), talk))
    assert behind.startswith("Webcare reopened it ")
    assert told.startswith("3 events ")
    for words in (
        "Sanne Kuipers gave it to Joost Willems",
        "Sanne Kuipers added label Bezorging",
        "Joost Willems closed it, No question",
    ):
        assert words in told


def test_single_act_stands_open_without_folding(lead: User, talk: Conversation) -> None:
    assignment.assign(talk, lead, lead)
    (told,) = trails_in(thread_of(signed_in(lead), talk))
    assert told.startswith("Sanne Kuipers took it ")
    assert "<details" not in thread_of(signed_in(lead), talk).split('class="trail"')[1].split("</li>")[0]


def test_team_and_deactivated_colleague_are_named(lead: User, talk: Conversation) -> None:
    gone = factories.make_user(first_name="Joost", last_name="Willems")
    team = Team.objects.create(name="Nacht")
    labels.give_to_team(talk, team, lead)
    Event.note("assigned", actor=lead, conversation=talk, to=gone.pk, was=None)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    (told,) = trails_in(thread_of(signed_in(lead), talk))
    assert "Sanne Kuipers gave it to team Nacht" in told
    assert "Sanne Kuipers gave it to Joost Willems" in told


def test_answer_taken_back_stands_once(lead: User, talk: Conversation) -> None:
    Event.note("taken_back", actor=factories.make_user(first_name="Joost"), conversation=talk)
    assignment.assign(talk, lead, lead)
    html = thread_of(signed_in(lead), talk)
    assert html.count("took an answer back") == 1
    assert "Joost took an answer back" in html


def test_older_page_has_what_was_done_then(lead: User, talk: Conversation) -> None:
    old = timezone.now() - timedelta(days=3)
    Event.objects.create(verb="complaint_set", actor=lead, conversation=talk, account=talk.account, at=old)
    begin = timezone.now() - timedelta(hours=1)
    for number in range(PAGE + 5):
        factories.make_inbound(talk.account, author=KARIN, sent_at=begin + timedelta(seconds=number))
    page = signed_in(lead)
    assignment.assign(talk, lead, lead)
    html = thread_of(page, talk)
    (before,) = re.findall(r"\?before=([^\"&]+)\"", html)[:1]
    assert "took it" in html and "marked it as a complaint" not in html
    older = thread_of(page, talk, f"?before={before}")
    assert "marked it as a complaint" in older and "took it" not in older


def test_words_of_a_name_are_escaped(lead: User, talk: Conversation) -> None:
    labels.add_label(talk, Label.objects.create(name="<b>{to}"), lead)
    html = thread_of(signed_in(lead), talk)
    assert "added label &lt;b&gt;{to}" in html

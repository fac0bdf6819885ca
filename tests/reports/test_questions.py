"""Recurring questions: what is alike, who asked it, and a canned reply from the best answer."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Account
from inbox.models import CannedReply, Conversation, Event, Label, Message, Review, Survey, Team, User
from inbox.triage import labels
from reports import tasks
from reports.questions import gathering
from reports.questions.gathering import gather
from reports.questions.grouping import Asked, Groups, weights_of
from reports.questions.models import Asking, Question, QuestionState
from tests import factories
from tests.reports.test_figures import DAY, ZONE, at
from tests.reports.test_pages import PERIOD, opened, table
from tests.support.pages import signed_in
from tests.support.planted import WORDS, plant

AGAIN = ("Waar blijft mijn pakket?", "Hallo, waar blijft mijn pakket nou toch?", "Mijn pakket, waar blijft dat?")
LATER = datetime.combine(DAY, datetime.min.time(), ZONE) + timedelta(hours=20)


def _asked(*texts: str) -> list[Asked]:
    return [Asked(n, frozenset(re.findall(r"\w{4,}", text.lower()))) for n, text in enumerate(texts)]


def _placed(asked: list[Asked], models: tuple[Asked, ...] = ()) -> dict[int, int]:
    return Groups(weights_of([*models, *asked]), models).place(asked)


def test_questions_in_other_words_are_alike_and_others_are_not() -> None:
    asked = _asked(*AGAIN, "Zijn jullie zondag open?", "Kan ik mijn adres nog wijzigen?")
    assert _placed(asked) == {0: 0, 1: 0, 2: 0, 3: 3, 4: 4}
    known = Asked(9, asked[0].stems)
    assert _placed(asked[1:], (known,)) == {1: 9, 2: 9, 3: 3, 4: 4}


@given(st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), min_size=1), max_size=25), st.randoms())
def test_groups_do_not_depend_on_the_order(stems: list[frozenset[str]], chance: Random) -> None:
    asked = [Asked(n, words) for n, words in enumerate(stems)]
    shuffled = chance.sample(asked, len(asked))
    placed = _placed(asked)
    assert _placed(shuffled) == placed
    assert placed.keys() == set(range(len(asked)))
    assert all(placed[of] == of <= pk for pk, of in placed.items())


def test_words_of_customers_do_not_choose_how_long_it_takes() -> None:
    words = [str(number) for number in range(400)]
    asked = [Asked(n, frozenset(Random(n).sample(words, 80))) for n in range(2000)]  # noqa: S311  no secret
    begun = time.process_time()
    _placed(asked)
    assert time.process_time() - begun < 5


class World:
    """Three people ask the same, one asked it the day before, and one asks something else."""

    def __init__(self) -> None:
        self.x, self.facebook = factories.make_account("x"), factories.make_account("facebook")
        self.anna, self.bram = factories.make_user(first_name="Anna"), factories.make_user(first_name="Bram")
        self.before = self._arrives(AGAIN[0], "Piet Gisteren", self.x, days=1)
        self.said = [self._arrives(text, f"Karin {n} Visser", self.x) for n, text in enumerate(AGAIN)]
        self._arrives("Zijn jullie zondag open?", "Sien Anders", self.facebook)
        self.usual = self._answers(self.said[0], self.bram, "Die is onderweg.")
        self.best = self._answers(self.said[1], self.anna, "Dag Karin, bel ons op 06-12345678. ^AB")
        gather(LATER)

    def _arrives(self, text: str, who: str, account: Account, *, days: int = 0) -> Message:
        with at("09:00", DAY - timedelta(days=days)) as now:
            return factories.make_inbound(account, text, author=factories.author(who), sent_at=now)

    def _answers(self, said: Message, agent: User, text: str) -> Message:
        assert said.conversation is not None
        with at("10:00") as now:
            return factories.make_answer(said.conversation, agent, text=text, sent_at=now)


@pytest.fixture
def asking() -> World:
    return World()


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


def _address(page: Client) -> str:
    html = opened(page, "/figures/questions/", **PERIOD)
    (address,) = set(re.findall(r'href="(/figures/questions/[0-9a-f-]{36}/)', html))
    return str(address)


@pytest.mark.django_db
def test_a_recurring_question_opens_exactly_its_conversations(asking: World, page: Client) -> None:
    Review.objects.create(message=asking.best, reviewer=factories.make_user("lead"), verdict="yes")
    assert asking.said[2].conversation is not None
    with at("14:00"):
        labels.add_label(asking.said[2].conversation, Label.objects.create(name="Bezorging"), asking.anna)
    (row,) = table(page, "/figures/questions/csv/")
    assert (row["conversations"], row["before"], row["channels"], row["labels"]) == ("3", "1", "X", "Bezorging")
    assert (row["question"], row["best answer"]) == (AGAIN[1], asking.best.text)  # what it answered
    address = _address(page)
    inside = opened(page, address, **PERIOD)
    assert re.findall(r'href="(/inbox/[0-9a-f-]{36}/)"', inside) == [
        said.conversation.get_absolute_url() for said in reversed(asking.said) if said.conversation
    ]
    elsewhere = page.get(address, {"since": "2026-01-01", "until": "2026-01-01"})
    assert elsewhere["Location"] == "/figures/questions/?since=2026-01-01&until=2026-01-01"


@pytest.mark.django_db
def test_the_best_answer_becomes_a_canned_reply(asking: World, page: Client) -> None:
    Review.objects.create(message=asking.best, reviewer=factories.make_user("lead"), verdict="yes")
    html = opened(page, "/figures/questions/", **PERIOD)
    (address,) = set(re.findall(r'href="(/settings/canned/add/\?answer=[^"]*)"', html))
    form = opened(page, address)
    assert "Dag {first_name}, bel ons op [[…]]." in form
    assert "^AB" not in form
    page.post(address, {
        "title": "Waar is mijn pakket", "scope": "all", "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0",
        "texts-0-text": "Dag {first_name}, bel ons op [[…]].",
    })  # fmt: skip
    assert CannedReply.objects.get().texts.get().text == "Dag {first_name}, bel ons op [[…]]."


@pytest.mark.django_db
def test_scored_answer_goes_before_one_that_was_reopened(asking: World, page: Client) -> None:
    def best() -> str:
        return table(page, "/figures/questions/csv/")[0]["best answer"]

    first, second = (said.conversation for said in asking.said[:2])
    assert first is not None and second is not None
    Conversation.objects.filter(pk__in=[first.pk, second.pk]).update(
        status="closed", close_reason="answered", closed_at=LATER
    )
    with at("15:00"):
        Event.note("reopened", conversation=second)
    assert best() == asking.usual.text
    rest = (LATER, LATER + timedelta(days=1))
    Survey.objects.create(
        conversation=second, contact=second.contact, message=asking.best, rest=rest, score=5, scored_at=LATER
    )
    assert best() == asking.best.text


@pytest.mark.django_db
def test_only_visible_questions_and_answers_are_read(asking: World, lead: User, page: Client) -> None:
    aside = f"{_address(page)}aside/?since={DAY}&until={DAY}"
    factories.limit(lead, asking.facebook)
    assert table(page, "/figures/questions/csv/") == []
    assert page.post(aside).status_code == 404
    for code in (asking.best.code, "nonsense"):
        assert page.get(f"/settings/canned/add/?answer={code}").status_code == 404
    assert signed_in(asking.anna).get("/figures/questions/").status_code == 403


@pytest.mark.django_db
def test_what_a_closed_team_has_counts_for_its_members_alone(asking: World, lead: User, page: Client) -> None:
    team = Team.objects.create(name="Personeelszaken", is_closed=True)
    Conversation.objects.filter(messages=asking.said[0]).update(team=team)
    assert table(page, "/figures/questions/csv/") == []
    team.members.add(lead)
    (row,) = table(page, "/figures/questions/csv/")
    assert row["conversations"] == "3"


@pytest.mark.django_db
def test_what_is_no_question_is_set_aside_and_taken_back(asking: World, page: Client) -> None:
    aside = f"{_address(page)}aside/?since={DAY}&until={DAY}"
    page.post(aside, {"do": "aside"})
    assert table(page, "/figures/questions/csv/") == []
    assert "Set aside by" in opened(page, "/figures/questions/", aside="1", **PERIOD)
    page.post(aside, {"do": "back"})
    assert len(table(page, "/figures/questions/csv/")) == 1


@pytest.mark.django_db
def test_new_questions_join_those_asked_before_once(asking: World, page: Client) -> None:
    groups = Question.objects.count()
    with at("21:00"):
        late = factories.make_inbound(asking.facebook, "Waar blijft dat pakket van mij?")
        factories.make_inbound(asking.facebook, "Mijn pakket, waar blijft dat dan?", author=factories.author("Karin 2"))
    gather(LATER + timedelta(hours=2))
    assert gather(LATER + timedelta(hours=3)) == 0
    assert Question.objects.count() == groups
    (row,) = table(page, "/figures/questions/csv/")
    assert (row["conversations"], row["channels"]) == ("5", "Facebook, X")
    Conversation.objects.filter(messages=late).update(
        status="closed", close_reason="spam", closed_at=LATER + timedelta(hours=3)
    )
    gather(LATER + timedelta(hours=4))
    assert table(page, "/figures/questions/csv/")[0]["conversations"] == "4"


@pytest.mark.django_db
def test_nothing_of_an_erased_person_is_left_in_groups(page: Client) -> None:
    with at("09:00"):
        planted = plant()
        said = f"Waarom piept mijn {WORDS['public text']} en belt niemand terug?"
        Message.objects.filter(conversation=planted.public, direction="inbound").update(text=said)
        others = [factories.make_inbound(planted.public.account, said, author=factories.author(f"K{n}")) for n in "abc"]
    gather(LATER)
    assert Asking.objects.get(is_model=True).conversation_id == planted.public.pk
    call_command("erase_person", str(planted.contact.code), "--reason", "vroeg erom", stdout=StringIO())
    assert not Asking.objects.filter(conversation=planted.public).exists()
    assert Asking.objects.get(is_model=True).message_id == others[0].pk
    (row,) = table(page, "/figures/questions/csv/")
    assert row["conversations"] == "3"
    Message.objects.filter(pk__in=[other.pk for other in others]).update(removed_at=LATER)
    assert not Question.objects.exists()


@pytest.mark.django_db
def test_page_of_questions_costs_the_same_for_any_number(asking: World, page: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            opened(page, "/figures/questions/", **PERIOD)
        return len(captured)

    statements()
    few = statements()
    with at("11:00"):
        for n in range(3):
            for text in ("Zijn jullie zondag open?", "Kan ik mijn adres nog wijzigen?"):
                factories.make_inbound(asking.facebook, text, author=factories.author(f"Ander {n} {text[:5]}"))
    gather(LATER + timedelta(hours=2))
    assert statements() == few
    assert len(table(page, "/figures/questions/csv/")) == 3


@pytest.mark.django_db
def test_first_reader_has_questions_grouped(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr("reports.questions.views.enqueue", woken.append)
    assert "grouped for the first time" in opened(page, "/figures/questions/", **PERIOD)
    assert woken == ["reports.tasks.begin_questions"]
    assert gather() == 0
    assert "grouped for the first time" not in opened(page, "/figures/questions/", **PERIOD)
    assert len(woken) == 1


@pytest.mark.django_db
def test_beat_groups_nothing_where_nobody_ever_looked(asking: World) -> None:
    Asking.objects.all().delete()
    QuestionState.objects.all().delete()
    tasks.gather_questions()
    assert (QuestionState.objects.count(), Asking.objects.count()) == (0, 0)
    tasks.begin_questions()
    assert QuestionState.objects.exists()
    with at("11:00"):
        factories.make_inbound(asking.facebook, "Zijn jullie zondag open?")
    with time_machine.travel(LATER + timedelta(hours=2)):
        tasks.gather_questions()
    assert Asking.objects.exists()


@pytest.mark.django_db
def test_words_erased_while_they_are_grouped_are_no_question(asking: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with at("11:00"):
        erased = factories.make_inbound(asking.facebook, "Waarom staat mijn naam op de gevel?")
        kept = factories.make_inbound(asking.facebook, "Hoe laat gaan jullie zaterdag dicht?")
    known = gathering._known

    def meanwhile(new: Any) -> Any:
        Message.objects.filter(pk=erased.pk).update(text="", removed_at=LATER)
        return known(new)

    monkeypatch.setattr(gathering, "_known", meanwhile)
    gather(LATER + timedelta(hours=2))
    assert not Asking.objects.filter(message_id=erased.pk).exists()
    assert Asking.objects.filter(message_id=kept.pk).exists()

"""Recurring questions: what is alike, who asked it, and a canned reply from the best answer."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from random import Random

import pytest
from django.test import Client

from channels.models import Account
from inbox.models import CannedReply, Message, Review, User
from reports.questions.grouping import Asked, grouped
from tests import factories
from tests.reports.test_figures import DAY, at
from tests.reports.test_pages import PERIOD, opened, table
from tests.support.pages import signed_in

AGAIN = ("Waar blijft mijn pakket?", "Hallo, waar blijft mijn pakket nou toch?", "Mijn pakket, waar blijft dat?")


def _asked(*texts: str) -> list[Asked]:
    return [Asked(n, n, frozenset(re.findall(r"\w{4,}", text.lower()))) for n, text in enumerate(texts)]


def test_questions_in_other_words_are_alike_and_others_are_not() -> None:
    asked = _asked(*AGAIN, "Zijn jullie zondag open?", "Kan ik mijn adres nog wijzigen?")
    (group,) = grouped(asked, _asked("waar blijft het pakket", "zondag open?"))
    assert group.conversations == {0, 1, 2}
    assert group.before == {0}
    assert group.typical.id != 1  # it says more than the others


def test_who_asks_twice_counts_once() -> None:
    asked = [one._replace(conversation=1) for one in _asked(*AGAIN)]
    assert grouped(asked) == []


class Asking:
    """Three people ask the same, one asked it the day before, and one asks something else."""

    def __init__(self) -> None:
        self.x, self.facebook = factories.make_account("x"), factories.make_account("facebook")
        self.anna, self.bram = factories.make_user(first_name="Anna"), factories.make_user(first_name="Bram")
        self.said = [self._arrives(text, f"Karin {n} Visser", self.x) for n, text in enumerate(AGAIN)]
        self._arrives(AGAIN[0], "Piet Gisteren", self.x, days=1)
        self._arrives("Zijn jullie zondag open?", "Sien Anders", self.facebook)
        self.usual = self._answers(self.said[0], self.bram, "Die is onderweg.")
        self.best = self._answers(self.said[1], self.anna, "Dag Karin, bel ons op 06-12345678. ^AB")

    def _arrives(self, text: str, who: str, account: Account, *, days: int = 0) -> Message:
        with at("09:00", DAY - timedelta(days=days)) as now:
            return factories.make_inbound(account, text, author=factories.author(who), sent_at=now)

    def _answers(self, said: Message, agent: User, text: str) -> Message:
        assert said.conversation is not None
        with at("10:00") as now:
            return factories.make_answer(said.conversation, agent, text=text, sent_at=now)


@pytest.fixture
def asking() -> Asking:
    return Asking()


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


@pytest.mark.django_db
def test_a_recurring_question_opens_exactly_its_conversations(asking: Asking, page: Client) -> None:
    Review.objects.create(message=asking.best, reviewer=factories.make_user("lead"), verdict="yes")
    (row,) = table(page, "/figures/questions/csv/")
    assert (row["conversations"], row["before"]) == ("3", "1")
    assert row["best answer"] == asking.best.text
    html = opened(page, "/figures/questions/", **PERIOD)
    (address,) = set(re.findall(r'href="(/figures/questions/[0-9a-f-]{36}/)', html))
    inside = opened(page, address, **PERIOD)
    assert set(re.findall(r'href="(/inbox/[0-9a-f-]{36}/)"', inside)) == {
        said.conversation.get_absolute_url() for said in asking.said if said.conversation
    }
    elsewhere = page.get(address, {"since": "2026-01-01", "until": "2026-01-01"})
    assert elsewhere["Location"] == "/figures/questions/?since=2026-01-01&until=2026-01-01"


@pytest.mark.django_db
def test_the_best_answer_becomes_a_canned_reply(asking: Asking, page: Client) -> None:
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
def test_only_visible_questions_and_answers_are_read(asking: Asking, lead: User, page: Client) -> None:
    factories.limit(lead, asking.facebook)
    assert table(page, "/figures/questions/csv/") == []
    for code in (asking.best.code, "nonsense"):
        assert page.get(f"/settings/canned/add/?answer={code}").status_code == 404
    assert signed_in(asking.anna).get("/figures/questions/").status_code == 403


def test_words_of_customers_do_not_choose_how_long_it_takes() -> None:
    words = [str(number) for number in range(400)]
    asked = [Asked(n, n, frozenset(Random(n).sample(words, 80))) for n in range(2000)]  # noqa: S311  no secret
    begun = time.process_time()
    grouped(asked)
    assert time.process_time() - begun < 3

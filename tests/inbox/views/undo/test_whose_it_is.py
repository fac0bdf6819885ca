"""An act is its doer's alone to undo, and names nobody the doer may no longer see."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from inbox.models import Conversation, User
from inbox.triage import assignment
from inbox.undo import reversal
from inbox.undo.bar import bar_of
from tests import factories
from tests.support.html import without_chance
from tests.support.pages import HTMX, signed_in
from tests.support.undoing import last_act

pytestmark = pytest.mark.django_db


def test_nobody_undoes_a_colleagues_act(page: Client, agent: User, lead: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    act = last_act(agent)
    for other in (lead, factories.make_user("admin")):
        assert signed_in(other).post("/inbox/undo/", {"act": str(act.code)}).status_code == 404
        assert bar_of(other) is None
    noa.refresh_from_db()
    assert noa.assignee == agent
    for nonsense in ("", "x"):
        assert page.post("/inbox/undo/", {"act": nonsense}).status_code == 404


def test_an_act_that_another_took_the_place_of_is_not_undone(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    stale = last_act(agent)
    page.post(f"/inbox/{noa.code}/snooze/", {"span": "answer"})
    html = page.post("/inbox/undo/", {"act": str(stale.code)}, **HTMX).content.decode()
    assert "sleeps until they write" in html and "data-undo" in html
    noa.refresh_from_db()
    assert (noa.assignee, noa.status) == (agent, "snoozed")


def test_undo_stops_where_one_no_longer_may(page: Client, agent: User, account: Account, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    factories.limit(agent, factories.make_account("facebook"))
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert "Its account is not yours any more." in html
    noa.refresh_from_db()
    assert noa.assignee == agent


def _moved_to_other_accounts(agent: User) -> None:
    factories.limit(agent, factories.make_account("facebook"))


@pytest.mark.parametrize(
    ("language", "words", "late"),
    [
        ("en", "<b><bdi>A conversation</bdi></b> to you", "Its account is not yours any more."),
        ("nl", "<b><bdi>Een gesprek</bdi></b> naar jou", "Dat account is niet meer van jou."),
    ],
)
def test_the_bar_names_nobody_one_may_not_see(
    page: Client, agent: User, noa: Conversation, language: str, words: str, late: str
) -> None:
    User.objects.filter(pk=agent.pk).update(language=language)
    page.post(f"/inbox/{noa.code}/claim/")
    assert "Noa" in without_chance(page.get("/preferences/").content.decode())
    _moved_to_other_accounts(agent)
    html = page.get("/preferences/").content.decode()
    assert words in html and "Noa" not in without_chance(html)  # a form's token may hold three letters
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert late in html and "Noa" not in without_chance(html) and str(noa.code) not in html


@pytest.mark.parametrize(
    ("language", "again", "words"),
    [
        ("en", "Assign after all", "A conversation is as it was."),
        ("nl", "Toch toewijzen", "Een gesprek is weer zoals het was."),
    ],
)
def test_an_undone_act_is_not_offered_where_one_may_not_see(
    page: Client, agent: User, noa: Conversation, language: str, again: str, words: str
) -> None:
    User.objects.filter(pk=agent.pk).update(language=language)
    page.post(f"/inbox/{noa.code}/claim/")
    reversal.undo(last_act(agent).code, agent)
    assert again in page.get("/preferences/").content.decode()
    _moved_to_other_accounts(agent)
    html = page.get("/preferences/").content.decode()
    assert words in html
    assert again not in html and str(noa.code) not in html


def test_of_many_only_those_one_may_see_are_named(
    page: Client, agent: User, joost: User, account: Account, noa: Conversation
) -> None:
    lotte = factories.make_conversation(factories.make_account("facebook"), author=factories.author("Lotte Brouwer"))
    page.post("/inbox/bulk/", {"do": "mine", "pick": [str(noa.code), str(lotte.code)]})
    factories.limit(agent, account)
    assignment.assign(noa, joost, by=joost)
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert "Too late for 2." in html
    assert f'href="/inbox/{noa.code}/">Noa</a>' in html
    assert "Lotte" not in html and str(lotte.code) not in html

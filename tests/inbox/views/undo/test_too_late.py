"""Undo never overwrites a colleague's later change, and says what came in between."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.contacts import linking
from inbox.models import Conversation, Event, Label, Message, Team, UndoableAct, User
from inbox.triage import assignment, labels
from inbox.undo import reversal
from tests import factories
from tests.support.pages import HTMX, signed_in
from tests.support.undoing import everything_of, last_act, send_answer

pytestmark = pytest.mark.django_db
_MEANWHILE: dict[str, tuple[str, dict[str, str], str]] = {
    "reassigned": ("claim", {}, "Joost Willems changed it meanwhile."),
    "reopened": ("close", {"reason": "troll"}, "Joost Willems changed it meanwhile."),
    "answered": ("claim", {}, "Joost Willems answered there already."),
    "label off": ("labels", {}, "Joost Willems changed it meanwhile."),
    "wrote": ("close", {"reason": "troll"}, "Noa wrote again meanwhile."),
    "woken": ("snooze", {"span": "3h"}, "Noa wrote again meanwhile."),
}


@pytest.mark.parametrize("case", _MEANWHILE)
def test_a_later_change_is_never_overwritten(
    page: Client, agent: User, joost: User, account: Account, noa: Conversation, label: Label, case: str
) -> None:
    path, form, words = _MEANWHILE[case]
    page.post(f"/inbox/{noa.code}/{path}/", form | {"label": str(label.code)})
    write = partial(factories.make_inbound, account, "Hallo?", author=factories.author("Noa Bakker"))
    later: dict[str, Callable[[], object]] = {
        "reassigned": lambda: assignment.assign(noa, joost, by=joost),
        "reopened": lambda: assignment.reopen(noa, by=joost),
        "answered": lambda: send_answer(noa, joost),
        "label off": lambda: labels.remove_label(noa, label, joost),
        "wrote": write,
        "woken": write,
    }
    later[case]()
    before = everything_of(noa)
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert words in html and "Too late." in html and "undo-over" in html
    assert everything_of(noa) == before
    assert not Event.objects.filter(verb="undone").exists()


def test_given_away_and_back_is_a_change_too(page: Client, agent: User, joost: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    assignment.assign(noa, None, by=joost)
    assignment.assign(noa, agent, by=joost)
    assert reversal.undo(last_act(agent).code, agent).outcome == "late"


def test_another_label_meanwhile_is_no_matter(page: Client, agent: User, joost: User, noa: Conversation) -> None:
    own_label, other_label = Label.objects.create(name="Retour"), Label.objects.create(name="Kleur")
    page.post(f"/inbox/{noa.code}/labels/", {"label": str(own_label.code)})
    labels.add_label(noa, other_label, joost)
    assert reversal.undo(last_act(agent).code, agent).outcome == "undone"
    assert list(noa.labels.all()) == [other_label]


def test_many_at_once_are_undone_but_for_those_changed(
    page: Client, agent: User, joost: User, account: Account
) -> None:
    rows = [factories.make_conversation(account, author=factories.author(f"Klant{n} Jansen")) for n in range(4)]
    form = {"do": "assign", "user": str(joost.code), "pick": [str(row.code) for row in rows]}
    page.post("/inbox/bulk/", form)
    assert "<b>4 conversations</b> to Joost" in page.get("/inbox/").content.decode()
    send_answer(rows[1], joost)
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert "Too late for 1. Joost Willems answered there already. 3 are back as they were." in html
    assert f'href="/inbox/{rows[1].code}/"' in html and ">Klant1 Jansen</a>" in html
    assert [Conversation.objects.get(pk=row.pk).assignee for row in rows] == [None, joost, None, None]


def test_link_moved_on_is_too_late(agent: User, lead: User, account: Account, noa: Conversation) -> None:
    other = factories.make_inbound(account, "Hoi", author=factories.author("Noa B")).conversation
    assert other is not None
    signed_in(agent).post(f"/inbox/{noa.code}/contact/link/", {"contact": str(other.contact.code)})
    linking.unlink(other.identity, lead)
    assert reversal.undo(last_act(agent).code, agent).outcome == "late"


def test_undo_of_a_sent_answer_says_where_it_stands(page: Client, agent: User, noa: Conversation) -> None:
    message = send_answer(noa, agent)
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=timezone.now())
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert "Too late. It stands on X since" in html and f"/inbox/{noa.code}/" in html


def test_what_was_done_days_ago_is_not_undone(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    act = last_act(agent)
    UndoableAct.objects.update(at=factories.minutes_ago(13 * 60))
    html = page.post("/inbox/undo/", {"act": str(act.code)}, **HTMX).content.decode()
    assert "Too late. That was too long ago." in html
    noa.refresh_from_db()
    assert noa.assignee == agent


def _leaves(joost: User, team: Team, reason: str) -> str:
    """Take from Joost what he needs to hold it; return what the bar says of it."""
    if reason == "inactive":
        User.objects.filter(pk=joost.pk).update(is_active=False)
    elif reason == "limited":
        factories.limit(joost, factories.make_account("facebook"))
    elif reason == "team":
        labels.set_members(team, list(team.members.exclude(pk=joost.pk)), joost)
        return "Joost Willems left that team meanwhile."
    else:
        Team.objects.filter(pk=team.pk).update(archived_at=timezone.now())
        return "Team Bezorging was put away meanwhile."
    return "Joost Willems has no access to it any more."


@pytest.mark.parametrize("reason", ["inactive", "limited", "team", "archived"])
def test_undo_gives_no_work_to_who_cannot_do_it(
    page: Client, agent: User, joost: User, team: Team, noa: Conversation, reason: str
) -> None:
    team.members.add(joost)
    labels.give_to_team(noa, team, joost)
    assignment.assign(noa, joost, by=joost)
    page.post(f"/inbox/{noa.code}/claim/")
    words = _leaves(joost, team, reason)
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX).content.decode()
    assert words in html
    noa.refresh_from_db()
    assert noa.assignee == agent

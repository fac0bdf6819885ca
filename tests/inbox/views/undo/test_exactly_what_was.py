"""Undo puts back exactly what was, once, whatever breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox import tasks
from inbox.models import Contact, Conversation, Event, Label, Team, UndoableAct, User
from inbox.triage import assignment
from inbox.undo import reversal
from tests import factories
from tests.support.pages import HTMX, signed_in
from tests.support.undoing import everything_of, last_act, send_answer, sorting_acts
from webcare.celery import app

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", range(6))
def test_undo_puts_back_exactly_what_was(
    page: Client, agent: User, lead: User, noa: Conversation, joost: User, team: Team, label: Label, number: int
) -> None:
    assignment.assign(noa, lead, by=lead, handover="Let op de kleur")
    path, form = list(sorting_acts(noa, joost, team, label).items())[number]
    before = everything_of(noa)
    assert page.post(path, form, **HTMX).status_code == 200
    assert everything_of(noa) != before
    page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, **HTMX)
    assert everything_of(noa) == before
    assert Event.objects.filter(verb="undone", actor=agent, conversation=noa).count() == 1


def test_undo_of_reopening_closes_again_as_it_was(page: Client, agent: User, noa: Conversation) -> None:
    assignment.close(noa, agent, "spam")
    before = everything_of(noa)
    page.post(f"/inbox/{noa.code}/reopen/", **HTMX)
    assert Conversation.objects.get(pk=noa.pk).waiting_since is not None
    reversal.undo(last_act(agent).code, agent)
    assert everything_of(noa) == before


def test_undo_twice_is_undo_once(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    code = last_act(agent).code
    assert reversal.undo(code, agent).outcome == reversal.undo(code, agent).outcome == "undone"
    assert Event.objects.filter(verb="undone").count() == 1


def test_an_answer_taken_back_is_logged_once(agent: User, noa: Conversation) -> None:
    send_answer(noa, agent)
    assert _logged_by_undoing(agent) == ["taken_back"]


def test_a_link_undone_is_logged_once(agent: User, account: Account, noa: Conversation) -> None:
    other = factories.make_inbound(account, "Hoi", author=factories.author("Noa B")).conversation
    assert other is not None
    signed_in(agent).post(f"/inbox/{noa.code}/contact/link/", {"contact": str(other.contact.code)})
    assert _logged_by_undoing(agent) == ["link_undone"]


def _logged_by_undoing(person: User) -> list[str]:
    before = list(Event.objects.values_list("pk", flat=True))
    assert reversal.undo(last_act(person).code, person).outcome == "undone"
    return list(Event.objects.exclude(pk__in=before).values_list("verb", flat=True))


def test_linking_is_undone_but_not_a_later_change(agent: User, account: Account, noa: Conversation) -> None:
    other = factories.make_inbound(account, "Hoi", author=factories.author("Noa B")).conversation
    assert other is not None
    Contact.objects.filter(pk=other.contact_id).update(kind="press")
    client = signed_in(agent)
    client.post(f"/inbox/{noa.code}/contact/link/", {"contact": str(other.contact.code)})
    other.refresh_from_db()
    assert other.contact_id == noa.contact_id
    Contact.objects.filter(pk=noa.contact_id).update(kind="influencer")
    assert reversal.undo(last_act(agent).code, agent).outcome == "undone"
    other.refresh_from_db()
    assert other.contact_id != noa.contact_id
    assert Contact.objects.get(pk=noa.contact_id).kind == "influencer"


def test_an_undo_that_breaks_has_undone_nothing(
    page: Client, agent: User, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [factories.make_conversation(account, author=factories.author(f"Klant{n} Jansen")) for n in range(3)]
    page.post("/inbox/bulk/", {"do": "mine", "pick": [str(row.code) for row in rows]})
    real = reversal._put_back

    def breaks(row: Conversation, *rest: Any) -> None:
        if row.pk == rows[0].pk:  # the last in turn
            raise RuntimeError
        real(row, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(reversal, "_put_back", breaks)
        with pytest.raises(RuntimeError):
            reversal.undo(last_act(agent).code, agent)
    assert {Conversation.objects.get(pk=row.pk).assignee for row in rows} == {agent}
    assert reversal.undo(last_act(agent).code, agent).outcome == "undone"


def test_a_platform_that_breaks_leaves_the_undo(
    page: Client, agent: User, noa: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.post(f"/inbox/{noa.code}/claim/")

    def breaks(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(reversal, "_put_back_on_platform", breaks)
    assert reversal.undo(last_act(agent).code, agent).outcome == "undone"
    assert last_act(agent).outcome == "undone"


@pytest.mark.parametrize("path", ["", "bulk"])
def test_no_act_keeps_the_words_of_a_note(
    page: Client, agent: User, lead: User, noa: Conversation, joost: User, path: str
) -> None:
    assignment.assign(noa, lead, by=lead, handover="Let op de kleur")
    form = {"user": str(joost.code), "handover": "Belde ook al", "do": "assign", "pick": str(noa.code)}
    page.post("/inbox/bulk/" if path else f"/inbox/{noa.code}/assign/", form | {"text": "Belde ook al"})
    noa.refresh_from_db()
    assert noa.handover_note == "Belde ook al"
    kept = UndoableAct.objects.values().get(user=agent)
    assert "Belde" not in str(kept) and "kleur" not in str(kept)
    reversal.undo(last_act(agent).code, agent)
    noa.refresh_from_db()
    assert noa.handover_note == "Let op de kleur"


def test_old_acts_are_forgotten(page: Client, agent: User, lead: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    signed_in(lead).post(f"/inbox/{noa.code}/claim/")
    UndoableAct.objects.filter(user=agent).update(at=timezone.now() - reversal.STANDS_FOR - timedelta(minutes=1))
    assert "inbox.tasks.forget_acts" in {line["task"] for line in app.conf.beat_schedule.values()}
    tasks.forget_acts()
    assert [act.user for act in UndoableAct.objects.all()] == [lead]

"""What is kept of an act so that it can be undone, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels.models import Account
from inbox.lists import bulk
from inbox.models import Conversation, Event, Label, Team, UndoableAct, User
from inbox.triage import assignment, closing, labels
from tests import factories
from tests.support.profiles import cases

pytestmark = pytest.mark.django_db
FEW, MANY = 2, 12
Act = Callable[..., Any]


@pytest.fixture
def account() -> Account:
    """The brand's account."""
    return factories.make_account()


@pytest.fixture
def agent() -> User:
    """Who sorts."""
    return factories.make_user()


def _acts(agent: User) -> dict[str, tuple[Act, Act]]:
    """Return by name how several are done, and how one is done without being kept."""
    joost, team = factories.make_user(first_name="Joost"), Team.objects.create(name="Bezorging")
    label = Label.objects.create(name="Klacht", is_complaint=True)
    return {
        "assign": (
            lambda rows: bulk.assign(rows, joost, agent, handover="Belt morgen"),
            lambda row: assignment.assign(row, joost, agent, handover="Belt morgen"),
        ),
        "team": (
            lambda rows: bulk.give_to_team(rows, team, agent),
            lambda row: labels.give_to_team(row, team, agent),
        ),
        "label": (lambda rows: bulk.label(rows, label, agent), lambda row: labels.add_label(row, label, agent)),
        "snooze": (lambda rows: bulk.snooze(rows, None, agent), lambda row: assignment.snooze(row, None, agent)),
        "close": (
            lambda rows: bulk.close(rows, agent, reason="troll"),
            lambda row: closing.close(row, agent, reason="troll"),
        ),
    }


def _statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


@cases("name", ["assign", "team", "label", "snooze", "close"], quick=2)
def test_keeping_many_costs_no_more_than_keeping_few(agent: User, account: Account, name: str) -> None:
    several, alone = _acts(agent)[name]
    rows = [factories.make_conversation(account) for _n in range(FEW + MANY + 2)]
    several([rows.pop()])  # what is asked once and remembered
    each = _statements(partial(alone, rows.pop()))
    few, many = _statements(partial(several, rows[:FEW])), _statements(partial(several, rows[FEW:]))
    assert many - few == (MANY - FEW) * each
    assert len(UndoableAct.objects.get(user=agent).steps) == MANY


def test_many_are_done_with_what_undoes_them_or_not_at_all(
    agent: User, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [factories.make_conversation(account) for _n in range(3)]
    real = assignment.assign

    def breaks(row: Conversation, *rest: Any, **more: Any) -> bool:
        if row == rows[-1]:
            raise RuntimeError
        return real(row, *rest, **more)

    monkeypatch.setattr(assignment, "assign", breaks)
    with pytest.raises(RuntimeError):
        bulk.assign(rows, agent, agent)
    assert not Conversation.objects.filter(assignee=agent).exists()
    assert not Event.objects.filter(verb="assigned").exists()

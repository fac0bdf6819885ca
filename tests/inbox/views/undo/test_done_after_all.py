"""What was undone can be done after all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from channels.models import Account
from inbox.models import Conversation, Label, Team, User
from inbox.undo import reversal
from tests import factories
from tests.support.profiles import cases
from tests.support.undoing import everything_of, last_act, sorting_acts

pytestmark = pytest.mark.django_db


def test_undone_can_be_done_after_all(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/close/", {"reason": "troll"})
    html = page.post("/inbox/undo/", {"act": str(last_act(agent).code)}, follow=True).content.decode()
    assert "<b><bdi>Noa</bdi></b> is open again." in html and "Close after all" in html
    assert f'action="/inbox/{noa.code}/close/"' in html and '<input type="hidden" name="reason" value="troll">' in html


def _of_many(rows: list[Conversation], joost: User, team: Team, label: Label) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = [
        {"do": "mine"},
        {"do": "assign", "user": str(joost.code), "handover": "Belde ook al"},
        {"user": str(joost.code)},
        {"team": str(team.code)},
        {"do": "label", "label": str(label.code), "handover": "Belde ook al"},
        {"snooze": "3h"},
        {"close": "troll"},
    ]
    return [form | {"pick": [str(row.code) for row in rows]} for form in asked]


def _sorted_as(conversation: Conversation) -> dict[str, Any]:
    """What asking once more brings about: all but times, and the note of a colleague."""
    row = everything_of(conversation)
    return {name: row[name] for name in ("status", "close_reason", "assignee_id", "team_id", "labels", "is_complaint")}


@cases("number", range(13), quick=4)
def test_what_is_done_after_all_is_what_was_done(
    page: Client, agent: User, account: Account, noa: Conversation, joost: User, team: Team, label: Label, number: int
) -> None:
    rows = [noa, factories.make_conversation(account, author=factories.author("Lotte Brouwer"))]
    acts = [*sorting_acts(noa, joost, team, label).items()]
    acts += [("/inbox/bulk/", form) for form in _of_many(rows, joost, team, label)]
    path, form = acts[number]
    page.post(path, form | {"text": "Iets anders"})
    done = [_sorted_as(row) for row in rows]
    reversal.undo(last_act(agent).code, agent)
    assert [_sorted_as(row) for row in rows] != done
    repeat = last_act(agent).about["repeat"]
    asked: dict[str, list[str]] = {}
    for name, value in repeat["fields"]:
        asked.setdefault(name, []).append(value)
    page.post(repeat["path"], asked)
    assert [_sorted_as(row) for row in rows] == done

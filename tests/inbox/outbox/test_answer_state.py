"""The declared transitions are those of the database and the docs."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from inbox.models import Conversation, Message
from inbox.models.answer_state import TRANSITIONS, AnswerState
from tests import factories

DOCS = Path(__file__).resolve().parents[3] / "docs/architecture.md"


@pytest.fixture
def conversation(db: None) -> Conversation:
    """One that waits."""
    found = factories.make_inbound().conversation
    assert found is not None
    return found


@pytest.mark.parametrize("before", AnswerState.values)
def test_database_allows_declared_changes_alone(before: str, conversation: Conversation) -> None:
    agent, allowed = factories.make_user(), set()
    for after in [state for state in AnswerState.values if state != before]:
        message = factories.make_answer(conversation, agent, state=before, external_id=None)
        try:
            with transaction.atomic():
                Message.objects.filter(pk=message.pk).update(state=after)
        except IntegrityError:
            continue
        allowed.add(after)
    assert allowed == set(TRANSITIONS[before])


def test_every_state_is_declared_and_reached() -> None:
    assert set(TRANSITIONS) == set(AnswerState.values)
    begins = {AnswerState.QUEUED, AnswerState.APPROVAL}
    assert {state for ways in TRANSITIONS.values() for state in ways} | begins == set(AnswerState.values)


def test_docs_name_every_way() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    drawn = {(before, after) for before, told in rows for after in re.findall(r"`(\w+)`", told)}
    assert drawn == {(a, b) for a, b in permutations(AnswerState.values, 2) if b in TRANSITIONS[a]}

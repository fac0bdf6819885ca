"""Drafts: kept, renewed, thrown away; a late one changes nothing."""

from __future__ import annotations

import uuid

import pytest

from inbox.models import Conversation, Draft, User
from inbox.outbox import drafts
from inbox.triage import assignment
from tests.factories import make_answer, make_conversation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> Conversation:
    """Any."""
    return make_conversation()


@pytest.fixture
def agent() -> User:
    """Who writes."""
    return make_user()


def test_a_draft_is_kept_per_person_and_renewed(conversation: Conversation, agent: User) -> None:
    drafts.save_draft(conversation, agent, tab="public", text="Eerste")
    drafts.save_draft(conversation, make_user(), tab="public", text="Van een ander")
    asked = conversation.messages.get()
    drafts.save_draft(conversation, agent, tab="private", text="Tweede\r\nregel", reply_to=str(asked.code))
    draft = Draft.objects.get(user=agent)
    assert (draft.tab, draft.text, draft.reply_to) == ("private", "Tweede\nregel", asked)


def test_an_emptied_draft_is_gone(conversation: Conversation, agent: User) -> None:
    drafts.save_draft(conversation, agent, tab="public", text="Eerste")
    assert drafts.save_draft(conversation, agent, tab="public", text="  \n") is None
    assert not Draft.objects.exists()


def test_draft_arriving_after_its_answer_is_not_kept(conversation: Conversation, agent: User) -> None:
    answer = make_answer(conversation, agent)
    assert drafts.save_draft(conversation, agent, tab="public", text="Te laat", code=answer.code) is None
    assert not Draft.objects.exists()


def test_draft_arriving_after_its_note_is_not_kept(conversation: Conversation, agent: User) -> None:
    code = uuid.uuid4()
    note = assignment.write_note(conversation, agent, "Navragen", code=code)
    assert assignment.write_note(conversation, agent, "Navragen", code=code) == note
    assert drafts.save_draft(conversation, agent, tab="note", text="Navragen", code=code) is None
    assert not Draft.objects.exists()


def test_what_is_answered_must_be_of_the_same_account(conversation: Conversation, agent: User) -> None:
    other = make_conversation().messages.get()
    draft = drafts.save_draft(conversation, agent, tab="public", text="Dag", reply_to=str(other.code))
    assert draft is not None
    assert draft.reply_to is None

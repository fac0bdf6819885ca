"""Who may write to the press."""

from __future__ import annotations

import pytest

from inbox.models import Contact, Team
from inbox.routing import spokespeople
from tests.factories import make_conversation, make_user

pytestmark = pytest.mark.django_db


def test_spokesperson_hears_the_press_without_a_team() -> None:
    contact = make_conversation().contact
    contact.kind = Contact.Kind.PRESS
    agent, speaker, member = make_user(), make_user("spokesperson"), make_user()
    assert spokespeople.may_answer(contact, agent)
    Team.objects.create(name="Woordvoering", handles_press=True).members.add(member)
    assert [spokespeople.may_answer(contact, person) for person in (agent, speaker, member)] == [False, True, True]
    assert spokespeople.answering([agent.pk, speaker.pk, member.pk]) == {speaker.pk, member.pk}

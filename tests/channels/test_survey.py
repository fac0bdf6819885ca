"""How satisfied a customer is, asked and told through the real connectors: tapped on their phone, kept as a score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests

from channels.types import Route
from inbox import tasks
from inbox.models import Conversation, Message, Survey, SurveySettings
from inbox.outbox import deliver, queue
from inbox.triage import assignment
from tests.factories import make_user, minutes_ago
from tests.support.meta import World
from tests.support.meta_door import Door, standing
from tests.support.opening_hours import send_all
from tests.support.sandbox_accounts import connect, said, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
KINDS = {"facebook": "message", "instagram": "message", "whatsapp": "text"}


@pytest.fixture
def door(platforms: Running) -> Iterator[Door]:
    with standing(World(platforms.url)) as door:
        yield door


@pytest.mark.parametrize("platform", sorted(KINDS))
def test_h8_tapped_score_comes_back(platforms: Running, door: Door, platform: str) -> None:
    account, agent = connect(platforms, platform), make_user()
    SurveySettings.objects.create(account=account, is_on=True, delay=1)
    say(platforms, platform, KINDS[platform], "karin", "Waar blijft mijn pakket?", to=account.external_id)
    door.let_in(1)
    conversation = Conversation.objects.get()
    answer = queue.queue_reply(
        conversation, agent, text="Vandaag!", route=Route.PRIVATE_MESSAGE, reply_to=None, seen_message_id=None,
        undo_seconds=0,
    )  # fmt: skip
    deliver.deliver(answer.pk)
    assignment.close(conversation, agent, "answered")
    Conversation.objects.update(closed_at=minutes_ago(2))
    tasks.ask_how_satisfied()
    send_all()
    question = Message.objects.get(automatic=True)
    assert (question.state, question.error) == ("sent", "")
    tap = {"id": question.external_id, "key": f"score:{question.code}:4", "back": f"/phone/karin/{platform}/chats"}
    shown = requests.post(f"{platforms.url}/phone/karin/{platform}/do/tap", data=tap, timeout=10)
    assert shown.ok
    assert said(platforms, platform=platform)[-1]["text"] == "4 Tevreden"
    while Survey.objects.get().score is None:
        door.let_in(1)  # echoes and receipts come first
    assert Survey.objects.get().score == 4
    assert Conversation.objects.get().status == "closed"
    assert not Message.objects.filter(text="4 Tevreden").exists()

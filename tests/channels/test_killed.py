"""Whoever dies in the midst, on each channel that is asked: what comes in is there once, and so is its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from channels.intake import polling
from channels.models import Stream
from inbox.models import Message
from inbox.outbox import deliver, queue
from tests.factories import make_user
from tests.support.talks import ANSWER, ASKED, begin
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """As kill -9 does: nothing after it runs."""


@pytest.mark.parametrize("platform", ASKED)
def test_killed_while_reading_and_answering_all_is_there_once(
    platforms: Running, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    talk = begin(platforms, platform)

    def die(*_given: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as midst:
        midst.setattr(polling, "receive", die)
        with pytest.raises(Killed):
            poll(talk.account, talk.stream)
    assert not Message.objects.filter(direction="inbound").exists()
    for _turn in range(2):
        Stream.objects.update(locked_until=None)
        poll(talk.account, talk.stream)
    question = Message.objects.select_related("conversation", "account").get(direction="inbound")
    assert question.conversation is not None
    row = queue.queue_reply(
        question.conversation, make_user(), text=ANSWER, route=talk.route, reply_to=question,
        seen_message_id=question.pk, undo_seconds=0,
    )  # fmt: skip
    with monkeypatch.context() as midst:
        midst.setattr(deliver, "record_outcome", die)  # it is there, and nobody wrote that down
        with pytest.raises(Killed):
            work(row, timedelta(seconds=1))
    assert (Message.objects.get(pk=row.pk).state, talk.arrived()) == ("sending", 1)
    for minutes in (5, 10, 15):
        work(row, timedelta(minutes=minutes))
    assert (row.state, talk.arrived()) == ("sent", 1)

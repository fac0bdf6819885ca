"""Numbers that the server knows reach the scripts by the page, as a script reads them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels.types import Visibility
from inbox.lists.queue_counts import MOST_ALERTS
from inbox.live import presence
from inbox.models import Conversation, Message, Notification, User
from inbox.models.conversation import WINDOW_NEAR
from inbox.sla.clocks import SOON
from inbox.thread.message_part import leaves_within
from tests import factories


def attribute(html: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', html)
    assert found, name
    return found[1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_numbers_of_the_page_are_those_of_the_server(
    page: Client, agent: User, conversation: Conversation, language: str
) -> None:
    User.objects.filter(pk=agent.pk).update(language=language)
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert float(attribute(html, "data-soon")) == SOON
    assert attribute(html, "data-late-steps") == "1 2 4"
    assert int(attribute(html, "data-presence-every")) == presence.EVERY * 1000
    assert int(attribute(html, "data-looking-most")) == presence.MOST
    assert int(attribute(html, "data-link-length")) == 23


def test_script_is_told_when_a_window_is_near_if_somebody_waits(page: Client) -> None:
    account = factories.make_account("whatsapp", handle="")
    row = factories.make_conversation(account, kind="text", visibility=Visibility.PRIVATE)
    html = page.get(row.get_absolute_url()).content.decode()
    assert int(attribute(html, "data-near")) == WINDOW_NEAR / timedelta(minutes=1)
    Conversation.objects.filter(pk=row.pk).update(waiting_since=None)
    html = page.get(row.get_absolute_url()).content.decode()
    assert "data-closes" in html
    assert "data-near" not in html


def test_answer_that_leaves_is_told_with_its_whole_time(agent: User) -> None:
    agent.undo_seconds = 10
    message = Message(author=agent, send_after=timezone.now() + timedelta(seconds=4))
    assert leaves_within(message) == 10_000
    assert leaves_within(Message(send_after=timezone.now())) >= 1


def test_more_notifications_than_are_counted_show_a_plus(page: Client, agent: User, conversation: Conversation) -> None:
    Notification.objects.create(user=agent, kind="late", conversation=conversation)
    assert '<data value="1">1</data>' in _squeezed(page.get("/inbox/"))
    Notification.objects.bulk_create(
        Notification(user=agent, kind="late", conversation=conversation) for _n in range(MOST_ALERTS)
    )
    assert _squeezed(page.get("/inbox/")).count('<data value="99">99+</data>') == 1
    list_ = page.get("/inbox/notifications/?after=0", headers={"hx-request": "true"}).content.decode()
    assert attribute(list_, "data-unread") == "99+"


def _squeezed(response: Any) -> str:
    return re.sub(r">\s+|\s+<", lambda found: found[0].strip(), response.content.decode())

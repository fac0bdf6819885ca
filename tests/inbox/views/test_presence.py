"""Who is where, claiming and giving back, and two agents who press send within a second."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from unittest.mock import patch

import pytest
import redis
from django.conf import settings
from django.test import Client

from channels.models import Account
from inbox.live import announce, presence
from inbox.models import Conversation, Message, User
from tests import factories
from tests.support.pages import signed_in
from tests.support.threads import at_once


@pytest.fixture(autouse=True)
def _nobody_there() -> Iterator[None]:
    line = announce.redis_now()
    yield
    for key in line.scan_iter("webcare:here:*"):
        line.delete(key)


def test_g3_viewers_show_in_head_and_list(page: Client, lead: User, conversation: Conversation) -> None:
    signed_in(lead).get(conversation.get_absolute_url())
    assert "Sanne Kuipers is looking" in page.get(conversation.get_absolute_url()).content.decode()
    assert "Sanne Kuipers is looking" in page.get("/inbox/").content.decode()
    assert "is looking" not in signed_in(factories.make_user(first_name="Olaf")).get("/inbox/menu/").content.decode()


def test_g3_who_types_is_shown_and_who_leaves_is_gone(page: Client, lead: User, conversation: Conversation) -> None:
    lead_page, address = signed_in(lead), f"/inbox/{conversation.code}/presence/"
    lead_page.post(address, {"typing": "1"})
    assert "Sanne Kuipers is typing" in page.post(address, {"typing": "0"}).content.decode()
    viewers = page.get(f"/inbox/looking/?codes={conversation.code},{uuid.uuid4()},nonsense").content.decode()
    assert "Sanne Kuipers is typing" in viewers
    lead_page.post(address, {"leave": "1"})
    assert "Sanne" not in page.post(address).content.decode()


def test_nobody_sees_themselves_and_outsiders_see_nobody(
    page: Client, outsider: User, conversation: Conversation
) -> None:
    page.get(conversation.get_absolute_url())
    assert "is looking" not in page.get(conversation.get_absolute_url()).content.decode()
    viewers = signed_in(outsider).get(f"/inbox/looking/?codes={conversation.code}").content.decode()
    assert "Farah" not in viewers
    assert signed_in(outsider).post(f"/inbox/{conversation.code}/presence/").status_code == 404


def test_presence_fades_when_the_page_says_nothing(agent: User, lead: User, conversation: Conversation) -> None:
    presence.arrive(conversation, lead)
    assert presence.viewers_of([conversation.code], besides=agent)
    with patch("inbox.live.presence.time.time", return_value=time.time() + presence.SECONDS + 1):
        assert presence.viewers_of([conversation.code], besides=agent) == {}
    assert 0 < announce.redis_now().ttl(f"webcare:here:{conversation.code}") <= presence.SECONDS


def test_only_coming_typing_and_leaving_are_told_to_open_pages(lead: User, conversation: Conversation) -> None:
    with redis.Redis.from_url(settings.REDIS_URL).pubsub() as channel:  # type: ignore[no-untyped-call]
        channel.subscribe(announce.CHANNEL)
        assert channel.get_message(timeout=5)
        for typing in (False, False, True, True):
            presence.arrive(conversation, lead, typing=typing)
        presence.leave(conversation, lead)
        presence.leave(conversation, lead)
        heard = [channel.get_message(timeout=5) for _each in range(3)]
        assert [json.loads(message["data"]) for message in heard if message] == [
            {"event": "presence", "ids": [str(conversation.code)], "where": [[conversation.account_id, None]]}
        ] * 3
        assert channel.get_message(timeout=0.1) is None


def test_pages_stand_without_redis(page: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    away = announce.connection_to("redis://127.0.0.1:9")
    monkeypatch.setattr(announce, "redis_now", lambda: away)
    assert page.get(conversation.get_absolute_url()).status_code == 200
    assert page.post(f"/inbox/{conversation.code}/presence/").status_code == 200


def test_what_is_mine_can_be_put_back_and_what_is_not_cannot(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    page.post(f"/inbox/{conversation.code}/claim/")
    signed_in(lead).post(f"/inbox/{conversation.code}/release/")
    conversation.refresh_from_db()
    assert conversation.assignee == agent
    page.post(f"/inbox/{conversation.code}/release/")
    conversation.refresh_from_db()
    assert conversation.assignee is None


@pytest.mark.django_db(transaction=True)
def test_g3_two_agents_sending_at_once_send_one_answer() -> None:
    account: Account = factories.make_account("x", handle="VeldhuisNL")
    conversation = factories.make_conversation(account)
    people = [factories.make_user(first_name=name, language="en") for name in ("Farah", "Sanne")]
    pages = [signed_in(person) for person in people]
    seen = Message.objects.get().pk

    def send(page: Client) -> str:
        data = {"tab": "public", "text": "Wij zoeken het uit.", "seen": str(seen), "code": str(uuid.uuid4())}
        response = page.post(f"/inbox/{conversation.code}/reply/", data, HTTP_HX_REQUEST="true")
        return response.content.decode()

    pages_html = at_once(*[lambda page=page: send(page) for page in pages])
    assert Message.objects.filter(direction="outbound").count() == 1
    held = [html for html in pages_html if "Your answer was not sent" in html]
    assert len(held) == 1
    assert "Wij zoeken het uit." in held[0]


def test_g3_second_sender_sees_the_colleagues_answer(page: Client, lead: User, conversation: Conversation) -> None:
    seen = conversation.messages.latest("pk").pk

    def send(client: Client) -> str:
        data = {"tab": "public", "text": "Wij zoeken het uit.", "seen": str(seen), "code": str(uuid.uuid4())}
        html = client.post(f"/inbox/{conversation.code}/reply/", data, HTTP_HX_REQUEST="true").content.decode()
        return str(html)

    assert "Your answer was not sent" not in send(signed_in(lead))
    html = send(page)
    assert "Your answer was not sent" in html
    assert "Wij zoeken het uit." in html
    assert conversation.messages.filter(direction="outbound").count() == 1

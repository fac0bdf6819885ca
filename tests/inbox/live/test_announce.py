"""What changed: told at once, and found afterwards whatever was missed."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from inbox.live import announce
from inbox.models import Conversation
from inbox.triage import assignment
from tests.factories import limit, make_account, make_conversation, make_user


@pytest.mark.django_db
def test_a_change_is_found_by_the_token_from_before_it() -> None:
    conversation, admin = make_conversation(), make_user("admin")
    before = announce.token()
    assignment.close(conversation, by=None)
    changes = announce.changed_since(before, admin)
    assert (changes.codes, changes.more) == ([conversation.code], False)
    assert changes.people == {conversation.identity.contact.code}
    assert changes.token >= before


@pytest.mark.django_db
def test_somebody_with_a_limit_hears_of_their_accounts_only() -> None:
    mine, limited = make_conversation(), make_user()
    make_conversation(make_account())
    limit(limited, mine.account)
    changes = announce.changed_since(0, limited)
    assert changes.codes == [mine.code]
    assert changes.people == {mine.identity.contact.code}


@pytest.mark.django_db
def test_long_absence_gets_newest_codes_and_the_rest_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announce, "MOST", 3)
    admin, rows = make_user("admin"), [make_conversation() for _each in range(4)]
    changes = announce.changed_since(0, admin)
    assert (changes.codes, changes.more) == ([row.code for row in rows[:0:-1]], True)
    monkeypatch.setattr(announce, "MOST", 4)
    assert announce.changed_since(0, admin).more is False


@pytest.mark.django_db
def test_token_of_another_database_misses_nothing_from_now() -> None:
    admin = make_user("admin")
    token = announce.changed_since(2**62, admin).token
    conversation = make_conversation()
    assert announce.changed_since(token, admin).codes == [conversation.code]


@pytest.mark.django_db(transaction=True)
def test_late_commit_of_an_early_change_is_found() -> None:
    conversation, other, admin = make_conversation(), make_conversation(), make_user("admin")
    changed, asked = threading.Event(), threading.Event()

    def slow_change() -> None:
        with transaction.atomic():
            assignment.close(conversation, by=None)
            changed.set()
            assert asked.wait(10)
        connection.close()

    worker = threading.Thread(target=slow_change)
    worker.start()
    assert changed.wait(10)
    assignment.close(other, by=None)
    token = announce.changed_since(0, admin).token
    asked.set()
    worker.join(10)
    assert conversation.code in announce.changed_since(token, admin).codes


@pytest.mark.django_db(transaction=True)
def test_pages_hear_of_it_after_the_commit_and_not_before() -> None:
    conversation = make_conversation()
    with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as channel:
        channel.subscribe(announce.CHANNEL)
        assert channel.get_message(timeout=5)
        with transaction.atomic():
            assignment.close(conversation, by=None)
            assert channel.get_message(timeout=0.2) is None
        told: Any = channel.get_message(timeout=5)
        assert json.loads(told["data"])["ids"] == [str(conversation.code)]


@pytest.mark.django_db(transaction=True)
def test_work_goes_on_without_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = make_conversation()
    monkeypatch.setattr(announce, "redis_now", lambda: announce.connection_to("redis://127.0.0.1:9"))
    assert assignment.close(conversation, by=None)
    assert Conversation.objects.get().status == "closed"

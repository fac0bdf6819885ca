"""Polling: nothing lost, nothing twice, at a pace that follows the traffic and the platform's headers."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from channels.errors import RateLimited
from channels.intake import checkups, polling
from channels.models import POLL_FASTEST, Account, Stream
from channels.types import Page
from channels.x.connector import XConnector
from inbox.models import Event, Message
from sandbox.testing import Running
from tests.factories import incoming
from tests.support.sandbox_accounts import control, fault, say


def mentions_of(account: Account) -> Stream:
    return account.streams.get(name="mentions")


def make_due(stream: Stream) -> None:
    Stream.objects.filter(pk=stream.pk).update(next_poll_at=timezone.now())


def poll(stream: Stream) -> int:
    make_due(stream)
    new = polling.poll(stream.pk)
    stream.refresh_from_db()
    stream.account.refresh_from_db()
    return new


def test_a_mention_comes_in_by_polling(platforms: Running, brand: Account) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis waar blijft mijn pakket?")
    assert poll(mentions_of(brand)) == 1
    message = Message.objects.get(external_id=post)
    assert (message.direction, message.text) == ("inbound", "@veldhuis waar blijft mijn pakket?")
    assert message.conversation is not None


def test_polling_again_brings_nothing_twice(platforms: Running, brand: Account) -> None:
    stream = mentions_of(brand)
    say(platforms, "x", "post", "karin", "@veldhuis een")
    assert poll(stream) == 1
    assert poll(stream) == 0
    Stream.objects.filter(pk=stream.pk).update(cursor={})
    assert poll(stream) == 0
    assert Message.objects.count() == 1


def test_our_answer_made_elsewhere_lands_in_the_conversation(platforms: Running, brand: Account) -> None:
    post = say(platforms, "x", "post", "karin", "@veldhuis een")
    answer = say(platforms, "x", "post", "veldhuis", "@karin twee", in_reply_to=post)
    poll(brand.streams.get(name="timeline"))
    poll(mentions_of(brand))
    ours, post_row = Message.objects.get(external_id=answer), Message.objects.get(external_id=post)
    assert (ours.direction, ours.conversation_id) == ("outbound", post_row.conversation_id)


def test_several_pages_are_read_in_one_round(platforms: Running, brand: Account) -> None:
    for number in range(130):
        say(platforms, "x", "post", "karin", f"@veldhuis {number}")
    assert poll(mentions_of(brand)) == 130


def test_a_round_that_is_cut_off_goes_on_where_it_was(
    platforms: Running, brand: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_PAGES", 1)
    for number in range(130):
        say(platforms, "x", "post", "karin", f"@veldhuis {number}")
    stream = mentions_of(brand)
    assert poll(stream) == 100
    assert stream.next_poll_at <= timezone.now()
    say(platforms, "x", "post", "karin", "@veldhuis intussen")
    assert poll(stream) == 30
    assert poll(stream) == 1


def test_a_stream_that_is_not_due_is_left_alone(brand: Account) -> None:
    stream = mentions_of(brand)
    Stream.objects.filter(pk=stream.pk).update(next_poll_at=timezone.now() + timedelta(minutes=1))
    with patch.object(XConnector, "fetch") as fetch:
        polling.poll(stream.pk)
    fetch.assert_not_called()
    assert stream.pk not in polling.due()


@pytest.mark.parametrize("field", ["paused_at", "removed_at", "needs_reauth_at"])
def test_an_account_that_is_not_listened_to_is_not_polled(brand: Account, field: str) -> None:
    Account.objects.filter(pk=brand.pk).update(**{field: timezone.now()})
    assert polling.due() == []


def test_one_poller_at_a_time_and_a_dead_ones_lock_runs_out(brand: Account) -> None:
    stream = mentions_of(brand)
    make_due(stream)
    Stream.objects.filter(pk=stream.pk).update(locked_until=timezone.now() + timedelta(minutes=1))
    with patch.object(XConnector, "fetch", return_value=Page((), {})) as fetch:
        polling.poll(stream.pk)
        fetch.assert_not_called()
        Stream.objects.filter(pk=stream.pk).update(locked_until=timezone.now() - timedelta(seconds=1))
        polling.poll(stream.pk)
        fetch.assert_called_once()


@pytest.mark.django_db(transaction=True)
def test_two_pollers_at_once_are_one(platforms: Running, brand: Account) -> None:
    stream = mentions_of(brand)
    make_due(stream)
    together = threading.Barrier(2)
    calls: list[str] = []

    def fetch(self: XConnector, name: str, cursor: Any, *, query: str = "") -> Page:
        calls.append(name)
        return Page((incoming(external_id="77"),), {"since": "77"})

    def work() -> None:
        together.wait(timeout=10)
        polling.poll(stream.pk)
        connection.close()

    with patch.object(XConnector, "fetch", fetch):
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
    assert calls == ["mentions"]
    assert Message.objects.count() == 1


def test_the_cursor_moves_only_with_what_it_stands_for(platforms: Running, brand: Account) -> None:
    say(platforms, "x", "post", "karin", "@veldhuis een")
    stream = mentions_of(brand)
    with patch("inbox.ingest.store.refresh", side_effect=RuntimeError("the power went out")):
        assert poll(stream) == 0
    assert (stream.cursor, stream.failures, Message.objects.count()) == ({}, 1, 0)
    assert poll(stream) == 1
    assert (stream.cursor != {}, stream.failures) == (True, 0)


def test_traffic_makes_polling_faster_and_quiet_slower(platforms: Running, brand: Account) -> None:
    stream = mentions_of(brand)
    say(platforms, "x", "post", "karin", "@veldhuis een")
    poll(stream)
    assert stream.interval == POLL_FASTEST
    for _ in range(3):
        poll(stream)
    slower = stream.interval
    assert POLL_FASTEST < slower <= timedelta(seconds=30)
    for _ in range(20):
        poll(stream)
    assert stream.interval == polling.SLOWEST_WITHOUT_WEBHOOKS
    Account.objects.filter(pk=brand.pk).update(last_delivery_at=timezone.now())
    for _ in range(20):
        poll(stream)
    assert stream.interval == timedelta(minutes=5)


def test_the_platforms_own_pace_is_kept(platforms: Running, brand: Account) -> None:
    stream = brand.streams.get(name="dms")
    poll(stream)
    assert stream.next_poll_at > timezone.now() + timedelta(seconds=60)


@pytest.mark.parametrize("name", ["rate_limit", "rate_limit_legacy", "rate_limit_no_reset"])
def test_a_limit_is_waited_out_and_shown(platforms: Running, brand: Account, name: str) -> None:
    stream = mentions_of(brand)
    say(platforms, "x", "post", "karin", "@veldhuis een")
    fault(platforms, name)
    poll(stream)
    assert stream.next_poll_at > timezone.now() + timedelta(seconds=30)
    assert stream.account.health == "rate_limited"
    assert stream.account.rate_limited_until == stream.next_poll_at
    control(platforms, "DELETE", "/control/faults")
    assert poll(stream) == 1


def test_limits_without_a_time_are_waited_out_longer_and_longer(brand: Account) -> None:
    stream = mentions_of(brand)
    waits = []
    for _ in range(8):
        limit = RateLimited("slow down", retry_at=timezone.now())
        with patch.object(XConnector, "fetch", side_effect=limit):
            poll(stream)
        waits.append(stream.next_poll_at - timezone.now())
    assert waits == sorted(waits)
    assert timedelta(minutes=14) < waits[-1] <= timedelta(minutes=15)


def test_lost_access_stops_polling_is_logged_once_and_heals(platforms: Running, brand: Account) -> None:
    stream = mentions_of(brand)
    fault(platforms, "unauthorized", n=2)
    poll(stream)
    assert stream.account.health == "reauth"
    checkups.check_account(brand.pk)
    assert (
        list(Event.objects.filter(verb__startswith="account_").values_list("verb", flat=True)).count(
            "account_lost_access"
        )
        == 1
    )
    assert polling.due() == []
    say(platforms, "x", "post", "karin", "@veldhuis intussen")
    checkups.check_account(brand.pk)
    brand.refresh_from_db()
    assert brand.health == "healthy"
    assert poll(stream) == 1


def test_a_platform_that_is_down_is_asked_less_and_said_so(platforms: Running, brand: Account) -> None:
    stream = mentions_of(brand)
    fault(platforms, "server_error_html", mode="always")
    waits = []
    for _ in range(3):
        poll(stream)
        waits.append(stream.next_poll_at - timezone.now())
    assert waits == sorted(waits)
    assert (stream.account.health, stream.account.last_error_reason) == ("failing", "unreachable")
    assert stream.account.last_error == "X answered 503."
    control(platforms, "DELETE", "/control/faults")
    poll(stream)
    assert (stream.account.health, stream.account.last_error) == ("healthy", "")


def test_one_streams_success_does_not_hide_anothers_failure(platforms: Running, brand: Account) -> None:
    fault(platforms, "server_error_html", "GET /2/dm_events", mode="always")
    poll(brand.streams.get(name="dms"))
    stream = mentions_of(brand)
    poll(stream)
    assert stream.account.health == "failing"


def test_no_connection_is_a_failure_in_words(brand: Account, settings: Settings) -> None:
    settings.X_API_BASE = "http://127.0.0.1:9"
    stream = mentions_of(brand)
    poll(stream)
    assert stream.account.last_error == "No connection to 127.0.0.1."


def test_credentials_no_key_opens_ask_for_a_new_connection(brand: Account, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = ["b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXkhISE="]
    stream = mentions_of(brand)
    poll(stream)
    assert stream.account.health == "reauth"


def test_a_mistake_of_ours_is_shown_and_does_not_raise(brand: Account) -> None:
    stream = mentions_of(brand)
    with patch.object(XConnector, "fetch", side_effect=KeyError("data")):
        assert poll(stream) == 0
    assert (stream.account.health, stream.locked_until) == ("failing", None)


def test_removed_and_edited_posts_are_found_by_the_regular_check(platforms: Running, brand: Account) -> None:
    gone = say(platforms, "x", "post", "karin", "@veldhuis weg hiermee")
    changed = say(platforms, "x", "post", "piet", "@veldhuis mijn paket")
    poll(mentions_of(brand))
    control(platforms, "DELETE", f"/control/messages/{gone}")
    control(platforms, "PATCH", f"/control/messages/{changed}", text="@veldhuis mijn pakket")
    checkups.check_account(brand.pk)
    removed = Message.objects.get(first_external_id=gone)
    edited = Message.objects.get(first_external_id=changed)
    assert (removed.text, removed.removed_at is not None) == ("", True)
    assert (edited.text, edited.removed_at) == ("@veldhuis mijn pakket", None)
    assert Message.objects.count() == 2
    poll(mentions_of(brand))
    assert Message.objects.count() == 2


def test_a_warning_of_a_page_is_shown(brand: Account) -> None:
    stream = mentions_of(brand)
    with patch.object(XConnector, "fetch", return_value=Page((), {}, warning="Some may be missing.")):
        poll(stream)
    assert stream.account.warning == "Some may be missing."

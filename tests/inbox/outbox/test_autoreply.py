"""Outside opening hours customers are told when an answer follows: who is, who is not, and each of them once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from channels.errors import ChannelError
from channels.models import Account
from channels.types import Author, Blocked, IdentityChange, Route, Visibility
from inbox import tasks
from inbox.ingest.receive import receive
from inbox.models import AutomaticReply, Block, Contact, Conversation, Event, Message, OpeningDay, Team, User
from inbox.outbox import autoreply
from inbox.triage import assignment
from tests.factories import (
    author,
    incoming,
    make_answer,
    make_inbound,
    make_user,
    minutes_ago,
    next_id,
    outgoing,
    tomorrow_at_noon,
)
from tests.support.fake_platform import FakeConnector
from tests.support.opening_hours import automatic_ones, home, open_up, send_all, talking_account, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform", "estimated", "closed_office")]


@pytest.fixture
def account() -> Account:
    """The brand's account, which says when an answer follows."""
    return talking_account()


@pytest.fixture
def agent() -> User:
    """Somebody at work all the same."""
    return make_user(undo_seconds=0)


# ── it is sent ──


def test_f3_message_at_night_is_told_when_an_answer_follows(account: Account) -> None:
    asked = write(account)
    assert home(asked).status == "open"
    (row,) = automatic_ones()
    assert re.fullmatch(r"Automatisch bericht: Wij zijn er weer (vandaag|morgen) om \d{1,2}:00\.", row.text)
    assert (row.author_id, row.route, row.visibility, row.state) == (None, "private_message", "private", "queued")
    send_all()
    ((external_id, sent),) = FakeConnector.sent
    assert sent.text == row.text
    assert sent.recipient_id == asked.identity.external_id  # type: ignore[union-attr]  # it has one
    row.refresh_from_db()
    assert (row.state, row.external_id) == ("sent", external_id)


def test_e14_it_is_marked_in_the_log_and_nobody_did_it(account: Account) -> None:
    write(account)
    send_all()
    events = Event.objects.filter(message__in=automatic_ones()).order_by("pk")
    assert [event.verb for event in events] == ["automatic_queued", "automatic_sent"]
    assert {event.actor for event in events} == {None}


@pytest.mark.parametrize("signature", Account.Signature.values)
def test_e14_nobodys_initials_or_name_stand_under_it(signature: str) -> None:
    write(talking_account(signature=signature, team_name="Team Wonen"))
    (row,) = automatic_ones()
    assert row.text.endswith(":00.")


@pytest.mark.parametrize(
    ("text", "fields", "begins"),
    [
        ("Hello, I would like to know where my parcel has been since Monday.", {}, "Automatic message: We are back "),
        ("Ok", {"automatic_language": "en"}, "Automatic message: We are back "),
        ("Ok", {}, "Automatisch bericht: "),
        ("Guten Tag, ich möchte gerne wissen, wo mein Paket geblieben ist.", {}, "Automatisch bericht: "),
        ("Hello, I would like to know where my parcel has been.", {"automatic_en": ""}, "Automatisch bericht: "),
    ],
)
def test_autoreply_is_in_the_customers_language(text: str, fields: Any, begins: str) -> None:
    write(talking_account(**fields), text)
    (row,) = automatic_ones()
    assert row.text.startswith(begins)


def test_f3_what_comes_in_wakes_a_worker_after_the_commit(
    account: Account, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[list[int]] = []
    monkeypatch.setattr(tasks.tell_opening_hours, "apply_async", lambda args, *_rest, **_more: woken.append(args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
        make_inbound(account, "In het openbaar", author=author("Piet"))
        assert woken == []
    # Once more when its language is told: this account's words are there in two.
    assert woken == [[asked.conversation_id]] * 2
    tasks.tell_opening_hours(woken[0])
    assert len(automatic_ones()) == 1


def test_a_lost_wake_up_is_found_by_the_sweep(account: Account) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    assert autoreply.due() == [asked.conversation_id]
    tasks.sweep_automatic()
    assert len(automatic_ones()) == 1
    assert autoreply.due() == []


# ── once ──


def test_f3_once_per_conversation_and_closed_period(account: Account) -> None:
    write(account)
    write(account, "En nog iets")
    write(account, "Hallo?")
    assert len(automatic_ones()) == 1
    write(account, "Ik ook", author=author("Piet"))
    assert len(automatic_ones()) == 2


def test_f3_the_next_closed_period_has_its_own(account: Account) -> None:
    write(account)
    yesterday = timedelta(days=1)
    AutomaticReply.objects.update(made_at=timezone.now() - yesterday, closed_since=timezone.now() - 2 * yesterday)
    write(account, "Nog steeds niets")
    assert len(automatic_ones()) == 2


def test_hours_that_are_changed_at_night_bring_no_second(account: Account) -> None:
    write(account)
    AutomaticReply.objects.update(closed_since=timezone.now() - timedelta(hours=1))
    write(account, "En nog iets")
    assert len(automatic_ones()) == 1


def test_f3_the_database_refuses_a_second_for_the_same_period(account: Account) -> None:
    asked = write(account)
    reply = AutomaticReply.objects.get()
    again = make_answer(home(asked), None)
    with pytest.raises(IntegrityError), transaction.atomic():
        AutomaticReply.objects.create(conversation=reply.conversation, closed_since=reply.closed_since, message=again)


def test_the_database_refuses_one_that_is_somebodys_or_public(account: Account, agent: User) -> None:
    conversation = home(write(account))
    public = make_inbound(account).conversation
    for fields in ({"conversation": conversation, "author": agent, "visibility": "private"},
                   {"conversation": public, "author": None, "visibility": "public"}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(account=account, direction="outbound", automatic=True, state="queued", **fields)


def test_no_more_than_so_many_an_hour_leave_an_account(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(autoreply, "PER_HOUR", 2)
    for n in range(5):
        write(account, author=author(f"Klant {n}"))
    write(talking_account(), author=author("Elders"))
    assert [row.account_id for row in automatic_ones()].count(account.pk) == 2
    assert len(automatic_ones()) == 3, "another account has its own"
    assert Event.objects.filter(verb="automatic_limited", account=account).count() == 1
    assert "no more for now" in caplog.text


def test_who_turns_out_to_be_somebody_we_told_is_not_told_again() -> None:
    account = talking_account("whatsapp")
    old, new = Author("31611111111", name="Karin"), Author("31622222222", name="Karin")
    first = write(account, author=old)
    Conversation.objects.filter(pk=home(first).pk).update(tone=Conversation.Tone.INFORMAL)
    make_inbound(account, "En?", author=new, visibility=Visibility.PRIVATE, kind="dm")
    receive(account, [IdentityChange("31611111111", new, timezone.now())])
    (conversation,) = Conversation.objects.all()
    assert autoreply.queue_if_due(conversation.pk) is None
    assert len(automatic_ones()) == 1
    assert conversation.tone == "informal"


# ── not to these ──


def test_none_leaves_while_we_are_open(account: Account) -> None:
    open_up()
    write(account)
    assert automatic_ones() == []
    assert autoreply.due() == []


def test_none_leaves_before_opening_hours_were_filled_in(account: Account) -> None:
    OpeningDay.objects.all().delete()
    write(account)
    assert automatic_ones() == []


def test_who_is_never_open_promises_nothing(account: Account) -> None:
    OpeningDay.objects.update(spans=[])
    write(account)
    assert automatic_ones() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"automatic_on": False},
        {"automatic_nl": "", "automatic_en": ""},
        {"mode": Account.Mode.LISTEN},
        {"paused_at": timezone.now()},
        {"removed_at": timezone.now()},
        {"needs_reauth_at": timezone.now()},
    ],
)
def test_an_account_that_does_not_send_says_nothing(fields: Any) -> None:
    write(talking_account(**fields))
    assert automatic_ones() == []
    assert autoreply.due() == [] or not any(fields.get(name) for name in ("paused_at", "removed_at", "mode"))


def test_what_is_public_gets_none(account: Account) -> None:
    write(account, visibility=Visibility.PUBLIC, kind="mention")
    assert automatic_ones() == []


def test_an_account_without_private_messages_says_nothing(
    account: Account, fake_platform: type[FakeConnector], monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = {Route.PUBLIC_REPLY: fake_platform.capabilities.routes[Route.PUBLIC_REPLY]}
    monkeypatch.setattr(fake_platform, "capabilities", replace(fake_platform.capabilities, routes=routes))
    write(account)
    assert automatic_ones() == []


def test_loaded_history_gets_no_autoreply() -> None:
    account = talking_account()
    write(account, sent_at=minutes_ago(5))
    assert automatic_ones() == [], "said before we were connected"
    Account.objects.update(created_at=minutes_ago(24 * 60))
    write(account, sent_at=minutes_ago(90), author=author("Piet"))
    assert automatic_ones() == [], "too long ago"
    write(account, sent_at=minutes_ago(5), author=author("Jan"))
    assert len(automatic_ones()) == 1
    Event.note("account_added", account=account)
    write(account, sent_at=minutes_ago(5), author=author("Ria"))
    assert len(automatic_ones()) == 1, "connected again only now"


def test_what_came_in_a_while_ago_is_left_to_the_office(account: Account) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    Message.objects.update(received_at=minutes_ago(15))
    assert autoreply.due() == []
    assert autoreply.queue_if_due(asked.conversation_id or 0) is None


@time_machine.travel(tomorrow_at_noon)
def test_what_came_in_while_we_were_open_is_left_to_the_office(account: Account) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    now = timezone.localtime().replace(second=0, microsecond=0)
    span = ((now - timedelta(hours=3)).time(), (now - timedelta(minutes=2)).time())
    OpeningDay.objects.update(spans=[span])
    Message.objects.update(received_at=minutes_ago(4))
    assert autoreply.queue_if_due(asked.conversation_id or 0) is None
    Message.objects.update(received_at=minutes_ago(1))
    assert autoreply.queue_if_due(asked.conversation_id or 0) is not None


def test_who_is_blocked_gets_none(
    account: Account, agent: User, fake_platform: type[FakeConnector], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_platform, "capabilities", replace(fake_platform.capabilities, blocks=Blocked.PRIVATE))
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    Block.objects.create(account=account, identity=home(asked).identity, by=agent, reason="abuse")
    assert autoreply.queue_if_due(asked.conversation_id or 0) is None


def test_spam_gets_none(account: Account, agent: User) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    assignment.close(home(asked), agent, "spam")
    write(account, "Koop nu")
    assert home(asked).status == "open", "reopened by itself"
    assert automatic_ones() == []


def test_where_the_reply_window_does_not_open_none_is_sent(account: Account) -> None:
    write(account, opens_window=False)
    assert automatic_ones() == []


@pytest.mark.parametrize(
    "text",
    [
        "Automatisch bericht: wij zijn er weer morgen om 9:00.",
        "Automatic message: we are back tomorrow.",
        "Dit is een automatisch antwoord.",
        "Automatic reply: out of office",
        "Auto-reply: thank you",
    ],
)
def test_e14_a_machine_is_not_answered_by_a_machine(account: Account, text: str) -> None:
    write(account, text)
    assert automatic_ones() == []


def test_e14_its_own_echo_is_ours_and_calls_for_none(account: Account) -> None:
    asked = write(account)
    FakeConnector.script.append(ChannelError("timeout", unknown=True))
    send_all()
    (row,) = automatic_ones()
    assert row.state == "unknown"
    echo = outgoing(
        row.text, external_id=next_id(), visibility=Visibility.PRIVATE, kind="dm",
        customer=Author(external_id=asked.identity.external_id),  # type: ignore[union-attr]  # it has one
    )  # fmt: skip
    receive(account, [echo])
    (known,) = automatic_ones()
    assert (known.pk, known.state, known.external_id) == (row.pk, "sent", echo.external_id)
    assert Message.objects.filter(direction="outbound").count() == 1
    assert home(asked).waiting_since is not None
    autoreply.queue_if_due(asked.conversation_id or 0)
    assert len(automatic_ones()) == 1


def test_another_account_of_ours_is_no_customer(account: Account) -> None:
    other = talking_account()
    event = incoming(author=author("Wij", external_id=other.external_id), visibility=Visibility.PRIVATE, kind="dm")
    receive(account, [event])
    assert autoreply.due() == []


def test_the_press_is_left_to_its_spokespeople(account: Account, agent: User) -> None:
    asked = write(account)
    AutomaticReply.objects.all().delete()
    Contact.objects.filter(pk=home(asked).contact_id).update(kind=Contact.Kind.PRESS)
    team = Team.objects.create(name="Woordvoering", handles_press=True)
    team.members.add(agent)
    assert autoreply.queue_if_due(home(asked).pk) is None
    team.members.clear()
    assert autoreply.queue_if_due(home(asked).pk) is not None

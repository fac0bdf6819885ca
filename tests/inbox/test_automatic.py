"""Outside opening hours customers are told when an answer follows: once, by nobody, and it is no answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from channels.errors import ChannelError, RateLimited
from channels.models import Account
from channels.types import Author, Blocked, IdentityChange, OutgoingReply, Removal, Route, SendResult, Visibility
from inbox import automatic, closing, guard_repeats, ingest, outbox, reading, similar, tasks, triage
from inbox.models import AutomaticReply, Block, Contact, Conversation, Event, Message, OpeningDay, Response, Team, User
from inbox.outbox_parcel import outgoing as parcel
from inbox.outbox_rules import newer_than
from inbox.queues import QUEUES
from tests.factories import (
    author,
    incoming,
    make_answer,
    make_inbound,
    make_user,
    minutes_ago,
    next_id,
    outgoing,
)
from tests.inbox.closed import automatic_ones, open_up, shut, talking_account, write
from tests.inbox.fake_platform import FakeConnector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture(autouse=True)
def night() -> None:
    """It is outside opening hours."""
    shut()


@pytest.fixture
def account() -> Account:
    """The brand's account, which says when an answer follows."""
    return talking_account()


@pytest.fixture
def agent() -> User:
    """Somebody at work all the same."""
    return make_user(undo_seconds=0)


def home(message: Message) -> Conversation:
    """A message's conversation as it is now."""
    return Conversation.objects.get(messages=message.pk)


def send_all() -> None:
    """Let the outbox do what there is to do."""
    for pk in outbox.sweep():
        outbox.deliver(pk)


def answer(conversation: Conversation, agent: User, seen: Message | None = None) -> Message:
    """Answer in private, having seen everything up to a message."""
    return outbox.queue_reply(
        conversation, agent, text="Goedemorgen, hij komt vandaag.", route=Route.PRIVATE_MESSAGE, reply_to=None,
        seen_message_id=seen.pk if seen else None,
    )  # fmt: skip


# ── it is sent ──


def test_f3_a_message_at_night_is_taken_in_and_told_when_an_answer_follows(account: Account) -> None:
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
def test_it_is_in_the_customers_language_where_there_is_a_text_in_it(text: str, fields: Any, begins: str) -> None:
    write(talking_account(**fields), text)
    (row,) = automatic_ones()
    assert row.text.startswith(begins)


def test_f3_what_comes_in_wakes_a_worker_after_the_commit(
    account: Account, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[list[int]] = []
    monkeypatch.setattr(tasks.tell_opening_hours, "apply_async", lambda args, **_more: woken.append(args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
        make_inbound(account, "In het openbaar", author=author("Piet"))
        assert woken == []
    assert woken == [[asked.conversation_id]]
    tasks.tell_opening_hours(woken[0])
    assert len(automatic_ones()) == 1


def test_a_lost_wake_up_is_found_by_the_sweep(account: Account) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    assert automatic.due() == [asked.conversation_id]
    tasks.sweep_automatic()
    assert len(automatic_ones()) == 1
    assert automatic.due() == []


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
    monkeypatch.setattr(automatic, "PER_HOUR", 2)
    for n in range(5):
        write(account, author=author(f"Klant {n}"))
    write(talking_account(), author=author("Elders"))
    assert [row.account_id for row in automatic_ones()].count(account.pk) == 2
    assert len(automatic_ones()) == 3, "another account has its own"
    assert Event.objects.filter(verb="automatic_limited", account=account).count() == 1
    assert "no more for now" in caplog.text


# ── not to these ──


def test_none_leaves_while_we_are_open(account: Account) -> None:
    open_up()
    write(account)
    assert automatic_ones() == []
    assert automatic.due() == []


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
    assert automatic.due() == [] or not any(fields.get(name) for name in ("paused_at", "removed_at", "mode"))


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


def test_history_that_is_loaded_when_an_account_is_connected_gets_none() -> None:
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
    assert automatic.due() == []
    assert automatic.tell(asked.conversation_id or 0) is None


def test_what_came_in_while_we_were_open_is_left_to_the_office(account: Account) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    now = timezone.localtime().replace(second=0, microsecond=0)
    span = ((now - timedelta(hours=3)).time(), (now - timedelta(minutes=2)).time())
    OpeningDay.objects.update(spans=[span])
    Message.objects.update(received_at=minutes_ago(4))
    assert automatic.tell(asked.conversation_id or 0) is None
    Message.objects.update(received_at=minutes_ago(1))
    assert automatic.tell(asked.conversation_id or 0) is not None


def test_who_is_blocked_gets_none(
    account: Account, agent: User, fake_platform: type[FakeConnector], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_platform, "capabilities", replace(fake_platform.capabilities, blocks=Blocked.PRIVATE))
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    Block.objects.create(account=account, identity=home(asked).identity, by=agent, reason="abuse")
    assert automatic.tell(asked.conversation_id or 0) is None


def test_spam_gets_none(account: Account, agent: User) -> None:
    asked = make_inbound(account, visibility=Visibility.PRIVATE, kind="dm")
    triage.close(home(asked), agent, "spam")
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
    ingest.receive(account, [echo])
    (known,) = automatic_ones()
    assert (known.pk, known.state, known.external_id) == (row.pk, "sent", echo.external_id)
    assert Message.objects.filter(direction="outbound").count() == 1
    assert home(asked).waiting_since is not None
    automatic.tell(asked.conversation_id or 0)
    assert len(automatic_ones()) == 1


def test_another_account_of_ours_is_no_customer(account: Account) -> None:
    other = talking_account()
    event = incoming(author=author("Wij", external_id=other.external_id), visibility=Visibility.PRIVATE, kind="dm")
    ingest.receive(account, [event])
    assert automatic.due() == []


# ── cancelled before it left ──


def test_f3_it_does_not_leave_when_the_office_opened_meanwhile(account: Account) -> None:
    write(account)
    open_up()
    send_all()
    (row,) = automatic_ones()
    assert (row.state, FakeConnector.sent) == ("cancelled", [])
    assert Event.objects.get(verb="automatic_cancelled").data == {"reason": "open"}


def test_it_does_not_leave_when_somebody_answers_first(account: Account, agent: User) -> None:
    asked = write(account)
    row = answer(home(asked), agent)
    (told,) = automatic_ones()
    outbox.deliver(told.pk)
    outbox.deliver(row.pk)
    Message.objects.filter(pk=told.pk, state="retry").update(retry_at=timezone.now())
    outbox.deliver(told.pk)
    told.refresh_from_db()
    assert told.state == "cancelled"
    assert [sent.text for _id, sent in FakeConnector.sent] == ["Goedemorgen, hij komt vandaag."]
    write(account, "Dank!")
    assert len(automatic_ones()) == 1, "somebody is here"


def test_it_does_not_leave_when_somebody_answered_outside_webcare(account: Account) -> None:
    asked = write(account)
    customer = Author(external_id=asked.identity.external_id)  # type: ignore[union-attr]  # it has one
    ingest.receive(account, [outgoing("Morgen!", visibility=Visibility.PRIVATE, kind="dm", customer=customer)])
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled"]


def test_it_does_not_leave_when_the_message_was_withdrawn(account: Account) -> None:
    asked = write(account)
    ingest.receive(account, [Removal(asked.external_id or "", timezone.now())])
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled"]


def test_it_does_not_leave_when_it_was_turned_off_or_is_too_late(account: Account) -> None:
    write(account)
    Account.objects.update(automatic_on=False)
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled"]
    Account.objects.update(automatic_on=True)
    write(account, author=author("Piet"))
    Message.objects.filter(state="queued").update(received_at=minutes_ago(61))
    send_all()
    assert [row.state for row in automatic_ones()] == ["cancelled", "cancelled"]
    assert FakeConnector.sent == []


def test_what_it_says_is_true_when_it_leaves(account: Account) -> None:
    write(account)
    Message.objects.filter(automatic=True).update(text="Automatisch bericht: Wij zijn er weer gisteren om 9:00.")
    send_all()
    ((_id, sent),) = FakeConnector.sent
    assert "gisteren" not in sent.text
    assert automatic_ones()[0].text == sent.text


# ── when it does not arrive ──


def test_a_limit_is_waited_for_and_a_refusal_nags_nobody(account: Account) -> None:
    asked = write(account)
    FakeConnector.script += [
        RateLimited("slow down", retry_at=timezone.now()),
        ChannelError("no", permanent=True, reason="recipient_unavailable"),
    ]
    send_all()
    assert [row.state for row in automatic_ones()] == ["retry"]
    send_all()
    (row,) = automatic_ones()
    assert (row.state, row.error_reason) == ("failed", "recipient_unavailable")
    assert Event.objects.filter(verb="automatic_failed", message=row).exists()
    assert home(asked).failed_count == 0
    assert not QUEUES["failed"].selects(Conversation.objects.all(), make_user()).exists()


def test_in_doubt_it_is_looked_for_and_never_sent_twice(account: Account) -> None:
    write(account)

    def take_and_hang(reply: OutgoingReply) -> SendResult:
        FakeConnector.take(reply)
        raise ChannelError("timeout", unknown=True)

    FakeConnector.script.append(take_and_hang)
    send_all()
    Message.objects.filter(state="unknown").update(retry_at=timezone.now())
    send_all()
    assert [row.state for row in automatic_ones()] == ["sent"]
    assert len(FakeConnector.sent) == 1


def test_what_is_not_found_is_left_in_doubt_and_a_late_echo_still_finds_it(account: Account) -> None:
    write(account)
    FakeConnector.script.append(ChannelError("timeout", unknown=True))
    for _look in range(6):
        send_all()
        Message.objects.filter(state="unknown", retry_at__isnull=False).update(retry_at=timezone.now())
    (row,) = automatic_ones()
    assert (row.state, row.retry_at, row.attempts) == ("unknown", None, 1)
    assert FakeConnector.sent == []
    ingest.receive(account, [outgoing(row.text, reference=str(row.code), visibility=Visibility.PRIVATE, kind="dm")])
    (row,) = automatic_ones()
    assert row.state == "sent"
    assert not Response.objects.exists()


def test_what_is_looked_for_stands_behind_what_had_come_in_when_it_left(account: Account) -> None:
    asked = write(account)
    FakeConnector.script.append(ChannelError("timeout", unknown=True))
    send_all()
    later = write(account, "Nog iets.", author=author("Karin"))
    Message.objects.filter(pk=later.pk).update(
        conversation=asked.conversation_id, sent_at=timezone.now() + timedelta(minutes=5)
    )
    row = automatic_ones()[0]
    with parcel(row) as looked_for:
        assert looked_for.last_inbound_at == asked.sent_at


def test_an_answer_that_is_undone_leaves_the_customer_their_automatic_message(account: Account, agent: User) -> None:
    asked = write(account)
    typed = answer(home(asked), agent)
    Message.objects.filter(pk=typed.pk).update(send_after=timezone.now() + timedelta(seconds=30))
    send_all()
    assert [row.state for row in automatic_ones()] == ["retry"]
    assert outbox.cancel(typed, agent)
    Message.objects.filter(automatic=True).update(retry_at=timezone.now())
    send_all()
    assert [row.state for row in automatic_ones()] == ["sent"]


def test_the_press_is_left_to_its_spokespeople(account: Account, agent: User) -> None:
    asked = write(account)
    AutomaticReply.objects.all().delete()
    Contact.objects.filter(pk=home(asked).contact_id).update(kind=Contact.Kind.PRESS)
    team = Team.objects.create(name="Woordvoering", handles_press=True)
    team.members.add(agent)
    assert automatic.tell(home(asked).pk) is None
    team.members.clear()
    assert automatic.tell(home(asked).pk) is not None


def test_who_turns_out_to_be_somebody_we_told_is_not_told_again() -> None:
    account = talking_account("whatsapp")
    old, new = Author("31611111111", name="Karin"), Author("31622222222", name="Karin")
    first = write(account, author=old)
    Conversation.objects.filter(pk=home(first).pk).update(tone=Conversation.Tone.INFORMAL)
    make_inbound(account, "En?", author=new, visibility=Visibility.PRIVATE, kind="dm")
    ingest.receive(account, [IdentityChange("31611111111", new, timezone.now())])
    (conversation,) = Conversation.objects.all()
    assert automatic.tell(conversation.pk) is None
    assert len(automatic_ones()) == 1
    assert conversation.tone == "informal"


@pytest.mark.parametrize("state", ["failed", "unknown", "queued", "retry"])
def test_nobody_decides_about_what_nobody_wrote(account: Account, agent: User, state: str) -> None:
    write(account)
    Message.objects.filter(automatic=True).update(state=state, retry_at=None)
    (row,) = automatic_ones()
    assert not outbox.cancel(row, agent)
    assert not outbox.discard(row, agent)
    assert outbox.retry(row, agent).pk == row.pk
    row.refresh_from_db()
    assert row.state == state


# ── it is no answer ──


def test_e14_it_never_counts_as_first_response_and_the_customer_waits_on(account: Account, agent: User) -> None:
    asked = write(account)
    before = home(asked)
    send_all()
    after = home(asked)
    assert not Response.objects.exists()
    assert after.waiting_since == before.waiting_since == asked.sent_at
    assert (after.assignee, after.status, after.seen_at) == (None, "open", None)
    assert after.is_unread
    answer(after, agent)
    send_all()
    response = Response.objects.get()
    assert (response.agent, response.started_at) == (agent, asked.sent_at)


def test_e14_the_list_keeps_the_customers_words_and_place(account: Account, agent: User) -> None:
    asked = write(account)
    before = home(asked)
    send_all()
    row = home(asked)
    assert row.excerpt == "Waar blijft mijn pakket?"
    assert (row.last_direction, row.message_count, row.last_message_at) == ("inbound", 1, before.last_message_at)
    assert not QUEUES["waiting"].selects(Conversation.objects.all(), agent).exists()
    assert QUEUES["unassigned"].selects(Conversation.objects.all(), agent).exists()


def test_it_does_not_come_between_an_agent_and_an_answer(account: Account, agent: User) -> None:
    asked = write(account)
    send_all()
    assert newer_than(asked.pk, home(asked), agent) == []
    row = answer(home(asked), agent, asked)
    send_all()
    row.refresh_from_db()
    assert row.state == "sent"


def test_it_is_no_news_in_the_thread_to_whoever_reads_it(account: Account, agent: User) -> None:
    asked = write(account)
    send_all()
    conversation: Any = home(asked)
    conversation.earlier = []
    thread = reading.thread_of(conversation, reader=agent)
    assert [item.message.automatic for item in thread.items] == [False, True]
    assert thread.news == asked.pk


def test_a_case_is_not_called_told_or_answered_because_of_it(account: Account, agent: User) -> None:
    asked = write(account, "Ik wil een klacht indienen, dit is schandalig slecht geregeld!")
    assert not closing.is_being_answered(home(asked))
    send_all()
    assert not closing.was_told(home(asked))
    with pytest.raises(closing.NotYet):
        closing.close(home(asked), agent, reason="unsolvable")
    assert not closing.is_being_answered(home(asked))


def test_it_is_no_example_and_no_repetition(account: Account, agent: User) -> None:
    asked = write(account, "Mijn bestelde boekenkast is beschadigd bezorgd vandaag")
    send_all()
    other = write(account, "De boekenkast is beschadigd bezorgd", author=author("Piet"))
    assert similar.answered_before(home(other), other.text, [account]) == []
    (row, _other) = automatic_ones()
    assert guard_repeats.said_before(row.text, home(asked), agent, is_public=False) is None


def test_an_answer_in_doubt_is_not_taken_for_it(account: Account, agent: User) -> None:
    """What is looked for on the platform is another message than the automatic one, whatever its words."""
    asked = write(account)
    send_all()
    row = answer(home(asked), agent)
    Message.objects.filter(pk=row.pk).update(state="unknown")
    row = Message.objects.select_related("conversation__identity", "account").get(pk=row.pk)
    with parcel(row) as reply:
        assert reply.others == {automatic_ones()[0].external_id}


def test_after_a_night_the_morning_goes_on_as_ever(account: Account, agent: User) -> None:
    asked = write(account)
    send_all()
    open_up()
    answer(home(asked), agent)
    send_all()
    row = home(asked)
    assert (row.waiting_since, row.last_direction, row.assignee) == (None, "outbound", agent)

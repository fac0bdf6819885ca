"""The one door out: an answer leaves once, or a person is told why not."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.models import Account
from channels.types import Action, DeliveryReport, OutgoingReply, Route, SendResult, Visibility
from inbox.actions.perform import perform
from inbox.ingest.receive import receive
from inbox.library import reference
from inbox.lists.navigation import Nav
from inbox.models import Conversation, Event, Message, User
from inbox.outbox import checks, deliver, queue
from inbox.triage import assignment
from tests.factories import author, incoming, limit, make_account, make_inbound, make_user, outgoing
from tests.support.fake_platform import FakeConnector

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0)


@pytest.fixture
def question() -> Message:
    """What is answered."""
    return make_inbound(make_account("fake"))


def answer(question: Message, agent: User, text: str = "Wij kijken het na.", **options: Any) -> Message:
    """Queue an answer as the page does."""
    assert question.conversation is not None
    usual: dict[str, Any] = {
        "route": Route.PUBLIC_REPLY,
        "reply_to": question,
        "seen_message_id": question.pk,
        "undo_seconds": 0,
    }
    return queue.queue_reply(question.conversation, agent, text=text, **usual | options)


def run_outbox() -> None:
    """Do what the sweep's tasks do."""
    for pk in deliver.sweep():
        deliver.deliver(pk)


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_an_answer_is_sent_once_and_ends_the_wait(question: Message, agent: User) -> None:
    message = answer(question, agent)
    assert Conversation.objects.get().waiting_since == question.sent_at

    run_outbox()
    run_outbox()
    deliver.deliver(message.pk)

    assert state_of(message) == "sent"
    [(external_id, sent)] = FakeConnector.sent
    assert (message.external_id, sent.reply_to_id, sent.reference) == (
        external_id,
        question.external_id,
        str(message.code),
    )
    conversation = Conversation.objects.get()
    assert conversation.waiting_since is None
    assert conversation.assignee == agent
    assert message.response.agent == agent


def test_the_same_code_twice_is_one_answer(question: Message, agent: User) -> None:
    code = uuid.uuid4()
    assert answer(question, agent, code=code) == answer(question, agent, code=code)
    assert Message.objects.filter(direction="outbound").count() == 1


def test_an_answer_can_be_taken_back_within_its_undo_seconds(question: Message, agent: User) -> None:
    message = answer(question, agent, undo_seconds=30)
    run_outbox()
    assert state_of(message) == "queued"
    assert queue.cancel(message, agent)

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_outbox()
    assert (state_of(message), FakeConnector.sent) == ("cancelled", [])


def test_taking_back_is_too_late_once_it_left(question: Message, agent: User) -> None:
    message = answer(question, agent)
    run_outbox()
    assert not queue.cancel(message, agent)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"text": "  "}, "empty"),
        ({"text": "x" * 281}, "too_long"),
        ({"route": Route.TEMPLATE}, "forbidden"),
        ({"route": Route.PRIVATE_MESSAGE}, "window_closed"),
        ({"files": [SimpleUploadedFile("a.pdf", b"%PDF", "application/pdf")]}, "media_refused"),
    ],
)
def test_what_cannot_leave_is_refused_with_its_reason(
    question: Message, agent: User, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(checks.Refused) as refused:
        answer(question, agent, **options)
    assert refused.value.reason == reason
    assert refused.value.message
    assert not Message.objects.filter(direction="outbound").exists()


def test_listening_account_sends_nothing(question: Message, agent: User) -> None:
    message = answer(question, agent)
    Account.objects.update(mode=Account.Mode.LISTEN)
    run_outbox()
    assert (state_of(message), message.error_reason, FakeConnector.sent) == ("failed", "listen_only", [])
    question.refresh_from_db()
    with pytest.raises(checks.Refused):
        answer(question, agent, text="Nog een")


def test_a_paused_account_keeps_answers_until_it_is_resumed(question: Message, agent: User) -> None:
    message = answer(question, agent)
    Account.objects.update(paused_at=timezone.now())
    run_outbox()
    assert (state_of(message), message.error_reason) == ("retry", "paused")

    Account.objects.update(paused_at=None)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_outbox()
    assert state_of(message) == "sent"


def test_a_colleagues_answer_stops_the_second(question: Message, agent: User) -> None:
    first = answer(question, make_user())
    with pytest.raises(checks.Overtaken) as overtaken:
        answer(question, agent, text="Ook ik")
    assert overtaken.value.newer == [first]


def test_a_new_question_stops_an_answer_that_did_not_see_it(question: Message, agent: User) -> None:
    receive(question.account, [incoming("Laat maar, gevonden!")])
    with pytest.raises(checks.Overtaken) as overtaken:
        answer(question, agent)
    assert [message.text for message in overtaken.value.newer] == ["Laat maar, gevonden!"]


def test_what_comes_in_during_the_undo_seconds_holds_the_answer(question: Message, agent: User) -> None:
    message = answer(question, agent, undo_seconds=5)
    receive(question.account, [incoming("Laat maar, gevonden!")])
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        run_outbox()
        assert (state_of(message), FakeConnector.sent) == ("held", [])
        assert Conversation.objects.get().failed_count == 1

        queue.retry(message, agent)
        run_outbox()
    assert state_of(message) == "sent"
    assert Conversation.objects.get().failed_count == 0


def test_a_post_that_was_context_before_counts_as_new_too(question: Message, agent: User) -> None:
    early = incoming(
        "Ik zei het al", author=author(), direction="context", sent_at=question.sent_at - timedelta(minutes=5)
    )
    account = make_account("fake")
    receive(account, [early])
    mention = make_inbound(account)
    receive(account, [incoming(early.text, external_id=early.external_id, sent_at=early.sent_at)])
    with pytest.raises(checks.Overtaken):
        answer(mention, agent)


def test_busy_platform_is_retried_less_often_then_given_up(question: Message, agent: User) -> None:
    message = answer(question, agent)
    FakeConnector.script[:] = [ChannelError("502", reason="unreachable") for _ in range(5)]
    now = timezone.now()
    for seconds in (0, 10, 30, 120, 600):
        now += timedelta(seconds=seconds)
        with time_machine.travel(now - timedelta(seconds=1), tick=False):
            run_outbox()
        before = message.attempts
        with time_machine.travel(now, tick=False):
            run_outbox()
        message.refresh_from_db()
        assert message.attempts == before + 1
    assert (state_of(message), message.error_reason, message.attempts) == ("failed", "unreachable", 5)
    assert Conversation.objects.get().failed_count == 1


def test_a_refused_answer_sent_anew_fails_no_more(question: Message, agent: User) -> None:
    FakeConnector.script[:] = [ChannelError("no", permanent=True, reason="blocked")]
    refused = answer(question, agent, text="Wij kijken het na.")
    run_outbox()
    assert (state_of(refused), Conversation.objects.get().failed_count) == ("failed", 1)
    answer(question, agent, text="Iets anders.")
    run_outbox()
    assert Conversation.objects.get().failed_count == 1
    answer(question, agent, text="Wij kijken het na.")
    run_outbox()
    assert Conversation.objects.get().failed_count == 0


def test_an_answer_refused_after_closing_is_counted(question: Message, agent: User) -> None:
    message = answer(question, agent)
    run_outbox()
    message.refresh_from_db()
    Conversation.objects.update(status="closed", closed_at=timezone.now())
    nav = Nav(agent, reference.moment())
    assert nav.count("failed") == 0
    report = DeliveryReport(
        "failed", timezone.now(), external_id=str(message.external_id), error_code="131047", reason="window_closed"
    )
    receive(question.account, [report])
    assert Nav(agent, reference.moment()).count("failed") == 1


def test_a_rate_limit_is_waited_out_exactly(question: Message, agent: User) -> None:
    message, at = answer(question, agent), timezone.now() + timedelta(minutes=12)
    FakeConnector.script[:] = [RateLimited("429", retry_at=at)]
    run_outbox()
    assert (state_of(message), message.retry_at, message.attempts) == ("retry", at, 0)
    with time_machine.travel(at, tick=False):
        run_outbox()
    assert state_of(message) == "sent"


def test_lost_access_waits_for_the_admin_without_counting(question: Message, agent: User) -> None:
    message = answer(question, agent)
    FakeConnector.script[:] = [NeedsReauth("190")]
    run_outbox()
    assert (state_of(message), message.error_reason, message.attempts) == ("retry", "reauth", 0)
    assert Account.objects.get().health == "reauth"

    now = timezone.now()
    for minutes in range(1, 30):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            run_outbox()
    assert (state_of(message), message.attempts) == ("retry", 0)

    Account.objects.update(needs_reauth_at=None)
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        run_outbox()
    assert state_of(message) == "sent"


def test_a_refusal_for_good_is_not_repeated(question: Message, agent: User) -> None:
    message = answer(question, agent)
    FakeConnector.script[:] = [ChannelError("duplicate", permanent=True, code="187", reason="duplicate_text")]
    run_outbox()
    assert (state_of(message), message.error_reason, message.error_code) == ("failed", "duplicate_text", "187")
    assert Conversation.objects.get().waiting_since == question.sent_at


def lost(reply: OutgoingReply) -> SendResult:
    """Take the message and then break the connection."""
    FakeConnector.take(reply)
    raise ChannelError("time-out", unknown=True, reason="unreachable")


def test_a_time_out_is_looked_up_and_found(question: Message, agent: User) -> None:
    message, now = answer(question, agent), timezone.now()
    FakeConnector.script[:] = [lost]
    run_outbox()
    assert state_of(message) == "unknown"
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        run_outbox()
    assert FakeConnector.look_ups == []
    with time_machine.travel(now + timedelta(seconds=20), tick=False):
        run_outbox()
    assert state_of(message) == "sent"
    assert len(FakeConnector.sent) == 1


def test_a_time_out_that_is_twice_not_there_is_sent_again(question: Message, agent: User) -> None:
    message, now = answer(question, agent), timezone.now()
    FakeConnector.script[:] = [ChannelError("time-out", unknown=True)]
    for seconds in (0, 20, 50, 70, 71):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            run_outbox()
    assert state_of(message) == "sent"
    assert (len(FakeConnector.look_ups), len(FakeConnector.sent)) == (2, 1)
    assert Event.objects.filter(verb="not_found").count() == 2


def test_its_echo_settles_an_unknown_answer(question: Message, agent: User) -> None:
    message = answer(question, agent, text="Zie https://veldhuis.example/retour & groet")
    FakeConnector.script[:] = [ChannelError("time-out", unknown=True)]
    run_outbox()
    echo = outgoing("@karin Zie https://t.co/a1b2 &amp; groet", parent_id=question.external_id, customer=author())
    receive(question.account, [echo])

    assert (state_of(message), message.external_id) == ("sent", echo.external_id)
    assert Message.objects.filter(direction="outbound").count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        run_outbox()
    assert FakeConnector.sent == []


def test_an_echo_with_our_code_is_our_answer_whatever_its_words(question: Message, agent: User) -> None:
    message = answer(question, agent)
    echo = outgoing("anders", reference=str(message.code), parent_id=question.external_id)
    receive(question.account, [echo, echo])
    assert (state_of(message), message.external_id, message.text) == ("sent", echo.external_id, "Wij kijken het na.")


def test_an_echo_before_the_platforms_answer_makes_no_second_row(question: Message, agent: User) -> None:
    message = answer(question, agent)

    def echoed_first(reply: OutgoingReply) -> SendResult:
        result = FakeConnector.take(reply)
        # Other words, so that only the id can tell.
        echo = outgoing(
            "nl: verkort", external_id=result.external_id, parent_id=question.external_id or "", customer=author()
        )
        receive(question.account, [echo, DeliveryReport("delivered", echo.sent_at, external_id=echo.external_id)])
        assert Message.objects.filter(direction="outbound").count() == 2
        return result

    FakeConnector.script[:] = [echoed_first]
    run_outbox()
    assert state_of(message) == "sent"
    assert message.delivered_at is not None
    assert list(Message.objects.filter(direction="outbound")) == [message]
    assert Conversation.objects.get().message_count == 2


def test_dead_worker_leaves_an_unknown_answer_not_a_second(question: Message, agent: User) -> None:
    message = answer(question, agent)

    def killed(reply: OutgoingReply) -> SendResult:
        FakeConnector.take(reply)
        raise KeyboardInterrupt

    FakeConnector.script[:] = [killed]
    with pytest.raises(KeyboardInterrupt):
        run_outbox()
    assert state_of(message) == "sending"
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        run_outbox()
    assert state_of(message) == "sent"
    assert len(FakeConnector.sent) == 1


def test_where_a_platform_cannot_be_asked_a_person_decides(question: Message, agent: User) -> None:
    message, now = answer(question, agent), timezone.now()
    FakeConnector.script[:] = [ChannelError("time-out", unknown=True)]
    FakeConnector.looking[:] = [ChannelError("no way to look", permanent=True, unknown=True)]
    for minutes in (0, 1, 60):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            run_outbox()
    assert (state_of(message), message.retry_at, FakeConnector.sent) == ("unknown", None, [])
    assert Conversation.objects.get().failed_count == 1
    queue.retry(message, agent)
    run_outbox()
    assert state_of(message) == "sent"


def test_late_failure_asks_the_agent_and_retry_is_a_new_answer(question: Message, agent: User) -> None:
    message = answer(question, agent)
    run_outbox()
    state_of(message)
    report = DeliveryReport(
        "failed",
        timezone.now(),
        external_id=message.external_id or "",
        reference=str(message.code),
        error_code="131047",
        reason="window_closed",
    )
    receive(question.account, [report])
    assert (state_of(message), message.error_reason) == ("failed", "window_closed")
    assert Conversation.objects.get().waiting_since == question.sent_at

    second = queue.retry(message, agent)
    run_outbox()
    receive(question.account, [report])
    assert (state_of(message), state_of(second)) == ("cancelled", "sent")
    assert second.pk != message.pk
    assert Conversation.objects.get().waiting_since is None


def test_private_answer_to_a_public_post_goes_to_private(question: Message, agent: User) -> None:
    message = answer(question, agent, route=Route.PRIVATE_REPLY)
    assert message.conversation is not None
    assert message.conversation.visibility == Visibility.PRIVATE
    assert message.conversation.identity == question.identity
    run_outbox()
    assert FakeConnector.sent[0][1].reply_to_id == question.external_id
    with pytest.raises(checks.Refused) as refused:
        answer(question, agent, route=Route.PRIVATE_REPLY)
    assert refused.value.reason == "already_replied"


def test_a_private_message_needs_an_open_window(agent: User) -> None:
    asked = make_inbound(
        make_account("fake"), visibility=Visibility.PRIVATE, kind="dm", sent_at=timezone.now() - timedelta(hours=23)
    )
    message = answer(asked, agent, route=Route.PRIVATE_MESSAGE)
    run_outbox()
    assert state_of(message) == "sent"
    with time_machine.travel(timezone.now() + timedelta(hours=2)), pytest.raises(checks.Refused) as refused:
        answer(asked, agent, route=Route.PRIVATE_MESSAGE, seen_message_id=None)
    assert refused.value.reason == "window_closed"


def test_a_long_answer_leaves_as_a_numbered_thread_in_order(question: Message, agent: User) -> None:
    Account.objects.update(signature=Account.Signature.INITIALS)
    text = " ".join(f"Dit is zin nummer {n}." for n in range(1, 25))
    first = answer(question, agent, text=text, split=True)
    for _part in range(4):
        run_outbox()
    sent = [reply for _id, reply in FakeConnector.sent]
    assert len(sent) > 1
    assert [reply.text.split()[-1] for reply in sent[:-1]] == [f"{n}/{len(sent)}" for n in range(1, len(sent))]
    assert sent[-1].text.endswith(f"{len(sent)}/{len(sent)} ^{agent.initials}")
    assert sent[1].reply_to_id == FakeConnector.sent[0][0]
    assert state_of(first) == "sent"
    assert Conversation.objects.get().responses.count() == 1


def test_a_part_does_not_leave_when_the_one_before_it_failed(question: Message, agent: User) -> None:
    answer(question, agent, text="Woord. " * 60, split=True)
    FakeConnector.script[:] = [ChannelError("no", permanent=True)]
    for _part in range(3):
        run_outbox()
    assert sorted(Message.objects.filter(direction="outbound").values_list("state", flat=True)) == ["failed", "held"]
    assert FakeConnector.sent == []


def test_send_and_close_closes_when_it_has_arrived(question: Message, agent: User) -> None:
    message = answer(question, agent, close_after=True)
    assert Conversation.objects.get().status == "open"
    run_outbox()
    assert state_of(message) == "sent"
    conversation = Conversation.objects.get()
    assert (conversation.status, conversation.close_reason) == ("closed", "answered")


def test_an_answer_is_signed_once_and_the_signature_counts(question: Message, agent: User) -> None:
    Account.objects.update(signature=Account.Signature.INITIALS)
    message = answer(question, agent, text=f"Dank ^{agent.initials}")
    assert message.text == f"Dank ^{agent.initials}"
    with pytest.raises(checks.Refused):
        answer(question, agent, text="x" * 278)


def test_an_answer_can_be_thrown_away(question: Message, agent: User) -> None:
    message = answer(question, agent)
    FakeConnector.script[:] = [ChannelError("no", permanent=True)]
    run_outbox()
    assert queue.discard(message, agent)
    assert not queue.discard(message, agent)
    assert Conversation.objects.get().failed_count == 0
    assert Conversation.objects.get().message_count == 1


def test_a_like_is_given_and_taken_on_the_platform_too(question: Message, agent: User) -> None:
    perform(question, Action.LIKE, agent)
    assert (question.liked_at is not None, FakeConnector.acted) == (True, [(Action.LIKE, question.external_id)])
    perform(question, Action.UNLIKE, agent)
    assert question.liked_at is None


def test_what_a_platform_cannot_do_is_refused(question: Message, agent: User) -> None:
    for action in (Action.UNHIDE, Action.DELETE_OWN):
        with pytest.raises(checks.Refused):
            perform(question, action, agent)
    assert FakeConnector.acted == []


def test_deleting_our_answer_makes_the_customer_wait_again(question: Message, agent: User) -> None:
    message = answer(question, agent)
    run_outbox()
    state_of(message)
    perform(message, Action.DELETE_OWN, agent)
    message.refresh_from_db()
    assert (message.text, message.removed_at is not None) == ("", True)
    assert Conversation.objects.get().waiting_since == question.sent_at


def test_a_file_travels_with_its_answer(question: Message, agent: User) -> None:
    seen = []

    def looks_inside(reply: OutgoingReply) -> SendResult:
        with open(reply.files[0].path, "rb") as file:
            seen.append((file.read(), reply.files[0].mime_type))
        return FakeConnector.take(reply)

    FakeConnector.script[:] = [looks_inside]
    message = answer(question, agent, text="", files=[SimpleUploadedFile("bon.png", b"\x89PNG", "image/png")])
    run_outbox()
    assert (state_of(message), seen) == ("sent", [(b"\x89PNG", "image/png")])


def test_a_note_can_never_be_sent(question: Message, agent: User) -> None:
    assert question.conversation is not None
    note = assignment.write_note(question.conversation, agent, "Bel haar even")
    deliver.deliver(note.pk)
    assert note.pk not in deliver.sweep()
    assert FakeConnector.sent == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=note.pk).update(state="queued", route="public_reply")


def test_a_person_without_the_account_cannot_send_from_it(question: Message) -> None:
    limited = make_user()
    limit(limited, make_account())
    with pytest.raises(checks.Refused):
        answer(question, limited)

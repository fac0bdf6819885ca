"""A picture with a text, where the platform takes them as two messages: each once, in order, each with its own fate."""

from __future__ import annotations

import itertools
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.errors import ChannelError
from channels.platforms import connector_class
from channels.types import Attachment as Told
from channels.types import DeliveryReport, IncomingMessage, OutgoingReply, Removal, Route, SendResult, Visibility
from inbox.ingest.receive import Arrival, receive, settle_arrival
from inbox.models import Attachment, Conversation, Message, User
from inbox.outbox import deliver, queue
from inbox.outbox.checks import goes_along
from tests.factories import author, make_account, make_inbound, make_user, outgoing
from tests.support import any_fault
from tests.support.fake_platform import FakeConnector
from tests.support.pages import signed_in
from tests.support.profiles import examples, share_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
REFUSED = ChannelError("no", permanent=True, reason="blocked")


def echo_of(reply: OutgoingReply, external_id: str) -> IncomingMessage:
    """What the platform tells us of a message of our own."""
    pictures = (Told("image", url="https://cdn.example/p.png"),) if reply.files else ()
    return outgoing(
        reply.text, external_id=external_id, kind="dm", visibility=Visibility.PRIVATE, customer=author(),
        reference=reply.reference, attachments=pictures,
    )  # fmt: skip


def echoed(reply: OutgoingReply) -> SendResult:
    """The echo comes in before the platform's own answer does."""
    result = FakeConnector.take(reply)
    echo = echo_of(reply, result.external_id)
    receive(Conversation.objects.get().account, [echo, echo])
    return result


def echoed_then_lost(reply: OutgoingReply) -> SendResult:
    """Only the echo comes."""
    echoed(reply)
    raise ChannelError("time-out", unknown=True)


STEPS: dict[str, any_fault.Step] = {
    **any_fault.STEPS,
    "echoed": echoed,
    "echoed, then time-out": echoed_then_lost,
}


@pytest.fixture
def question() -> Message:
    """A private question."""
    return make_inbound(make_account("fake"), kind="dm", visibility=Visibility.PRIVATE)


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0, language="en")


def answer(question: Message, agent: User, **options: Any) -> tuple[Message, Message]:
    """Answer with a picture and a text; return both rows."""
    assert question.conversation is not None
    first = queue.queue_reply(
        question.conversation, agent, text="Zo ziet hij eruit.", route=Route.PRIVATE_MESSAGE, reply_to=None,
        seen_message_id=question.pk, files=[SimpleUploadedFile("kast.png", PICTURE, "image/png")], **options,
    )  # fmt: skip
    return first, first.parts.get()


def run_outbox(rounds: int = 3) -> None:
    """Do what the sweep's tasks do, several times, some time apart."""
    for number in range(rounds):
        with time_machine.travel(timezone.now() + timedelta(seconds=10 * number), tick=False):
            for pk in deliver.sweep():
                deliver.deliver(pk)


def on_platform() -> list[tuple[str, bool]]:
    """Text and "has a file" of everything that stands there."""
    return [(reply.text, bool(reply.files)) for _id, reply in FakeConnector.sent]


def states(*rows: Message) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def test_the_picture_leaves_first_and_the_text_behind_it(question: Message, agent: User) -> None:
    code = uuid.uuid4()
    picture, text = answer(question, agent, code=code, close_after=True)
    assert (picture.code, picture.text, text.text) == (code, "", "Zo ziet hij eruit.")
    run_outbox()
    assert on_platform() == [("", True), ("Zo ziet hij eruit.", False)]
    assert states(picture, text) == ["sent", "sent"]
    assert [reply.reply_to_id for _id, reply in FakeConnector.sent] == ["", ""], "the text answers no picture of ours"
    assert Conversation.objects.get().status == "closed"


@settings(max_examples=examples(20))
@given(
    script=st.lists(st.sampled_from(sorted(STEPS)), max_size=8),
    looking=st.lists(st.sampled_from(sorted(any_fault.LOOKING)), max_size=4),
)
def test_each_part_stands_there_once_or_says_why_not(
    script: list[str], looking: list[str], question: Message, agent: User
) -> None:
    with transaction.atomic():
        FakeConnector.reset()
        FakeConnector.script[:] = [STEPS[name] for name in script]
        FakeConnector.looking[:] = [error for name in looking if (error := any_fault.LOOKING[name])]
        rows = answer(question, agent)
        any_fault.work_through_the_day()
        check(rows)
        transaction.set_rollback(True)


def check(rows: tuple[Message, Message]) -> None:
    """Compare the platform with the rows: nothing twice, nothing in the wrong order, one picture on the page."""
    references = [reply.reference for _id, reply in FakeConnector.sent]
    assert len(references) == len(set(references)), "sent twice"
    picture, text = states(*rows)
    assert picture in ("sent", "failed") and text in ("sent", "failed", "held")
    assert (text == "held") == (picture == "failed")
    assert references == [str(row.code) for row in rows if row.state == "sent"]
    assert Message.objects.filter(direction="outbound").count() == 2
    assert Attachment.objects.count() == 1


@pytest.mark.thorough
def test_echoes_in_any_order_are_two_rows_and_one_picture(question: Message, agent: User) -> None:
    rows = answer(question, agent)
    Message.objects.filter(direction="outbound").update(state="sending", claimed_at=timezone.now(), attempts=1)
    account, now = question.account, timezone.now()
    reports = {}
    for name, row in zip(("picture", "text"), rows, strict=True):
        files = () if row.text else (Told("image", url="https://cdn.example/p.png"),)
        echo = outgoing(
            row.text, external_id=f"m_{name}", kind="dm", visibility=Visibility.PRIVATE, customer=author(),
            reference=str(row.code), attachments=files, sent_at=now,
        )  # fmt: skip
        arrival = Arrival(row.code, f"m_{name}", now)
        report = DeliveryReport("read", now, external_id=f"m_{name}")
        reports[f"{name} taken"] = lambda arrival=arrival: settle_arrival(account, arrival)
        reports[f"{name} echoed"] = lambda echo=echo: receive(account, [echo])
        reports[f"{name} read"] = lambda report=report: receive(account, [report])
    # A thorough run tries 25 of the 720.
    for order in share_of(list(itertools.permutations(reports))[::29]):
        with transaction.atomic():
            for name in (*order, *order[:2]):
                reports[name]()
            assert states(*rows) == ["sent", "sent"], order
            assert [row.external_id for row in rows] == ["m_picture", "m_text"], order
            assert all(row.read_at for row in rows), order
            assert Message.objects.filter(direction="outbound").count() == 2, order
            assert Attachment.objects.count() == 1, order
            transaction.set_rollback(True)


def test_taking_back_one_part_on_the_platform_leaves_the_other(question: Message, agent: User) -> None:
    picture, text = answer(question, agent)
    run_outbox()
    picture.refresh_from_db()
    receive(question.account, [Removal(picture.external_id or "", timezone.now())])
    picture.refresh_from_db()
    text.refresh_from_db()
    assert picture.removed_at and not text.removed_at and text.text


def test_failed_text_says_the_picture_arrived_and_retries_alone(question: Message, agent: User) -> None:
    FakeConnector.script[:] = [FakeConnector.take, REFUSED]
    picture, text = answer(question, agent)
    run_outbox()
    assert states(picture, text) == ["sent", "failed"]
    page = signed_in(agent)
    html = page_of(page, question)
    assert "The picture arrived, the text did not." in html
    assert html.index(f"message-{picture.code}") < html.index(f"message-{text.code}"), "the picture stands first"
    page.post(f"/inbox/messages/{text.code}/retry/")
    run_outbox()
    assert on_platform() == [("", True), ("Zo ziet hij eruit.", False)]
    assert states(picture, text) == ["sent", "sent"]
    assert "did not" not in page_of(page, question)


def test_failed_picture_holds_its_text_and_retries_both(question: Message, agent: User) -> None:
    FakeConnector.script[:] = [REFUSED]
    picture, text = answer(question, agent)
    run_outbox()
    assert (states(picture, text), on_platform()) == (["failed", "held"], [])
    page = signed_in(agent)
    assert "The part before it was not sent." in page_of(page, question)
    page.post(f"/inbox/messages/{picture.code}/retry/")
    run_outbox()
    assert on_platform() == [("", True), ("Zo ziet hij eruit.", False)]


def test_text_failing_later_is_retried_at_once(question: Message, agent: User) -> None:
    picture, text = answer(question, agent)
    run_outbox()
    text.refresh_from_db()
    report = DeliveryReport("failed", timezone.now(), external_id=text.external_id or "")
    receive(question.account, [report])
    again = queue.retry(text, agent)
    run_outbox()
    assert states(picture, text, again) == ["sent", "cancelled", "sent"]
    assert on_platform() == [("", True), ("Zo ziet hij eruit.", False), ("Zo ziet hij eruit.", False)]


def test_editing_a_picture_that_failed_takes_its_text_along(question: Message, agent: User) -> None:
    FakeConnector.script[:] = [REFUSED]
    picture, text = answer(question, agent)
    run_outbox()
    edited = signed_in(agent).post(
        f"/inbox/messages/{picture.code}/discard/", {"edit": "1"}, headers={"HX-Request": "true"}
    )
    assert ">Zo ziet hij eruit.</textarea>" in edited.content.decode()
    assert states(picture, text) == ["cancelled", "cancelled"], "it would be sent beside its new version"


@pytest.mark.parametrize("throw_away", [True, False])
def test_the_text_of_a_picture_that_failed_can_be_sent_by_itself(
    question: Message, agent: User, throw_away: bool
) -> None:
    FakeConnector.script[:] = [REFUSED]
    picture, text = answer(question, agent)
    run_outbox()
    page = signed_in(agent)
    if throw_away:
        page.post(f"/inbox/messages/{picture.code}/discard/")
    assert "Send by itself" in page_of(page, question)
    page.post(f"/inbox/messages/{text.code}/retry/")
    run_outbox()
    assert on_platform() == [("Zo ziet hij eruit.", False)]
    assert states(picture, text) == ["cancelled" if throw_away else "failed", "sent"]


def test_undo_takes_both_parts_back_into_the_composer(question: Message) -> None:
    agent = make_user(undo_seconds=30, language="en")
    picture, text = answer(question, agent)
    answered = signed_in(agent).post(f"/inbox/messages/{picture.code}/cancel/", HTTP_HX_REQUEST="true")
    assert ">Zo ziet hij eruit.</textarea>" in answered.content.decode()
    assert states(picture, text) == ["cancelled", "cancelled"]


@pytest.mark.parametrize(
    ("platform", "mime", "length", "together"),
    [
        ("facebook", "image/png", 5, False),
        ("instagram", "image/png", 5, False),
        ("instagram", "image/png", 0, True),
        ("whatsapp", "image/png", 1024, True),
        ("whatsapp", "image/png", 1025, False),
        ("whatsapp", "audio/mpeg", 5, False),
        ("x", "image/png", 250, True),
    ],
)
def test_what_a_platform_takes_in_one_message(platform: str, mime: str, length: int, together: bool) -> None:
    rules = connector_class(platform).capabilities.routes[Route.PRIVATE_MESSAGE]
    assert goes_along("x" * length, [SimpleUploadedFile("a", b"", mime)], rules) is together


def page_of(page: Client, question: Message) -> str:
    """The conversation as the agent sees it."""
    assert question.conversation is not None
    return page.get(f"/inbox/{question.conversation.code}/").content.decode()

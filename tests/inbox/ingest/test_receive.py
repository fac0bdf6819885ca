"""The one door in: what platforms tell becomes conversations, however often and in whatever order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account, Stream, UnreadItem
from channels.types import (
    Attachment,
    Author,
    DeliveryReport,
    Direction,
    Edit,
    IdentityChange,
    NotUnderstood,
    Reaction,
    Removal,
    Visibility,
)
from inbox.ingest import receive, store
from inbox.models import Attachment as AttachmentRow
from inbox.models import Contact, Conversation, EarlyEvent, Event, Identity, Message, RawPayload
from inbox.triage import assignment
from tests.factories import author, incoming, make_account, make_inbound, make_user, minutes_ago, outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """The brand's account."""
    return make_account()


def only() -> Conversation:
    """The one conversation there is."""
    return Conversation.objects.get()


def test_a_message_becomes_an_open_conversation_of_its_writer() -> None:
    message = make_inbound(text="Waar blijft mijn pakket?")

    conversation = only()
    assert conversation.status == "open"
    assert conversation.excerpt == "Waar blijft mijn pakket?"
    assert conversation.waiting_since == message.sent_at
    assert conversation.message_count == 1
    assert conversation.identity.name == "Karin"
    assert conversation.contact.identities.count() == 1


def test_the_same_again_changes_nothing(account: Account) -> None:
    event = incoming(attachments=(Attachment("image", url="https://example.com/1.png"),))
    first = receive.receive(account, [event, event])
    version = only().version

    again = receive.receive(account, [event])

    assert (first.new_messages, again.new_messages) == (1, 0)
    assert (Message.objects.count(), AttachmentRow.objects.count()) == (1, 1)
    assert only().version == version
    assert again.conversations == []


def test_three_quick_messages_are_one_case_and_clock(account: Account) -> None:
    events = [incoming(f"Bericht {n}", sent_at=minutes_ago(3 - n)) for n in range(3)]
    receive.receive(account, [events[2], events[0]])
    receive.receive(account, [events[1]])

    assert only().message_count == 3
    assert only().waiting_since == events[0].sent_at
    assert only().excerpt == "Bericht 2"


def test_public_and_private_are_two_conversations_of_one_person(account: Account) -> None:
    receive.receive(account, [incoming(), incoming(visibility=Visibility.PRIVATE, kind="dm")])
    assert sorted(Conversation.objects.values_list("visibility", flat=True)) == ["private", "public"]
    assert Contact.objects.count() == 1


def test_a_persons_id_on_another_page_is_another_person() -> None:
    pages = [make_account("facebook"), make_account("facebook")]
    for page in pages:
        receive.receive(page, [incoming(kind="comment")])
    assert Identity.objects.count() == 2


def test_a_person_on_x_is_the_same_for_all_our_accounts() -> None:
    for account in (make_account(), make_account()):
        receive.receive(account, [incoming()])
    assert Identity.objects.count() == 1
    assert Conversation.objects.count() == 2


def test_newer_facts_replace_older_and_silence_does_not(account: Account) -> None:
    person = author(followers=10, location="Utrecht")
    receive.receive(account, [incoming(author=person, sent_at=minutes_ago(5))])
    receive.receive(account, [incoming(author=Author(person.external_id, name="Karin de Wit", followers=12))])
    receive.receive(account, [incoming(author=Author(person.external_id, name="Oud"), sent_at=minutes_ago(60))])

    identity = Identity.objects.get()
    assert (identity.name, identity.followers, identity.location, identity.handle) == (
        "Karin de Wit",
        12,
        "Utrecht",
        "karin",
    )
    assert identity.first_seen_at < minutes_ago(50)


def test_a_name_that_is_too_long_does_not_cost_the_message(account: Account) -> None:
    person = Author("1", name="x" * 500, avatar_url="https://e.example/" + "x" * 2000, phone="+" + "3" * 40)
    receive.receive(account, [incoming("a\x00b", author=person)])
    assert Message.objects.get().text == "ab"
    assert Identity.objects.get().avatar_url == ""


def test_a_message_without_a_writer_is_kept(account: Account) -> None:
    event = incoming(author=None)
    receive.receive(account, [event])
    assert only().identity.external_id == f"unknown:{event.external_id}"


def test_a_writer_told_later_gets_the_message(account: Account) -> None:
    event = incoming(author=None)
    receive.receive(account, [event, incoming("Ik heet Karin")])
    receive.receive(account, [incoming(external_id=event.external_id, sent_at=event.sent_at)])
    assert only().message_count == 2
    assert Identity.objects.get().name == "Karin"
    assert Contact.objects.count() == 1


def test_a_new_message_soon_after_closing_reopens_the_case(account: Account) -> None:
    make_inbound(account)
    agent = make_user()
    assignment.assign(only(), agent, by=agent)
    assignment.close(only(), by=agent)
    receive.receive(account, [incoming("Nog iets", sent_at=timezone.now() + timedelta(hours=71))])
    assert (only().status, only().assignee) == ("open", agent)
    assert Event.objects.filter(verb="reopened", actor=None).count() == 1


def test_a_new_message_long_after_closing_is_a_new_case(account: Account) -> None:
    make_inbound(account)
    assignment.close(only(), by=None)
    receive.receive(account, [incoming("Iets anders", sent_at=timezone.now() + timedelta(hours=73))])
    assert sorted(Conversation.objects.values_list("status", flat=True)) == ["closed", "open"]


def test_a_snoozed_case_wakes_when_the_customer_writes(account: Account) -> None:
    make_inbound(account)
    assignment.snooze(only(), None, by=None)
    receive.receive(account, [incoming("Hallo?")])
    assert only().status == "open"


def test_an_answer_of_ours_made_elsewhere_ends_the_wait(account: Account) -> None:
    question = make_inbound(account, sent_at=minutes_ago(10))
    receive.receive(account, [outgoing(parent_id=question.external_id, sent_at=minutes_ago(4))])
    assert only().waiting_since is None
    assert only().last_direction == "outbound"
    assert only().responses.get().seconds == pytest.approx(360, abs=2)


def test_an_answer_that_overtook_its_question_joins_it(account: Account) -> None:
    question, answer = incoming(sent_at=minutes_ago(5)), None
    answer = outgoing("Deel 1", parent_id=question.external_id, sent_at=minutes_ago(4))
    more = outgoing("Deel 2", parent_id=answer.external_id, sent_at=minutes_ago(3))
    receive.receive(account, [more])
    receive.receive(account, [answer])
    assert not Conversation.objects.exists()

    receive.receive(account, [question])
    assert only().message_count == 3
    assert only().waiting_since is None


def test_answering_someone_who_never_named_us_finds_their_posts(account: Account) -> None:
    kees, root = (
        author("Kees"),
        incoming("Trein weg.", author=author("Kees"), direction=Direction.CONTEXT, sent_at=minutes_ago(9)),
    )
    more = incoming(
        "Echt.", author=kees, direction=Direction.CONTEXT, parent_id=root.external_id, sent_at=minutes_ago(8)
    )
    receive.receive(account, [root, more, outgoing(parent_id=more.external_id, sent_at=minutes_ago(5))])
    assert set(only().messages.values_list("kind", "direction")) == {("found", "inbound"), ("reply", "outbound")}
    assert only().identity.name == "Kees"
    assert only().message_count == 3


def test_context_stays_out_of_conversations_until_it_names_us(account: Account) -> None:
    event = incoming("Goed bezig jongens!", direction=Direction.CONTEXT)
    receive.receive(account, [event])
    assert not Conversation.objects.exists()

    receive.receive(account, [incoming(event.text, external_id=event.external_id, sent_at=event.sent_at)])
    receive.receive(account, [event])
    assert Message.objects.get().direction == "inbound"
    assert only().message_count == 1


def test_a_mention_in_a_thread_we_do_not_have_wants_its_context(account: Account) -> None:
    received = receive.receive(
        account, [incoming(parent_id="1"), incoming(parent_id="2", parent_missing=True), incoming()]
    )
    assert received.missing_context == list(Message.objects.filter(context_state="wanted").values_list("pk", flat=True))
    assert Message.objects.get(context_state="wanted").parent_external_id == "1"


def test_an_edited_post_is_one_message_with_the_latest_text(account: Account) -> None:
    first = incoming("Fuot", sent_at=minutes_ago(9))
    versions = [
        incoming(
            text, external_id=f"{first.external_id}{n}", first_external_id=first.external_id, sent_at=minutes_ago(9 - n)
        )
        for n, text in ((1, "Fout"), (2, "Fout!"))
    ]
    receive.receive(account, [versions[1]])
    receive.receive(account, [versions[0], first])
    receive.receive(account, [outgoing(parent_id=versions[0].external_id, sent_at=minutes_ago(1))])

    message = Message.objects.get(direction="inbound")
    assert (message.text, message.external_id, message.sent_at) == ("Fout!", versions[1].external_id, first.sent_at)
    assert only().message_count == 2


def test_an_edit_before_its_message_waits_for_it(account: Account) -> None:
    event = incoming("Fuot", sent_at=minutes_ago(5))
    receive.receive(
        account, [Edit(event.external_id, "Fout", minutes_ago(4)), Edit(event.external_id, "Ouder", minutes_ago(4.5))]
    )
    assert EarlyEvent.objects.count() == 2
    receive.receive(account, [event])
    assert Message.objects.get().text == "Fout"
    assert not EarlyEvent.objects.exists()


def test_a_removed_message_leaves_nothing_of_its_words(account: Account, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    event = incoming(
        "Mijn nummer is 0612345678",
        raw={"text": "0612345678"},
        attachments=(Attachment("image", url="https://e.example/1"),),
    )
    receive.receive(account, [event])
    receive.receive(account, [Removal(event.external_id, timezone.now()), event])

    message = Message.objects.get()
    assert (message.text, message.removed_at is not None) == ("", True)
    assert not RawPayload.objects.exists()
    assert only().excerpt == ""
    assert only().waiting_since is None
    assert not AttachmentRow.objects.exists()
    assert "0612345678" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_removed_messages_file_is_deleted_with_the_commit(
    account: Account, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    event = incoming(attachments=(Attachment("image", url="https://e.example/1"),))
    receive.receive(account, [event])
    from django.core.files.base import ContentFile  # noqa: PLC0415

    AttachmentRow.objects.get().file.save("foto.png", ContentFile(b"png"))
    with django_capture_on_commit_callbacks(execute=True):
        receive.receive(account, [Removal(event.external_id, timezone.now())])
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_receipts_only_go_forward(account: Account) -> None:
    answer = outgoing(visibility=Visibility.PRIVATE, kind="dm", customer=author())
    now = timezone.now()
    reports = [
        DeliveryReport(status, now, external_id=answer.external_id)
        for status in ("read", "failed", "delivered", "sent")
    ]
    receive.receive(account, reports[:2])
    receive.receive(account, [answer, *reports[2:]])
    message = Message.objects.get()
    assert (message.state, message.read_at, message.delivered_at) == ("sent", now, now)


def test_watermark_counts_for_later_arrivals_too() -> None:
    account = make_account("facebook")
    person = author()
    early, late = (
        outgoing(visibility=Visibility.PRIVATE, customer=person, sent_at=minutes_ago(minutes)) for minutes in (10, 2)
    )
    receive.receive(account, [early, late])
    mark = DeliveryReport("read", minutes_ago(1), customer_id=person.external_id, until=minutes_ago(5))
    receive.receive(account, [mark])
    third = outgoing(visibility=Visibility.PRIVATE, customer=person, sent_at=minutes_ago(8))
    receive.receive(account, [third])

    read = set(Message.objects.exclude(read_at=None).values_list("external_id", flat=True))
    assert read == {early.external_id, third.external_id}


def test_a_reaction_taken_back_does_not_come_back(account: Account) -> None:
    event, now = incoming(), timezone.now()
    reaction = Reaction(event.external_id, author("Kees"), "👍", now - timedelta(minutes=1))
    taken = Reaction(event.external_id, author("Kees"), "", now)
    receive.receive(account, [event, taken])
    receive.receive(account, [reaction])
    assert list(Message.objects.get().reactions.all()) == []


def test_a_new_phone_number_keeps_the_conversation() -> None:
    account = make_account("whatsapp")
    old, new = Author("31611111111", name="Karin"), Author("31622222222", name="Karin")
    first = incoming(author=old, visibility=Visibility.PRIVATE, sent_at=minutes_ago(9))
    receive.receive(account, [first])
    receive.receive(account, [incoming(author=new, visibility=Visibility.PRIVATE, sent_at=minutes_ago(2))])
    receive.receive(account, [IdentityChange("31611111111", new, minutes_ago(4))])
    # What was said under the old number and comes in late is hers; what is said later is somebody else's.
    receive.receive(account, [incoming(author=old, visibility=Visibility.PRIVATE, sent_at=minutes_ago(5))])
    assert only().message_count == 3
    receive.receive(account, [incoming(author=old, visibility=Visibility.PRIVATE)])
    assert Conversation.objects.count() == 2


def test_what_is_not_understood_is_kept_once_and_counted(account: Account) -> None:
    item = NotUnderstood("a new kind", {"type": "hologram", "id": "1"})
    receive.receive(account, [item])
    receive.receive(account, [item])
    kept = UnreadItem.objects.get()
    assert (kept.reason, kept.body, kept.times, kept.account) == ("a new kind", item.body, 2, account)


def test_the_cursor_moves_with_what_was_fetched_or_not_at_all(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream.objects.create(account=account, name="mentions")
    receive.receive(account, [incoming()], stream=stream, cursor={"since_id": "1"})
    stream.refresh_from_db()
    assert stream.cursor == {"since_id": "1"}

    def broken(_ids: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(store, "refresh", broken)
    with pytest.raises(RuntimeError):
        receive.receive(account, [incoming()], stream=stream, cursor={"since_id": "2"})
    stream.refresh_from_db()
    assert stream.cursor == {"since_id": "1"}
    assert Message.objects.count() == 1


def test_the_number_of_statements_does_not_grow_with_the_batch(account: Account) -> None:
    def batch(size: int) -> list[Any]:
        events: list[Any] = []
        for n in range(size):
            picture = Attachment("image", url="https://e.example/1")
            question = incoming(author=author(f"Klant {n}"), attachments=(picture,), parent_id=f"p{n}")
            events += [
                question,
                outgoing(parent_id=question.external_id),
                incoming(external_id=f"p{n}", direction=Direction.CONTEXT, author=author("Piet")),
                Reaction(question.external_id, author("Piet"), "👍", timezone.now()),
                Edit(question.external_id, "Beter", timezone.now() + timedelta(minutes=1)),
                Removal(f"later-{question.external_id}", timezone.now()),
                NotUnderstood("new", {"n": question.external_id}),
            ]
        return events

    def statements(events: list[Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            receive.receive(account, events)
        return len(captured)

    statements(batch(1))
    # Two new people at least: of one, the row is inserted; more are copied.
    few, many = statements(batch(3)), statements(batch(40))
    assert few == many

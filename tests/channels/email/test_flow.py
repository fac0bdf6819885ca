"""A mail's whole way: connected on the page, into the list, answered, and the answer in the customer's mailbox once."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channels.accounts.connecting import connect, reconnect, remove
from channels.email.connector import HERE_SINCE, EmailConnector
from channels.errors import DAY_LIMITS, RateLimited
from channels.intake import attachments
from channels.models import Account, Stream, UnreadItem
from channels.types import AUTOMATIC, Route
from inbox.models import Attachment, Conversation, Event, Identity, Message, RawPayload, User
from inbox.outbox import autoreply, queue, rule_reply
from inbox.privacy import record
from inbox.privacy.person import Person
from inbox.team import masks, organisation
from inbox.triage import assignment, estimates
from tests.channels.email.test_mailbox import with_file
from tests.factories import make_user
from tests.support.html import text_of
from tests.support.mail import OWN, change, connect_mailbox, lay, letters, move, open_mailbox, write_mail
from tests.support.opening_hours import TEXTS, shut
from tests.support.sandbox_accounts import fault
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
CUSTOMER = "noor@post.example"


@pytest.fixture
def account(sandbox: Running) -> Account:
    """The brand's mailbox, connected and read once."""
    made = connect_mailbox(sandbox)
    poll(made, "inbox", "sent")
    return made


@pytest.fixture
def question(sandbox: Running, account: Account) -> Message:
    """A mail that came in."""
    write_mail(sandbox, "Waar blijft mijn kast?")
    poll(account, "inbox")
    return Message.objects.select_related("conversation", "account").get(direction="inbound")


def send(question: Message, agent: User, text: str = "Morgen, Noor.") -> Message:
    assert question.conversation is not None
    return work(
        queue.queue_reply(
            question.conversation, agent, text=text, route=Route.PRIVATE_MESSAGE, reply_to=question,
            seen_message_id=question.pk,
        ),
        timedelta(seconds=10),
    )  # fmt: skip


def at_limit(*_given: object) -> None:
    raise RateLimited(
        "550 5.7.233 Tenant limit", retry_at=timezone.now() + timedelta(hours=1), code=next(iter(DAY_LIMITS))
    )


def test_an_admin_connects_a_mailbox_on_the_page(client: Client, sandbox: Running) -> None:
    client.force_login(make_user("admin", language="en"))
    credentials = open_mailbox(sandbox)
    wrong = client.post("/accounts/add/email/", credentials | {"password": "verkeerd-wachtwoord"})
    refused = wrong.content.decode()
    assert "does not let us read the mailbox" in text_of(refused) and "verkeerd-wachtwoord" not in refused
    assert not Account.objects.exists()
    shown = client.post("/accounts/add/email/", credentials, follow=True).content.decode()
    account = Account.objects.get()
    assert (account.external_id, account.name, account.at_handle) == (OWN, "Veldhuis Wonen", OWN)
    assert "info@veldhuis.example is connected" in text_of(shown) and f"@{OWN}" not in shown
    assert credentials["password"] not in shown
    assert set(account.streams.values_list("name", flat=True)) == {"inbox", "sent"}


def test_a_mail_comes_in_and_is_answered_once(client: Client, sandbox: Running, account: Account) -> None:
    agent = make_user(language="en")
    client.force_login(agent)
    named = write_mail(sandbox, "Waar blijft mijn kast?\n\n> Oude mail\n> van eerder")
    poll(account, "inbox")
    conversation = Conversation.objects.get()
    shown = client.get(conversation.get_absolute_url()).content.decode()
    assert "Mijn kast" in shown and "Waar blijft mijn kast?" in shown and "Earlier in this mail" in shown
    assert "noor@post.example" in shown and "@noor@post.example" not in shown
    form = {"tab": "private", "text": "Morgen, Noor.", "code": str(uuid.uuid4())}
    question = Message.objects.get()
    client.post(f"/inbox/{conversation.code}/reply/", form | {"seen": question.pk, "reply_to": str(question.code)})
    answer = Message.objects.get(direction="outbound")
    work(answer, timedelta(seconds=30))
    poll(account, "inbox", "sent")  # where the server keeps a copy
    answer.refresh_from_db()
    assert (answer.state, Message.objects.count()) == ("sent", 2)
    (got,) = letters(sandbox, CUSTOMER)
    assert got["text"].startswith("Morgen, Noor.")
    assert got["headers"]["In-Reply-To"] == f"<{named}>" and got["headers"]["Subject"] == "Re: Mijn kast"


def test_whom_a_mail_also_went_to_stands_above_it(client: Client, sandbox: Running, account: Account) -> None:
    heads = f"From: noor@post.example\nTo: {OWN}\nCc: Jan Vermeer <jan@post.example>\nMessage-ID: <cc@post.example>\n"
    lay(sandbox, f"{heads}Subject: Mijn kast\n\nWaar blijft hij?".encode())
    poll(account, "inbox")
    client.force_login(make_user(language="en"))
    shown = text_of(client.get(Conversation.objects.get().get_absolute_url()).content.decode())
    assert "Also sent to: Jan Vermeer <jan@post.example>" in shown
    assert f"E-mail as {OWN} to noor@post.example. Only" in shown


def test_the_subject_is_found_and_stands_in_list_and_head(
    client: Client, sandbox: Running, account: Account, question: Message
) -> None:
    write_mail(sandbox, "Dank!", subject="RE: Re: Mijn kast", answers=True)
    write_mail(sandbox, "Graag een voorstel.", subject="Offerte voor twintig stoelen", sender="jan@post.example")
    poll(account, "inbox")
    client.force_login(make_user(language="en"))
    assert question.conversation is not None
    listed = text_of(client.get("/inbox/").content.decode())
    assert "Mijn kast · Dank!" in listed and "Re:" not in listed
    head = client.get(question.conversation.get_absolute_url()).content.decode().split('id="thread-head"')[1]
    assert "Subject: Mijn kast" in text_of(head.split("</header>")[0])

    def found(words: str) -> str:
        return text_of(client.get(reverse("search"), {"q": words}).content.decode())

    assert "Offerte voor twintig stoelen · Graag een voorstel." in found("offerte stoelen")
    assert "Graag een voorstel." in found("stoelen voorstel")  # one word of each
    assert "Graag een voorstel." not in found("voorstel -stoelen")
    Message.objects.filter(text="Graag een voorstel.").update(shown=[], text="")
    assert Message.objects.get(text="").subject_words is None


def test_what_the_customer_answers_is_the_same_conversation(
    sandbox: Running, account: Account, question: Message
) -> None:
    send(question, make_user())
    write_mail(sandbox, "Dank!", subject="Re: Mijn kast", answers=True)
    poll(account, "inbox")
    newest = Message.objects.order_by("-pk")[0]
    answer = Message.objects.get(direction="outbound")
    assert newest.conversation_id == question.conversation_id
    assert (newest.text, newest.parent_external_id) == ("Dank!", answer.external_id)
    assert newest.thread_id == question.external_id


def test_an_answer_to_an_old_mail_reopens_that_one(sandbox: Running, account: Account, question: Message) -> None:
    agent = make_user()
    send(question, agent)
    conversation = Conversation.objects.get()
    assignment.close(conversation, agent, Conversation.CloseReason.ANSWERED)
    Message.objects.update(sent_at=F("sent_at") - timedelta(days=40))
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=40))
    write_mail(sandbox, "Toch nog iets.", subject="Re: Mijn kast", answers=True)
    poll(account, "inbox")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.message_count) == ("open", 3)
    assignment.close(conversation, agent, Conversation.CloseReason.ANSWERED)
    Message.objects.update(sent_at=F("sent_at") - timedelta(days=40))
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=40))
    write_mail(sandbox, "Een nieuwe vraag.")
    poll(account, "inbox")
    assert Conversation.objects.count() == 2


def test_an_uncertain_answer_is_looked_up_and_not_sent_twice(
    sandbox: Running, account: Account, question: Message
) -> None:
    fault(sandbox, "mail_cut", "SMTP /ACCEPTED")
    answer = send(question, make_user())
    assert answer.state == "unknown"
    work(answer, timedelta(seconds=30))
    assert answer.state == "sent"
    assert len(letters(sandbox, CUSTOMER)) == 1


@pytest.mark.parametrize("had_left", [False, True])
def test_an_uncertain_answer_of_a_mailbox_that_moved_waits(
    sandbox: Running, account: Account, question: Message, *, had_left: bool
) -> None:
    agent = make_user()
    assert send(question, agent, "Ik vraag het na.").state == "sent"  # so that copies are known to be kept
    change(sandbox, keeps_sent=False)  # as the new server has no copy of it
    fault(sandbox, "mail_cut", "SMTP /ACCEPTED" if had_left else "SMTP /BODY")
    answer = send(question, agent)
    move(account)
    for minutes in (1, 2, 5, 30):
        work(answer, timedelta(minutes=minutes))
    assert (answer.state, answer.retry_at) == ("unknown", None)  # somebody has to say whether it arrived
    assert len(letters(sandbox, CUSTOMER)) == 1 + had_left


def test_only_a_mailbox_that_was_here_before_can_have_moved(account: Account) -> None:
    known = account.credentials
    assert HERE_SINCE not in known  # what is in doubt can have left by this server only
    remove(account, by=make_user("admin"))
    assert connect("email", known, by=None).credentials[HERE_SINCE]  # where it was meanwhile is not known


def test_a_mailbox_that_did_not_move_goes_on_looking(sandbox: Running, account: Account, question: Message) -> None:
    agent = make_user()
    assert send(question, agent, "Ik vraag het na.").state == "sent"
    fault(sandbox, "mail_cut", "SMTP /BODY")
    answer = send(question, agent)
    reconnect(account, account.credentials, by=None)
    assert answer.state == "unknown"
    for seconds in (30, 90, 120):
        work(answer, timedelta(seconds=seconds))
    assert (answer.state, len(letters(sandbox, CUSTOMER))) == ("sent", 2)


def test_an_answer_that_never_left_is_sent_again(sandbox: Running, account: Account, question: Message) -> None:
    fault(sandbox, "mail_cut", "SMTP /RCPT")
    answer = send(question, make_user())
    assert answer.state == "retry"
    work(answer, timedelta(seconds=40))
    assert answer.state == "sent"
    assert len(letters(sandbox, CUSTOMER)) == 1


def test_an_address_that_wants_it_later_delays_no_other(sandbox: Running, account: Account, question: Message) -> None:
    agent = make_user()
    write_mail(sandbox, "En mijn bank?", sender="jan@post.example")
    poll(account, "inbox")
    fault(sandbox, "mail_greylisted", "SMTP /RCPT", n=2)
    answer = send(question, agent)
    assert (answer.state, answer.error_reason) == ("retry", "deferred")
    other = send(Message.objects.select_related("conversation", "account").get(text="En mijn bank?"), agent, "Ja, Jan.")
    account.refresh_from_db()
    assert (other.state, account.rate_limited_until, account.failing_since) == ("retry", None, None)
    assert work(other, timedelta(minutes=2)).state == "sent"
    assert work(answer, timedelta(minutes=10)).state == "sent"
    assert [len(letters(sandbox, address)) for address in (CUSTOMER, "jan@post.example")] == [1, 1]


def test_an_answer_above_the_days_limit_waits_and_says_so(
    client: Client, sandbox: Running, account: Account, question: Message
) -> None:
    agent = make_user(language="en")
    client.force_login(agent)
    fault(sandbox, "mail_day_limit", "SMTP /DATA")
    answer = send(question, agent)
    account.refresh_from_db()
    assert (answer.state, account.health) == ("retry", "rate_limited")
    assert question.conversation is not None
    shown = client.get(question.conversation.get_absolute_url()).content.decode()
    assert "as many mails as its provider allows in a day" in text_of(shown)
    assert work(answer, timedelta(minutes=50)).state == "retry"
    assert work(answer, timedelta(minutes=61)).state == "sent"
    assert len(letters(sandbox, CUSTOMER)) == 1


def test_at_the_days_limit_answers_wait_without_a_try_each(
    sandbox: Running, account: Account, question: Message
) -> None:
    agent = make_user()
    write_mail(sandbox, "En mijn bank?", sender="jan@post.example")
    poll(account, "inbox")
    other = Message.objects.select_related("conversation", "account").get(text="En mijn bank?")
    with mock.patch.object(EmailConnector, "send", side_effect=at_limit) as tries:
        answer, waiting = send(question, agent), send(other, agent, "Ja, Jan.")
        assert tries.call_count == 1
        assert (waiting.state, waiting.retry_at, waiting.error_code) == ("retry", answer.retry_at, "mail/limit")
        for hours in (2, 4, 6):
            work(waiting, timedelta(hours=hours))
        assert tries.call_count == 4
        assert Event.objects.filter(verb="send_delayed").count() == 1
    work(answer, timedelta(hours=8))
    waiting.refresh_from_db()
    assert [answer.state, waiting.state] == ["sent", "sent"]


def test_a_days_limit_of_two_days_fails_with_words(sandbox: Running, account: Account, question: Message) -> None:
    agent = make_user()
    with mock.patch.object(EmailConnector, "send", side_effect=at_limit):
        answer = send(question, agent)
        assert work(answer, timedelta(hours=47)).state == "retry"
        work(answer, timedelta(hours=49))
        assert (answer.state, answer.error_code) == ("failed", "mail/limit_lasts")
        again = queue.retry(answer, agent)
        assert work(again, timedelta(minutes=1)).state == "retry"  # two days anew


def test_a_returned_answer_is_shown_as_failed(client: Client, sandbox: Running, account: Account) -> None:
    agent = make_user(language="en")
    client.force_login(agent)
    write_mail(sandbox, "Waar blijft mijn kast?", sender="weg@post.example")
    poll(account, "inbox")
    question = Message.objects.get()
    answer = send(question, agent)
    assert answer.state == "sent"
    poll(account, "inbox")
    answer.refresh_from_db()
    assert (answer.state, answer.error_code) == ("failed", "mail/no_address")
    assert question.conversation is not None
    shown = client.get(question.conversation.get_absolute_url()).content.decode()
    assert "This e-mail address does not exist" in text_of(shown)


def absence(name: str = "afwezig") -> bytes:
    return (
        f"From: Noor <{CUSTOMER}>\r\nTo: {OWN}\r\nSubject: Automatisch antwoord: Re: Mijn kast\r\n"
        f"Auto-Submitted: auto-replied\r\nMessage-ID: <{name}@post.example>\r\n\r\nIk ben er maandag weer.\r\n"
    ).encode()


def test_an_absence_is_read_and_wakes_nobody(client: Client, sandbox: Running, account: Account) -> None:
    write_mail(sandbox, "Waar blijft mijn kast?")
    poll(account, "inbox")
    question = Message.objects.select_related("conversation").get()
    agent = make_user(language="en")
    send(question, agent)
    conversation = Conversation.objects.get()
    assignment.close(conversation, agent, Conversation.CloseReason.ANSWERED)
    lay(sandbox, absence())
    poll(account, "inbox")
    conversation.refresh_from_db()
    assert Message.objects.filter(kind=AUTOMATIC, conversation=conversation).exists()
    assert (conversation.status, conversation.waiting_since) == ("closed", None)
    client.force_login(agent)
    assert "Automatic reply" in client.get(conversation.get_absolute_url()).content.decode()


def test_at_night_a_person_is_told_once_and_a_machine_never(sandbox: Running, account: Account) -> None:
    shut()
    Account.objects.update(automatic_on=True, **TEXTS)
    lay(sandbox, absence())
    poll(account, "inbox")
    conversation = Conversation.objects.get()
    assert autoreply.queue_if_due(conversation.pk) is None
    assert rule_reply._unheard(conversation, timezone.now()) == "window"
    write_mail(sandbox, "Waar blijft mijn kast?")
    poll(account, "inbox")
    assert rule_reply._unheard(conversation, timezone.now()) == ""
    estimates.estimate_due()
    told = autoreply.queue_if_due(conversation.pk)
    assert told is not None and work(told).state == "sent"
    (got,) = letters(sandbox, CUSTOMER)
    assert (got["headers"]["Auto-Submitted"], got["headers"]["Subject"]) == ("auto-replied", "Re: Mijn kast")
    lay(sandbox, absence("weer-afwezig"))
    poll(account, "inbox")
    assert autoreply.queue_if_due(conversation.pk) is None
    assert rule_reply._unheard(conversation, timezone.now()) == "machine"


def test_what_a_colleague_answers_in_another_program_counts(
    sandbox: Running, account: Account, question: Message
) -> None:
    named = str(question.external_id).rpartition("/")[0]
    raw = f"From: {OWN}\r\nTo: {CUSTOMER}\r\nIn-Reply-To: <{named}>\r\nMessage-ID: <z@veldhuis.example>\r\n\r\nMorgen!"
    lay(sandbox, raw.encode(), folder="Sent")
    poll(account, "sent")
    ours = Message.objects.get(direction="outbound")
    assert (ours.conversation_id, ours.text) == (question.conversation_id, "Morgen!")
    assert Conversation.objects.get().waiting_since is None


def test_a_file_is_fetched_and_kept(sandbox: Running, account: Account) -> None:
    lay(sandbox, with_file(b"Bon 1234 van de kast"))
    poll(account, "inbox")
    attachments.fetch(list(Attachment.objects.values_list("pk", flat=True)))
    kept = Attachment.objects.get()
    assert (kept.state, kept.filename) == ("stored", "bon.txt")
    with kept.file.open("rb") as file:
        assert file.read() == b"Bon 1234 van de kast"


def test_whoever_spells_an_address_otherwise_is_the_same(sandbox: Running, account: Account, question: Message) -> None:
    write_mail(sandbox, "Nog iets.", sender="Noor@Post.example")
    poll(account, "inbox")
    assert Identity.objects.get().external_id == CUSTOMER
    assert Conversation.objects.count() == 1


def test_an_address_is_masked_for_who_may_not_see_it(client: Client, sandbox: Running, account: Account) -> None:
    organisation.change(make_user("admin"), masks_personal_data=True)
    write_mail(sandbox, "Waar blijft mijn kast?", subject=f"Kast van {CUSTOMER}", name="")
    poll(account, "inbox")
    agent = make_user(language="en")
    masks.refresh(User.objects.filter(pk=agent.pk))
    client.force_login(agent)
    conversation = Conversation.objects.get()
    for address in (conversation.get_absolute_url(), "/inbox/"):
        shown = client.get(address).content.decode()
        assert "noor@post" not in shown and "n•••••@p•••••" in shown
    client.force_login(make_user("lead", language="en"))
    assert CUSTOMER in client.get(conversation.get_absolute_url()).content.decode()


def test_an_export_names_the_address_and_the_subject(sandbox: Running, account: Account, question: Message) -> None:
    assert question.conversation is not None
    held = str(record.record_of(Person(question.conversation.contact), with_notes=True))
    assert CUSTOMER in held and "Mijn kast" in held


def test_of_an_erased_person_nothing_is_left_or_comes_back(
    sandbox: Running, account: Account, question: Message
) -> None:
    assert question.conversation is not None
    code = str(question.conversation.contact.code)
    call_command("erase_person", code, "--reason", "vroeg erom", stdout=StringIO())
    Stream.objects.filter(name="inbox").update(cursor={"since": timezone.now().isoformat()})
    poll(account, "inbox")
    assert not Message.objects.filter(text__contains="kast").exists()
    kept = [*Identity.objects.values_list("external_id", "name", "handle"), *RawPayload.objects.values_list("body")]
    assert CUSTOMER not in str([*kept, *UnreadItem.objects.values_list("body")])


def test_a_paused_mailbox_reads_nothing(sandbox: Running, account: Account) -> None:
    Account.objects.update(paused_at=timezone.now())
    write_mail(sandbox, "Hallo.")
    poll(account, "inbox")
    assert not Message.objects.exists()

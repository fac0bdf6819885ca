"""What a visitor did not see goes by mail, and what they mail back stands in the same conversation."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from channels import tasks
from channels.accounts import concurrency
from channels.connectors import connector_for
from channels.email.connector import EmailConnector
from channels.errors import ChannelError
from channels.intake import attachments, chat_mail, chat_reach
from channels.livechat.public import talk
from channels.models import Account, ChatMessage, ChatSite, ChatVisitor
from channels.types import Reach
from inbox.models import Attachment, Contact, Conversation, Event, Message, Organisation
from tests.channels.email.test_mailbox import with_file
from tests.factories import make_user
from tests.support.chat import Visitor, answer, make_chat, take_in
from tests.support.html import text_of
from tests.support.mail import OWN, change, connect_mailbox, lay, letters, move, write_mail
from tests.support.pages import page_of
from tests.support.sandbox_accounts import fault
from tests.support.workers import poll

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
NOOR = "noor@post.example"


@pytest.fixture
def mailbox(sandbox: Running) -> Account:
    """The brand's mailbox, read once."""
    made = connect_mailbox(sandbox)
    poll(made, "inbox", "sent")
    return made


@pytest.fixture
def visitor(mailbox: Account) -> Visitor:
    """Somebody who left a question and an address, in a chat that mails."""
    made = Visitor(make_chat(mail_from=mailbox))
    made.write("Past deze bank?", email=NOOR, name="Noor")
    return made


def answered(visitor: Visitor, *texts: str, ago: timedelta = timedelta(minutes=4)) -> list[Message]:
    """Answer the visitor's question, some time ago."""
    (question, *_more) = take_in(visitor.account)
    agent = make_user()
    rows = [answer(question, text, agent) for text in texts]
    ChatMessage.objects.update(at=F("at") - ago)
    Message.objects.update(sent_at=F("sent_at") - ago)
    return rows


def test_an_answer_nobody_saw_is_mailed_once(sandbox: Running, visitor: Visitor) -> None:
    answered(visitor, "Ja, in drie delen.", "Tot ziens!")
    for _turn in range(2):
        poll(visitor.account, "messages")
        chat_mail.send_due(visitor.account.pk)
    (got,) = letters(sandbox, NOOR)
    assert got["headers"]["Subject"] == "Antwoord op je vraag aan Veldhuis Wonen"
    assert got["headers"]["From"] == f"Veldhuis Wonen <{OWN}>"
    assert got["text"].startswith("Ja, in drie delen.") and "Tot ziens!" in got["text"]
    assert Event.objects.filter(verb="chat_mailed", conversation=Conversation.objects.get()).count() == 1


def test_the_chats_stream_wakes_who_mails(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr("channels.livechat.connector.enqueue", lambda task, *_args: woken.append(task))
    poll(visitor.account, "messages")
    assert woken == []
    answered(visitor, "Ja.")
    poll(visitor.account, "messages")
    assert woken == ["channels.tasks.mail_chat"]


@pytest.mark.parametrize(
    "why", ["seen", "just now", "long ago", "no address", "odd address", "off", "automatic", "gone"]
)
def test_nothing_is_mailed_without_a_reason(sandbox: Running, visitor: Visitor, why: str) -> None:
    spans = {"just now": timedelta(minutes=1), "long ago": timedelta(days=2)}
    answered(visitor, "Ja, in drie delen.", ago=spans.get(why, timedelta(minutes=4)))
    match why:
        case "seen":
            assert len(visitor.messages()) == 2
        case "no address":
            ChatVisitor.objects.update(email="")
        case "odd address":
            ChatVisitor.objects.update(email="noor@post.example\nBcc: x@y.example")
        case "off":
            ChatSite.objects.update(mail_from=None)
        case "automatic":
            ChatMessage.objects.filter(is_ours=True).update(told={"automatic": True})
        case "gone":
            ChatMessage.objects.filter(is_ours=True).update(removed_at=timezone.now())
    assert chat_mail.send_due(visitor.account.pk) == 0
    assert letters(sandbox, NOOR) == []


def test_what_is_mailed_back_stands_in_the_same_talk(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    answered(visitor, "Ja, in drie delen.")
    chat_mail.send_due(visitor.account.pk)
    write_mail(sandbox, "Fijn, doe maar.", sender="Noor@Post.example", subject="Re: Antwoord", answers=True)
    for _turn in range(2):  # the same mail, read again
        mailbox.streams.update(cursor={"since": timezone.now().isoformat()})
        poll(mailbox, "inbox", "sent")
    asked, back = take_in(visitor.account)
    assert (back.text, back.conversation_id) == ("Fijn, doe maar.", asked.conversation_id)
    assert back.shown == [{"kind": "subject", "title": "Re: Antwoord"}]
    assert Conversation.objects.count() == 1 and not Message.objects.filter(account=mailbox).exists()


def answering(sandbox: Running, raw: bytes) -> bytes:
    """Return a mail as an answer to the newest that Noor got."""
    named = letters(sandbox, NOOR)[-1]["headers"]["Message-ID"]
    return f"In-Reply-To: {named}\r\n".encode() + raw


def mailed_back(sandbox: Running, visitor: Visitor, mailbox: Account) -> list[ChatMessage]:
    """Answer the visitor's question by mail, and let whoever has the address answer that with words and a file."""
    answered(visitor, "Ja, in drie delen.")
    chat_mail.send_due(visitor.account.pk)
    lay(sandbox, answering(sandbox, with_file(b"Mijn adres is Dorpsstraat 5")))
    poll(mailbox, "inbox")
    return list(ChatMessage.objects.filter(is_ours=False, told__has_key="mail").order_by("at"))


def test_the_widget_of_a_nameless_visitor_gets_no_mail(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    words, file = mailed_back(sandbox, visitor, mailbox)
    assert [one["text"] for one in visitor.messages()] == ["Past deze bank?", "Ja, in drie delen."]
    assert visitor.client.get(talk.link_to(file)).status_code == 404
    for row in (words, file):
        asked = visitor.ask("send/", {"id": str(row.client_id), "text": "?"})
        assert asked.status_code == 400 and "Zie de bijlage." not in asked.content.decode()
    assert [message.text for message in take_in(visitor.account)][1:] == ["Zie de bijlage.", ""]  # agents see all


def test_who_the_site_names_reads_their_mail_in_the_chat(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    ChatVisitor.objects.update(user_id="klant-7")
    _words, file = mailed_back(sandbox, visitor, mailbox)
    assert [one["text"] for one in visitor.messages()][2:] == ["Zie de bijlage.", ""]
    opened = visitor.client.get(talk.link_to(file))
    assert opened.status_code == 200
    opened.close()


def test_what_answers_a_mail_goes_to_no_nameless_widget(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("channels.livechat.connector.enqueue", lambda task, *_args: woken.append(task))
    mailed_back(sandbox, visitor, mailbox)
    newest = take_in(visitor.account)[-1]
    (row, other) = (answer(newest, text, make_user()) for text in ("Naar Dorpsstraat 5, dus.", "Tot morgen!"))
    assert (row.state, woken) == ("sent", ["channels.tasks.mail_chat"] * 2)
    assert chat_mail.send_due(visitor.account.pk) == 1  # at once: nobody comes back to see it
    assert letters(sandbox, NOOR)[-1]["text"].split("\r\n\r\n")[:2] == ["Naar Dorpsstraat 5, dus.", "Tot morgen!"]
    seen = visitor.messages()
    visitor.ask("note/", {"read": seen[-1]["id"]})
    assert "Dorpsstraat" not in str(seen) and len(seen) == 2
    kept = ChatMessage.objects.get(code=str(other.external_id))
    ChatMessage.objects.filter(pk=kept.pk).update(file="chat/bon.pdf", filename="bon.pdf")
    assert visitor.client.get(talk.link_to(kept)).status_code == 404
    assert not ChatMessage.objects.filter(told__has_key="mail_alone").exclude(delivered_at=None, read_at=None).exists()
    visitor.write("Ik zit hier weer.")
    answer(take_in(visitor.account)[-1], "Fijn.", make_user())
    assert visitor.messages()[-1]["text"] == "Fijn."


def test_whom_the_site_names_gets_both(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    ChatVisitor.objects.update(user_id="klant-7")
    mailed_back(sandbox, visitor, mailbox)
    answer(take_in(visitor.account)[-1], "Naar Dorpsstraat 5, dus.", make_user())
    assert visitor.messages()[-1]["text"] == "Naar Dorpsstraat 5, dus."


def test_what_can_only_be_mailed_stays_where_nothing_mails(
    sandbox: Running, visitor: Visitor, mailbox: Account
) -> None:
    mailed_back(sandbox, visitor, mailbox)
    ChatSite.objects.update(mail_from=None)
    row = answer(take_in(visitor.account)[-1], "Naar Dorpsstraat 5, dus.", make_user())
    assert (row.state, row.error_code) == ("failed", "chat/no_mailbox")
    assert len(visitor.messages()) == 2


OUT: dict[str, dict[str, object]] = {
    "removed": {"removed_at": timezone.now()},
    "paused": {"paused_at": timezone.now()},
    "lost": {"needs_reauth_at": timezone.now()},
    "listens": {"mode": Account.Mode.LISTEN},
}


@pytest.mark.parametrize("why", OUT)
def test_no_mail_is_promised_of_a_mailbox_that_sends_nothing(
    sandbox: Running, visitor: Visitor, mailbox: Account, why: str
) -> None:
    mailed_back(sandbox, visitor, mailbox)
    Account.objects.filter(pk=mailbox.pk).update(**OUT[why])
    newest = take_in(visitor.account)[-1]
    assert newest.identity is not None
    assert chat_reach.of_visitor(visitor.account, newest.identity.external_id) == Reach.UNREACHABLE
    row = answer(newest, "Naar Dorpsstraat 5, dus.", make_user())
    assert (row.state, row.error_code) == ("failed", "chat/no_mailbox")


def alone(sandbox: Running, visitor: Visitor, mailbox: Account, ago: timedelta = timedelta()) -> Message:
    """Answer what was mailed back: that goes by mail alone."""
    mailed_back(sandbox, visitor, mailbox)
    row = answer(take_in(visitor.account)[-1], "Naar Dorpsstraat 5, dus.", make_user())
    ChatMessage.objects.filter(told__has_key="mail_alone").update(at=F("at") - ago)
    return row


def ended(visitor: Visitor, row: Message) -> tuple[str, str, int]:
    """Return how an answer stands in the inbox, why, and how often it was said that it was not mailed."""
    take_in(visitor.account)
    row.refresh_from_db()
    return row.state, row.error_code, Event.objects.filter(verb="chat_not_mailed").count()


def test_a_mail_is_looked_for_in_its_own_mailbox_alone(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(sandbox, visitor, mailbox)
    die_mailing(visitor, monkeypatch, had_left=True)
    other = another_mailbox(sandbox)
    ChatMessage.objects.filter(told__has_key="mail_alone").update(mailed_from=mailbox)
    lost = ChatMessage.objects.get(told__has_key="mail_alone")
    # Of another mail to the same visitor, by the other mailbox, which is older.
    earlier = ChatMessage.objects.exclude(pk=lost.pk).filter(is_ours=True).earliest("at")
    ChatMessage.objects.filter(pk=earlier.pk).update(mailed_from=other, mailing_at=lost.mailing_at)
    asked: list[tuple[str, str]] = []

    def noted(self: EmailConnector, reference: str, *_given: object) -> bool:
        asked.append((self.external_id, reference))
        return True

    monkeypatch.setattr(EmailConnector, "has_mailed_chat", noted)
    for after in (11, 12):
        chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=after))
    assert sorted(asked) == sorted(
        [(mailbox.external_id, str(lost.client_id)), (other.external_id, str(earlier.client_id))]
    )


@pytest.mark.parametrize("had_left", [False, True])
def test_a_mailbox_that_is_lost_in_looking_mails_nothing_more(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch, *, had_left: bool
) -> None:
    alone(sandbox, visitor, mailbox)
    die_mailing(visitor, monkeypatch, had_left=had_left)

    def lost(*_given: object) -> bool:
        Account.objects.filter(pk=mailbox.pk).update(needs_reauth_at=timezone.now())
        return had_left

    tries: list[object] = []
    monkeypatch.setattr(EmailConnector, "has_mailed_chat", lost)
    monkeypatch.setattr(EmailConnector, "mail_chat", lambda *given: tries.append(given))
    assert chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=11)) == 0
    assert tries == []
    assert ChatMessage.objects.get(told__has_key="mail_alone").mailed_from == (mailbox if had_left else None)


def test_the_mails_of_a_mailbox_are_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'chat_mailed_from'")
        assert ["(mailed_from_id) WHERE (mailed_from_id IS NOT NULL)" in row[0] for row in cursor.fetchall()] == [True]


@pytest.mark.parametrize(("why", "hours"), [("removed", 0), ("listens", 0), ("paused", 25), ("lost", 25)])
def test_what_no_mailbox_could_mail_fails_in_the_inbox(
    sandbox: Running, visitor: Visitor, mailbox: Account, why: str, hours: int
) -> None:
    row = alone(sandbox, visitor, mailbox, timedelta(hours=hours))
    Account.objects.filter(pk=mailbox.pk).update(**OUT[why])
    assert [chat_mail.send_due(visitor.account.pk) for _round in range(2)] == [0, 0]
    assert ended(visitor, row) == ("failed", "chat/no_mailbox", 1)


def test_what_goes_by_mail_alone_waits_for_its_mailbox(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    row = alone(sandbox, visitor, mailbox)
    Account.objects.filter(pk=mailbox.pk).update(paused_at=timezone.now())
    chat_mail.send_due(visitor.account.pk)
    assert ended(visitor, row) == ("sent", "", 0)
    Account.objects.filter(pk=mailbox.pk).update(paused_at=None)
    assert chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(hours=25)) == 1  # nobody could try before


def test_what_goes_by_mail_alone_and_is_refused_fails(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    row = alone(sandbox, visitor, mailbox)
    fault(sandbox, "mail_refused", "SMTP /RCPT", mode="always")
    chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(hours=24))
    assert ended(visitor, row)[0::2] == ("failed", 1)


def die_mailing(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, *, had_left: bool) -> None:
    """Mail what is due, in a process that is killed before its mail left or right after."""
    hand_in = EmailConnector.mail_chat

    def killed(*given: Any) -> None:
        if had_left:
            hand_in(*given)
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(EmailConnector, "mail_chat", killed)
        with pytest.raises(SystemExit):
            chat_mail.send_due(visitor.account.pk)


@pytest.mark.parametrize("had_left", [False, True])
def test_a_mail_that_broke_off_is_looked_for_and_leaves_once(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch, *, had_left: bool
) -> None:
    row = alone(sandbox, visitor, mailbox)
    die_mailing(visitor, monkeypatch, had_left=had_left)
    minutes = (1, 11, 12, 30)
    left = [chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=after)) for after in minutes]
    assert left == ([0, 0, 0, 0] if had_left else [0, 1, 0, 0])
    assert len(letters(sandbox, NOOR)) == 2
    assert Event.objects.filter(verb="chat_mailed").count() == 2 and ended(visitor, row) == ("sent", "", 0)


def another_mailbox(sandbox: Running) -> Account:
    """Choose another mailbox for the chat: one that has sent already, and can tell of its own."""
    other = connect_mailbox(sandbox, "vragen@veldhuis.example")
    connector = connector_for(other)
    assert isinstance(connector, EmailConnector)
    with closing(connector):
        connector.mail_chat(str(uuid4()), "iemand@post.example", "Iets", "Iets anders.", ())
    ChatSite.objects.update(mail_from=other)
    return other


@pytest.mark.parametrize("had_left", [False, True])
def test_a_mail_that_broke_off_is_looked_for_where_it_left(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch, *, had_left: bool
) -> None:
    row = alone(sandbox, visitor, mailbox)
    die_mailing(visitor, monkeypatch, had_left=had_left)
    other = another_mailbox(sandbox)
    left = [chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=after)) for after in (11, 12)]
    assert left == ([0, 0] if had_left else [1, 0])  # by the one that is chosen now, once it is known
    assert len(letters(sandbox, NOOR)) == 2 and ended(visitor, row) == ("sent", "", 0)
    assert ChatMessage.objects.get(told__has_key="mail_alone").mailed_from == (mailbox if had_left else other)


def test_a_chats_mail_of_a_mailbox_that_moved_is_not_sent_again(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = alone(sandbox, visitor, mailbox)
    change(sandbox, keeps_sent=False)  # as the new server has no copy of it
    die_mailing(visitor, monkeypatch, had_left=True)
    move(mailbox)
    for after in (11, 12):
        assert chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=after)) == 0
    assert len(letters(sandbox, NOOR)) == 2 and ended(visitor, row) == ("failed", "chat/not_mailed", 1)


@pytest.mark.parametrize(("why", "hours"), [("removed", 1), ("paused", 25), ("lost", 25)])
def test_a_mail_of_a_mailbox_that_is_gone_is_not_sent_by_another(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch, why: str, hours: int
) -> None:
    row = alone(sandbox, visitor, mailbox)
    die_mailing(visitor, monkeypatch, had_left=True)
    another_mailbox(sandbox)
    Account.objects.filter(pk=mailbox.pk).update(**OUT[why])
    for after in (timedelta(minutes=11), timedelta(hours=hours)):
        assert chat_mail.send_due(visitor.account.pk, timezone.now() + after) == 0
    assert len(letters(sandbox, NOOR)) == 2 and ended(visitor, row) == ("failed", "chat/not_mailed", 1)


def test_a_mail_of_which_nobody_can_tell_fails_for_good(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = alone(sandbox, visitor, mailbox)

    def unknown(*_given: Any) -> None:
        raise ChannelError("No copy.", permanent=True, unknown=True)

    monkeypatch.setattr(EmailConnector, "mail_chat", unknown)
    monkeypatch.setattr(EmailConnector, "find_sent", unknown)
    chat_mail.send_due(visitor.account.pk)
    assert ended(visitor, row) == ("sent", "", 0)
    woken: list[str] = []
    monkeypatch.setattr("channels.livechat.connector.enqueue", lambda task, *_args: woken.append(task))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        poll(visitor.account, "messages")
        assert woken == ["channels.tasks.mail_chat"] and chat_mail.send_due(visitor.account.pk) == 0
    monkeypatch.undo()
    assert ended(visitor, row) == ("failed", "chat/not_mailed", 1)
    assert chat_mail.send_due(visitor.account.pk) == 0


def test_the_composer_says_what_becomes_of_an_answer(
    client: Client, sandbox: Running, visitor: Visitor, mailbox: Account
) -> None:
    client.force_login(make_user(language="en"))

    def said(*, mails: bool = True, **facts: str) -> str:
        ChatVisitor.objects.update(**{"email": NOOR, "user_id": "", **facts})
        ChatSite.objects.update(mail_from=mailbox if mails else None)
        conversation = take_in(visitor.account)[-1].conversation
        assert conversation is not None
        shown = page_of(client, conversation.get_absolute_url())
        assert shown.count("data-reach") == 1
        return text_of(shown)

    assert "Your answer also goes by e-mail, to the address they left." in said()
    assert "No address is known: they see your answer when they come back." in said(email="")
    assert "This chat mails nothing: they see your answer when they come back." in said(mails=False)
    ChatVisitor.objects.update(email=NOOR)
    ChatSite.objects.update(mail_from=mailbox)
    mailed_back(sandbox, visitor, mailbox)
    assert "Your answer goes by e-mail alone." in said()
    assert "Your answer cannot leave." in said(mails=False)
    assert "Your answer also goes by e-mail" in said(user_id="klant-7")
    visitor.write("Ik zit hier weer.")
    assert "repeat nothing of the mail." in said()


def test_a_file_that_is_mailed_back_comes_along(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    answered(visitor, "Heb je de bon?")
    chat_mail.send_due(visitor.account.pk)
    lay(sandbox, answering(sandbox, with_file(b"Bon 1234 van de bank")))
    poll(mailbox, "inbox")
    texts = [message.text for message in take_in(visitor.account)]
    attachments.fetch(list(Attachment.objects.values_list("pk", flat=True)))
    assert texts == ["Past deze bank?", "Zie de bijlage.", ""]
    assert Attachment.objects.get().state == "stored"


def test_a_file_that_cannot_be_had_for_now_costs_no_other_mail(
    sandbox: Running, visitor: Visitor, mailbox: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(visitor, "Stuur maar een foto.")
    chat_mail.send_due(visitor.account.pk)
    write_mail(sandbox, "Iets anders.", sender="jan@post.example")
    lay(sandbox, answering(sandbox, with_file(b"Hallo")))

    def cut(*_given: object) -> None:
        raise ChannelError("cut", code="mail/imap_refused", reason="unreachable")

    with monkeypatch.context() as broken:
        broken.setattr(EmailConnector, "open_attachment", cut)
        poll(mailbox, "inbox")
    assert Message.objects.filter(account=mailbox).count() == 1
    poll(mailbox, "inbox")
    assert ChatMessage.objects.filter(is_ours=False, told__has_key="mail").count() == 2  # words and file
    assert Message.objects.filter(account=mailbox).count() == 1


def letter(text: str, files: int = 0) -> bytes:
    """Return a mail of Noor's with so many files."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = NOOR, OWN, "<lang@post.example>"
    mail.set_content(text)
    for number in range(files):
        mail.add_attachment(f"Bon {number}".encode(), maintype="text", subtype="plain", filename=f"{number}.txt")
    return mail.as_bytes()


@pytest.mark.parametrize(("words", "files"), [(1500, 0), (1, 11)])
def test_what_a_chat_cannot_hold_comes_in_as_a_mail(
    sandbox: Running, visitor: Visitor, mailbox: Account, words: int, files: int
) -> None:
    answered(visitor, "Ja.")
    chat_mail.send_due(visitor.account.pk)
    lay(sandbox, answering(sandbox, letter("lang " * words, files)))
    poll(mailbox, "inbox")
    came = Message.objects.get(account=mailbox)
    assert (came.text.split(), came.attachments.count()) == (["lang"] * words, files)
    assert len(take_in(visitor.account)) == 1


def test_the_answer_to_a_removed_chat_comes_in_as_a_mail(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    answered(visitor, "Ja.")
    chat_mail.send_due(visitor.account.pk)
    Account.objects.filter(pk=visitor.account.pk).update(removed_at=timezone.now())
    lay(sandbox, answering(sandbox, letter("Doe maar.")))
    poll(mailbox, "inbox")
    assert [message.text for message in Message.objects.filter(account=mailbox)] == ["Doe maar."]


def test_another_ones_mail_and_a_machines_stay_out_of_the_talk(
    sandbox: Running, visitor: Visitor, mailbox: Account
) -> None:
    answered(visitor, "Ja.")
    chat_mail.send_due(visitor.account.pk)
    lay(sandbox, answering(sandbox, b"From: dief@post.example\r\nMessage-ID: <d@x>\r\n\r\nIk ook\r\n"))
    absent = f"From: {NOOR}\r\nMessage-ID: <a@x>\r\nAuto-Submitted: auto-replied\r\n\r\nAfwezig\r\n".encode()
    lay(sandbox, answering(sandbox, absent))
    poll(mailbox, "inbox")
    assert [message.text for message in take_in(visitor.account)] == ["Past deze bank?"]
    assert [message.text for message in Message.objects.filter(account=mailbox)] == ["Ik ook"]


def test_a_mail_that_comes_back_says_that_nobody_read_it(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    ChatVisitor.objects.update(email="weg@post.example")
    (row,) = answered(visitor, "Ja.")
    chat_mail.send_due(visitor.account.pk)
    poll(mailbox, "inbox")
    take_in(visitor.account)
    row.refresh_from_db()
    assert (row.state, row.error_code) == ("failed", "mail/no_address")


def test_a_server_that_is_away_is_tried_again(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    answered(visitor, "Ja.")
    fault(sandbox, "mail_cut", "SMTP /RCPT")
    assert chat_mail.send_due(visitor.account.pk) == 0
    mailbox.refresh_from_db()
    assert mailbox.health == "failing"
    assert chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=5)) == 1
    assert len(letters(sandbox, NOOR)) == 1


@pytest.mark.parametrize("name", ["mail_refused", "mail_greylisted"])
def test_one_address_that_is_refused_for_now_costs_no_other(
    sandbox: Running, visitor: Visitor, mailbox: Account, name: str
) -> None:
    other = Visitor(visitor.account)
    other.write("En deze?", email="jan@post.example")
    for question in take_in(visitor.account):
        answer(question, "Ja.", make_user())
    ChatMessage.objects.update(at=F("at") - timedelta(minutes=4))
    fault(sandbox, name, "SMTP /RCPT")
    assert [chat_mail.send_due(visitor.account.pk) for _round in range(2)] == [1, 0]  # it is not asked at once again
    mailbox.refresh_from_db()
    assert (mailbox.failing_since, mailbox.rate_limited_until) == (None, None)
    assert chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=5)) == 1
    assert [len(letters(sandbox, address)) for address in (NOOR, "jan@post.example")] == [1, 1]


def test_no_later_answer_overtakes_one_that_waits(sandbox: Running, visitor: Visitor) -> None:
    answered(visitor, "Eerst.")
    fault(sandbox, "mail_greylisted", "SMTP /RCPT")
    chat_mail.send_due(visitor.account.pk)
    (row,) = ChatMessage.objects.exclude(mail_after=None)
    answered(visitor, "Daarna.", ago=timedelta(minutes=3, seconds=30))
    assert row.mail_after is not None and chat_mail.send_due(visitor.account.pk) == 0
    assert chat_mail.send_due(visitor.account.pk, row.mail_after) == 1
    (got,) = letters(sandbox, NOOR)
    assert got["text"].split("\r\n\r\n")[:2] == ["Eerst.", "Daarna."]


def test_an_address_that_is_refused_all_day_is_given_up(sandbox: Running, visitor: Visitor) -> None:
    answered(visitor, "Ja.", ago=timedelta(hours=23, minutes=30))
    fault(sandbox, "mail_greylisted", "SMTP /RCPT", mode="always")
    chat_mail.send_due(visitor.account.pk)
    assert Event.objects.filter(verb="chat_not_mailed").count() == 1
    assert chat_mail.send_due(visitor.account.pk) == 0 and letters(sandbox, NOOR) == []


def test_a_mailbox_that_sent_too_much_waits(sandbox: Running, visitor: Visitor, mailbox: Account) -> None:
    answered(visitor, "Ja.")
    fault(sandbox, "mail_day_limit", "SMTP /DATA")
    assert [chat_mail.send_due(visitor.account.pk) for _round in range(2)] == [0, 0]
    mailbox.refresh_from_db()
    assert mailbox.health == "rate_limited" and not Event.objects.filter(verb="chat_not_mailed").exists()
    assert chat_mail.send_due(visitor.account.pk, timezone.now() + timedelta(minutes=61)) == 1
    assert len(letters(sandbox, NOOR)) == 1


@pytest.mark.parametrize(
    ("own", "house", "said"), [("u", "je", "U vroeg"), ("", "u", "U vroeg"), ("je", "u", "Je vroeg")]
)
def test_the_mail_addresses_a_visitor_as_they_want(
    sandbox: Running, visitor: Visitor, own: str, house: str, said: str
) -> None:
    answered(visitor, "Ja.")
    Contact.objects.update(address=own)
    Organisation.objects.update_or_create(pk=1, defaults={"address": house})
    chat_mail.send_due(visitor.account.pk)
    (got,) = letters(sandbox, NOOR)
    assert f"{said} dit in de chat" in got["text"]
    assert got["headers"]["Subject"].startswith(f"Antwoord op {'uw' if said[0] == 'U' else 'je'} vraag")


def test_a_file_that_is_gone_is_named_in_the_mail(sandbox: Running, visitor: Visitor) -> None:
    answered(visitor, "Hier is de bon.")
    ChatMessage.objects.filter(is_ours=True).update(file="chat/weg.pdf", filename="bon.pdf")
    assert chat_mail.send_due(visitor.account.pk) == 1
    (got,) = letters(sandbox, NOOR)
    assert got["text"].startswith("Hier is de bon.") and "“bon.pdf” kon niet mee" in got["text"]


def test_an_admin_chooses_the_mailbox_where_there_is_one(client: Client, sandbox: Running) -> None:
    client.force_login(make_user("admin", language="en"))
    chat = make_chat()
    assert "mail_from" not in page_of(client, f"/accounts/{chat.code}/")
    mailbox = connect_mailbox(sandbox)
    assert OWN in page_of(client, f"/accounts/{chat.code}/")
    form = {"name": "Veldhuis", "sites": "https://shop.example", "colour": "#0d6a64", "mail_from": str(mailbox.pk)}
    page_of(client, f"/accounts/{chat.code}/chat/", **form)
    assert ChatSite.objects.get().mail_from == mailbox
    assert Visitor(chat).ask().json()["mails"] is True


def test_a_chats_mail_server_that_hangs_leaves_threads_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    account, hangs, begun = make_chat(), threading.Event(), list[int]()

    def hang(account_id: int) -> int:
        begun.append(account_id)
        hangs.wait(5)
        return 0

    monkeypatch.setattr(chat_mail, "send_due", hang)
    concurrency.errands.run("known", int, account.pk)  # the threads below do not see what this test made
    with ThreadPoolExecutor(6) as workers:
        free = as_completed([workers.submit(tasks.mail_chat, account.pk) for _turn in range(6)])
        for _turn in range(4):
            next(free).result()
        assert len(begun) <= 2
        hangs.set()

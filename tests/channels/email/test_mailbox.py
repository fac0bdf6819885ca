"""A mailbox over IMAP and SMTP: the real clients against the sandbox's servers, and what goes wrong with these."""

from __future__ import annotations

import smtplib
import uuid
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.email import reading, setbacks
from channels.email.connector import EmailConnector
from channels.email.ids import own_id
from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.types import Attachment, IncomingMessage, NotUnderstood, OutgoingFile, OutgoingReply
from tests.support.mail import OWN, change, connector_of, lay, letters, open_mailbox, write_mail
from tests.support.sandbox_accounts import control, fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing import Running

CUSTOMER = "noor@post.example"


@pytest.fixture
def mailbox(sandbox: Running) -> Iterator[EmailConnector]:
    """The brand's mailbox, not connected to anything of ours."""
    made = connector_of(open_mailbox(sandbox))
    yield made
    made.close()


def reply(text: str = "Morgen, Noor.", **more: object) -> OutgoingReply:
    made = {"route": "private_message", "text": text, "reference": str(uuid.uuid4()), "recipient_id": CUSTOMER} | more
    return OutgoingReply(**made)  # type: ignore[arg-type]


def read(mailbox: EmailConnector, cursor: dict[str, object] | None = None) -> list[str]:
    page = mailbox.fetch("inbox", {"since": timezone.now().isoformat()} if cursor is None else cursor)
    return [event.text for event in page.events if isinstance(event, IncomingMessage)]


def test_it_says_who_it_is_after_both_log_ins(mailbox: EmailConnector) -> None:
    found = mailbox.identify()
    assert (found.external_id, found.name) == (OWN, "Veldhuis Wonen")


def test_only_what_comes_after_connecting_is_read(sandbox: Running, mailbox: EmailConnector) -> None:
    write_mail(sandbox, "Van vorige week.")
    began = mailbox.fetch("inbox", {})
    assert began.events == ()
    write_mail(sandbox, "Van nu.")
    page = mailbox.fetch("inbox", began.cursor)
    assert [event.text for event in page.events if isinstance(event, IncomingMessage)] == ["Van nu."]
    quiet = mailbox.fetch("inbox", page.cursor)
    assert quiet.events == () and quiet.cursor == page.cursor
    assert [letter["flags"] for letter in letters(sandbox, OWN)] == [[], []]  # nobody's mail is marked as read


def test_what_is_numbered_anew_is_read_again(sandbox: Running, mailbox: EmailConnector) -> None:
    write_mail(sandbox, "Eerste.")
    page = mailbox.fetch("inbox", {"since": timezone.now().isoformat()})
    first = [event.external_id for event in page.events if isinstance(event, IncomingMessage)]
    change(sandbox, renumber=True)
    mailbox.close()
    again = mailbox.fetch("inbox", page.cursor)
    assert [event.external_id for event in again.events if isinstance(event, IncomingMessage)] == first
    assert again.cursor["validity"] != page.cursor["validity"]


def test_many_mails_come_page_by_page(
    sandbox: Running, mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.email.connector.AT_ONCE", 2)
    for number in range(5):
        write_mail(sandbox, f"Mail {number}.")
    cursor, seen = {"since": timezone.now().isoformat()}, []
    for _turn in range(3):
        page = mailbox.fetch("inbox", cursor)
        seen += [event.text for event in page.events if isinstance(event, IncomingMessage)]
        cursor = dict(page.cursor)
    assert seen == [f"Mail {number}." for number in range(5)]
    assert not page.more


def test_a_mail_that_is_too_large_comes_without_files(
    sandbox: Running, mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.email.connector.MOST_BYTES", 40_000)
    monkeypatch.setattr("channels.email.connector.BEGINNING", 4_000)
    lay(sandbox, with_file(b"x" * 60_000))
    asked: list[int] = []
    load = reading.Reader.load
    monkeypatch.setattr(
        reading.Reader,
        "load",
        lambda self, uid, most: asked.append(most) or load(self, uid, most),  # type: ignore[func-returns-value]
    )
    (event,) = mailbox.fetch("inbox", {"since": timezone.now().isoformat()}).events
    assert isinstance(event, IncomingMessage)
    assert event.text == "Zie de bijlage."
    assert [file.lost for file in event.attachments] == ["mail/left_there"]
    assert asked == [4_000]


def with_file(content: bytes, name: str = "bon.txt") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Noor <{CUSTOMER}>", OWN, "Mijn kast"
    mail["Message-ID"] = f"<{uuid.uuid4()}@post.example>"
    mail.set_content("Zie de bijlage.")
    mail.add_attachment(content, maintype="text", subtype="plain", filename=name)
    return mail.as_bytes()


def test_a_file_is_opened_where_the_mail_lies(sandbox: Running, mailbox: EmailConnector) -> None:
    lay(sandbox, with_file(b"Bon 1234"))
    (event,) = mailbox.fetch("inbox", {"since": timezone.now().isoformat()}).events
    assert isinstance(event, IncomingMessage)
    opened, mime_type = mailbox.open_attachment(event.attachments[0])
    with opened:
        assert (opened.read(), mime_type) == (b"Bon 1234", "text/plain")
    change(sandbox, renumber=True)
    mailbox.close()
    mailbox._loaded = None
    with pytest.raises(ChannelError) as error:
        mailbox.open_attachment(event.attachments[0])
    assert (error.value.reason, error.value.permanent) == ("message_gone", True)


def test_an_answer_arrives_once_in_its_thread(sandbox: Running, mailbox: EmailConnector, tmp_path: Path) -> None:
    write_mail(sandbox, "Waar blijft mijn kast?")
    (asked,) = mailbox.fetch("inbox", {"since": timezone.now().isoformat()}).events
    assert isinstance(asked, IncomingMessage)
    photo = tmp_path / "kast.txt"
    photo.write_bytes(b"foto")
    answer = reply(
        ".Punt voorop\nén 🪑", subject="Mijn kast", line=(asked.external_id,),
        files=(OutgoingFile(str(photo), "text/plain", "kást.txt"),),
    )  # fmt: skip
    sent = mailbox.send(answer)
    (got,) = letters(sandbox, CUSTOMER)
    assert got["text"].split() == [".Punt", "voorop", "én", "🪑"]
    assert got["files"] == ["kást.txt"]
    headers = got["headers"]
    named = asked.external_id.rpartition("/")[0]
    assert headers["Message-ID"] == f"<{sent.external_id}>" == f"<{own_id(answer.reference, OWN)}>"
    assert headers["In-Reply-To"] == f"<{named}>" and headers["References"] == f"<{named}>"
    assert (headers["From"], headers["To"]) == (f"Veldhuis Wonen <{OWN}>", CUSTOMER)
    assert headers["Subject"] == "Re: Mijn kast"
    assert "Auto-Submitted" not in headers
    found = mailbox.find_sent(answer)
    assert found is not None and found.external_id == sent.external_id


def test_nothing_can_be_slipped_into_a_header(sandbox: Running) -> None:
    mailbox = connector_of(open_mailbox(sandbox, name="Veldhuis\r\nBcc: a@b.example"))
    mailbox.send(reply(subject="Kast\r\nBcc: kwaad@post.example\r\n\r\nHoi", automatic=True))
    mailbox.close()
    (got,) = letters(sandbox, CUSTOMER)
    assert "Bcc" not in got["headers"]
    assert got["headers"]["Subject"] == "Re: Kast Bcc: kwaad@post.example Hoi"
    assert got["headers"]["Auto-Submitted"] == "auto-replied"
    assert letters(sandbox, "kwaad@post.example") == []


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("niemand@post.example", "mail/no_address"),
        ("a b@post.example", "mail/no_address"),
        ("x@[1]", "mail/no_address"),
    ],
)
def test_an_address_that_is_none_is_refused_for_good(mailbox: EmailConnector, address: str, code: str) -> None:
    with pytest.raises(ChannelError) as error:
        mailbox.send(reply(recipient_id=address))
    assert (error.value.code, error.value.permanent, error.value.unknown) == (code, True, False)


@pytest.mark.parametrize(
    ("place", "name", "unknown", "arrived"),
    [
        ("SMTP /MAIL", "mail_cut", False, 0),
        ("SMTP /DATA", "mail_cut", False, 0),
        ("SMTP /BODY", "mail_cut", True, 0),
        ("SMTP /ACCEPTED", "mail_cut", True, 1),
    ],
)
def test_a_cut_connection_sends_one_mail_or_none(
    sandbox: Running, mailbox: EmailConnector, place: str, name: str, unknown: bool, arrived: int
) -> None:
    mailbox.send(reply("Eerder."))  # so that the server is known to keep what is sent
    fault(sandbox, name, place)
    answer = reply()
    with pytest.raises(ChannelError) as error:
        mailbox.send(answer)
    assert (error.value.unknown, error.value.permanent) == (unknown, False)
    assert bool(mailbox.find_sent(answer)) == bool(arrived)
    assert len(letters(sandbox, CUSTOMER)) == 1 + arrived


def answer_with(monkeypatch: pytest.MonkeyPatch, usual: bytes, instead: tuple[int, bytes]) -> None:
    """Let the server answer something else where it usually says this."""
    getreply = smtplib.SMTP.getreply

    def changed(server: smtplib.SMTP) -> tuple[int, bytes]:
        code, said = getreply(server)
        return instead if usual in said else (code, said)

    monkeypatch.setattr(smtplib.SMTP, "getreply", changed)


@pytest.mark.parametrize(
    ("code", "unknown", "permanent"),
    [(-1, True, False), (354, True, False), (451, False, False), (554, False, True)],
)
def test_what_a_server_says_of_a_whole_mail_decides(
    mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch, code: int, unknown: bool, permanent: bool
) -> None:
    answer_with(monkeypatch, b"queued", (code, b"?"))
    with pytest.raises(ChannelError) as error:
        mailbox.send(reply())
    assert (error.value.unknown, error.value.permanent) == (unknown, permanent)


def test_a_mail_that_is_passed_on_was_taken(
    sandbox: Running, mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, b"queued", (251, b"User not local; will forward"))
    assert mailbox.send(reply()).external_id
    assert len(letters(sandbox, CUSTOMER)) == 1


@pytest.mark.parametrize("said", ["4.1.2 <noor@post.example>: unknown", "4.1.2 TO:<Noor@Post.example>,try later"])
def test_what_a_server_says_keeps_no_address(
    mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    answer_with(monkeypatch, b"2.1.5", (450, said.encode()))
    with pytest.raises(ChannelError, match=r"450 4\.1\.2 ") as error:
        mailbox.send(reply())
    assert "noor" not in str(error.value).lower() and "post.example" not in str(error.value).lower()
    assert (error.value.code, error.value.permanent) == ("mail/no_address", False)


@pytest.mark.parametrize(
    ("usual", "code", "said", "error"),
    [
        (b"2.1.5", 450, b"4.7.1 Greylisted, see you later", ChannelError),  # to whom
        (b"queued", 451, b"4.7.1 Try again later", ChannelError),  # the whole mail
        (b"2.1.5", 421, b"4.7.0 Too many mails of yours", RateLimited),
        (b"2.1.0", 450, b"4.7.1 Too many mails of yours", RateLimited),  # from whom
        (b"queued", 432, b"4.3.2 Concurrent connections limit exceeded", RateLimited),
    ],
)
def test_one_address_for_later_is_no_limit_of_the_mailbox(
    mailbox: EmailConnector,
    monkeypatch: pytest.MonkeyPatch,
    usual: bytes,
    code: int,
    said: bytes,
    error: type[Exception],
) -> None:
    answer_with(monkeypatch, usual, (code, said))
    with pytest.raises(ChannelError) as raised:
        mailbox.send(reply())
    assert type(raised.value) is error and not raised.value.permanent and not raised.value.unknown
    if error is ChannelError:
        assert (raised.value.reason, raised.value.code) == ("deferred", "")


@pytest.mark.parametrize("usual", [b"2.1.5", b"End data", b"queued"])
def test_a_days_limit_is_no_refusal_of_a_recipient(
    mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch, usual: bytes
) -> None:
    limit = b"5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to - gsmtp"
    answer_with(monkeypatch, usual, (550, limit))
    with pytest.raises(RateLimited) as raised:
        mailbox.send(reply())
    assert (raised.value.code, raised.value.permanent) == ("mail/limit", False)
    assert timedelta(minutes=50) < raised.value.retry_at - timezone.now() < timedelta(hours=24)


def test_where_nothing_sent_is_kept_nobody_can_tell(sandbox: Running, mailbox: EmailConnector) -> None:
    change(sandbox, keeps_sent=False)
    answer = reply()
    mailbox.send(answer)
    with pytest.raises(ChannelError) as error:
        mailbox.find_sent(answer)
    assert error.value.unknown and error.value.permanent


@pytest.mark.parametrize(
    ("change_to", "code"),
    [
        ({"password": "verkeerd"}, "mail/imap_login"),
        ({"imap_server": "127.0.0.1:1"}, "mail/no_server"),
        ({"smtp_server": "127.0.0.1:1"}, "mail/no_server"),
        ({"imap_server": "mail.example.nl:22"}, "mail/server"),
        ({"imap_server": "http://mail.example.nl"}, "mail/server"),
        ({"address": "geen adres"}, "mail/address"),
    ],
)
def test_what_is_wrong_is_named(sandbox: Running, change_to: dict[str, str], code: str) -> None:
    made = connector_of(open_mailbox(sandbox) | change_to)
    with pytest.raises(ChannelError) as error:
        made.identify()
    made.close()
    assert error.value.code == code


def test_a_refused_log_in_asks_for_an_admin(sandbox: Running) -> None:
    good = open_mailbox(sandbox)
    made = connector_of(good | {"password": 'ver"keerd é'})
    with pytest.raises(NeedsReauth):
        made.send(reply())


def test_a_server_that_breaks_off_while_reading_is_tried_again(sandbox: Running, mailbox: EmailConnector) -> None:
    write_mail(sandbox, "Hallo.")
    fault(sandbox, "mail_cut", "IMAP /UID-FETCH")
    with pytest.raises(ChannelError) as error:
        read(mailbox)
    assert (error.value.reason, error.value.permanent) == ("unreachable", False)
    assert read(mailbox) == ["Hallo."]


def test_no_password_goes_where_nothing_is_encrypted(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.email.servers.Server.is_here", False)
    credentials = open_mailbox(sandbox)
    monkeypatch.setattr(
        "channels.email.servers._PORTS",
        {kind: (int(credentials[f"{kind}_server"].rpartition(":")[2]),) for kind in ("imap", "smtp")},
    )
    made = connector_of(credentials)
    for ask in (made.identify, lambda: made.send(reply())):
        with pytest.raises(ChannelError) as error:
            ask()
        assert error.value.code == "mail/not_encrypted"


def test_a_mail_that_is_refused_for_a_moment_comes_later(sandbox: Running, mailbox: EmailConnector) -> None:
    write_mail(sandbox, "Even niet.")
    write_mail(sandbox, "Heel.")
    fault(sandbox, "mail_refused", "IMAP /UID-FETCH", mode="every", n=2)  # sizes, the first, the second
    page = mailbox.fetch("inbox", {"since": timezone.now().isoformat()})
    assert [event.text for event in page.events if isinstance(event, IncomingMessage)] == ["Heel."]
    assert len(page.events) == 1 and page.cursor["next"] == 3 and not page.more
    control(sandbox, "DELETE", "/control/faults")
    later = mailbox.fetch("inbox", page.cursor)
    assert [event.text for event in later.events if isinstance(event, IncomingMessage)] == ["Even niet."]
    assert later.cursor["next"] == 3 and "refused" not in later.cursor


def test_a_mail_that_is_refused_for_an_hour_is_set_aside(sandbox: Running, mailbox: EmailConnector) -> None:
    write_mail(sandbox, "Kapot.")
    fault(sandbox, "mail_refused", "IMAP /UID-FETCH", mode="every", n=2)
    cursor = dict(mailbox.fetch("inbox", {"since": timezone.now().isoformat()}).cursor)
    again = mailbox.fetch("inbox", cursor)
    assert again.events == () and again.cursor == cursor  # since when it is refused does not move
    cursor["refused"] = {"1": (timezone.now() - setbacks.REFUSED_FOR).isoformat()}
    page = mailbox.fetch("inbox", cursor)
    assert [type(event) for event in page.events] == [NotUnderstood]
    assert mailbox.fetch("inbox", page.cursor).events == ()


def test_of_refused_mails_only_so_many_are_passed(
    sandbox: Running, mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setbacks, "MOST_REFUSED", 1)
    monkeypatch.setattr(reading.Reader, "load", lambda *_args: None)
    for _number in range(3):
        write_mail(sandbox, "Druk.")
    page = mailbox.fetch("inbox", {"since": timezone.now().isoformat()})
    assert (page.cursor["next"], list(page.cursor["refused"]), page.more) == (2, ["1"], False)


def test_a_mail_that_breaks_the_connection_comes_in_part(
    sandbox: Running, mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.email.connector.BEGINNING", 4_000)
    write_mail(sandbox, "Eerst.")
    lay(sandbox, with_file(b"x" * 60_000))
    load = reading.Reader.load

    def slow(self: reading.Reader, uid: int, most: int) -> bytes | None:
        if most > 4_000:
            raise ChannelError("cut", code="mail/imap_refused", reason="unreachable")
        return load(self, uid, most)

    monkeypatch.setattr(reading.Reader, "load", slow)
    cursor: dict[str, object] = {"since": timezone.now().isoformat()}
    came: list[object] = []
    for _turn in range(setbacks.CUTS + 1):
        page = mailbox.fetch("inbox", cursor)
        came += page.events
        cursor = dict(page.cursor)
    first, part = came
    assert isinstance(first, IncomingMessage) and isinstance(part, IncomingMessage)
    assert (first.text, part.text, cursor["next"]) == ("Eerst.", "Zie de bijlage.", 3)
    assert [file.lost for file in part.attachments] == ["mail/left_there"] and "cut" not in cursor


def test_what_came_before_a_connection_broke_is_kept(sandbox: Running, mailbox: EmailConnector) -> None:
    cursor: dict[str, object] = {"since": timezone.now().isoformat()}
    for text in ("Een.", "Twee.", "Drie."):
        write_mail(sandbox, text)
    fault(sandbox, "mail_cut", "IMAP /UID-FETCH", mode="every", n=3)  # sizes, one mail, and no more
    came: list[str] = []
    for _turn in range(3):
        page = mailbox.fetch("inbox", cursor)
        came += [event.text for event in page.events if isinstance(event, IncomingMessage)]
        cursor = dict(page.cursor)
    assert came == ["Een.", "Twee.", "Drie."]


def test_a_file_that_is_refused_for_a_moment_is_not_gone(
    mailbox: EmailConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading.Reader, "load", lambda *_args: None)
    monkeypatch.setattr(reading.Reader, "is_open", lambda *_args: True)
    with pytest.raises(ChannelError) as error:
        mailbox.open_attachment(Attachment("file", external_id="inbox.1.1.0"))
    assert not error.value.permanent


def test_one_mail_that_cannot_be_read_costs_no_other(sandbox: Running, mailbox: EmailConnector) -> None:
    lay(sandbox, b"\x00\xff\r\nniets\r\n")
    write_mail(sandbox, "Gewoon.")
    page = mailbox.fetch("inbox", {"since": timezone.now().isoformat()})
    assert [type(event) for event in page.events] == [NotUnderstood, IncomingMessage]

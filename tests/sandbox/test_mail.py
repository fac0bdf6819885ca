"""The sandbox's mail server is as strict as a real one, by the clients of the standard library."""

from __future__ import annotations

import imaplib
import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from sandbox import testing
from tests.support.mail import OWN, letters, open_mailbox, write_mail

if TYPE_CHECKING:
    from sandbox.testing import Running

MAIL = (
    f"From: {OWN}\r\nTo: noor@post.example\r\nDate: Mon, 30 Nov 2026 14:02:00 +0100\r\nMessage-ID: <1@v>\r\n\r\nHoi\r\n"
)


@pytest.fixture
def mailbox(sandbox: Running) -> dict[str, str]:
    """What one types to connect a mailbox."""
    return open_mailbox(sandbox)


@pytest.fixture
def sender(mailbox: dict[str, str]) -> Iterator[smtplib.SMTP]:
    """A connection that is not logged in."""
    host, _colon, port = mailbox["smtp_server"].partition(":")
    with smtplib.SMTP(host, int(port), timeout=5) as made:
        made.ehlo()
        yield made


@pytest.fixture
def reader(mailbox: dict[str, str]) -> Iterator[imaplib.IMAP4]:
    """A connection that is not logged in."""
    host, _colon, port = mailbox["imap_server"].partition(":")
    with imaplib.IMAP4(host, int(port), timeout=5) as made:
        yield made


def test_a_mailbox_opens_by_itself_after_a_new_start(tmp_path: Path) -> None:
    ports = (testing.free_port(), testing.free_port())
    running = testing.start(tmp_path, mail_ports=ports)
    keys = open_mailbox(running)
    write_mail(running, "Ben je er nog?")
    running.stop()
    running = testing.start(tmp_path, mail_ports=ports)
    try:
        assert keys["imap_server"] == f"127.0.0.1:{ports[0]}"
        with imaplib.IMAP4("127.0.0.1", ports[0], timeout=5) as reader:
            reader.login(OWN, keys["password"])
            assert reader.select("INBOX", readonly=True)[1] == [b"1"]
        with smtplib.SMTP("127.0.0.1", ports[1], timeout=5) as sender:
            sender.ehlo()
            sender.login(OWN, keys["password"])
    finally:
        running.stop()


def test_nothing_is_sent_without_a_log_in_or_as_another(sender: smtplib.SMTP, mailbox: dict[str, str]) -> None:
    assert sender.mail(OWN)[0] == 530
    with pytest.raises(smtplib.SMTPAuthenticationError):
        sender.login(OWN, "verkeerd")
    sender.login(OWN, mailbox["password"])
    assert sender.rcpt("noor@post.example")[0] == 503
    assert sender.mail("ander@post.example")[0] == 553
    assert sender.mail(OWN)[0] == 250 and sender.rcpt("niemand@post.example")[0] == 550


@pytest.mark.parametrize("lacking", ["Date", "Message-ID", "From"])
def test_a_mail_without_its_headers_is_refused(
    sandbox: Running, sender: smtplib.SMTP, mailbox: dict[str, str], lacking: str
) -> None:
    sender.login(OWN, mailbox["password"])
    with pytest.raises(smtplib.SMTPDataError):
        sender.sendmail(OWN, ["noor@post.example"], MAIL.replace(f"{lacking}:", f"X-{lacking}:"))
    sender.sendmail(OWN, ["noor@post.example"], MAIL)
    assert [letter["text"] for letter in letters(sandbox, "noor@post.example")] == ["Hoi"]
    assert len(letters(sandbox, OWN, "Sent")) == 1


def test_reading_needs_a_log_in_and_marks_who_does_not_peek(
    sandbox: Running, reader: imaplib.IMAP4, mailbox: dict[str, str]
) -> None:
    write_mail(sandbox, "Hallo")
    with pytest.raises(imaplib.IMAP4.error):
        reader.login(OWN, "verkeerd")
    with pytest.raises(imaplib.IMAP4.error):
        reader.uid("FETCH", "1", "(FLAGS)")
    reader.login(OWN, mailbox["password"])
    for readonly, item, flags in ((True, "BODY[]", []), (False, "BODY.PEEK[]", []), (False, "BODY[]", ["\\Seen"])):
        assert reader.select("INBOX", readonly)[0] == "OK"
        reader.uid("FETCH", "1", f"({item})")
        assert letters(sandbox, OWN)[0]["flags"] == flags
    assert reader.uid("SEARCH", "UID", "9:*")[1] == [b"1"]  # "*" is the last one, wherever one begins
    with pytest.raises(imaplib.IMAP4.error):
        reader.uid("SEARCH", "NONSENSE")


def test_a_customers_page_sends_and_shows_mail(sandbox: Running, mailbox: dict[str, str]) -> None:
    form = {"from": "noor@post.example", "name": "Noor", "to": OWN, "subject": "Kast", "text": "Waar is <b>hij</b>?"}
    shown = requests.post(f"{sandbox.url}/mail/write", data=form, timeout=5)
    assert "Waar is &lt;b&gt;hij&lt;/b&gt;?" in shown.text
    assert [letter["text"] for letter in letters(sandbox, OWN)] == ["Waar is <b>hij</b>?"]

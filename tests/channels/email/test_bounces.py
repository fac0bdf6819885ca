"""Returned mail of several servers: the answer it is about, and why."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from channels.email import ids
from channels.email.normalise import Place, events_of
from channels.types import AUTOMATIC, DeliveryReport, IncomingMessage, NotUnderstood

OWN = "info@veldhuis.example"
AT = datetime(2026, 11, 30, 14, 2, tzinfo=UTC)
REFERENCE = str(uuid.uuid4())
OURS = ids.own_id(REFERENCE, OWN)
EARLIER = ids.own_id(str(uuid.uuid4()), OWN)
POSTFIX = """From: MAILER-DAEMON@mx.post.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <1@mx.post.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example

Final-Recipient: rfc822; noor@post.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: {form}

Message-ID: <{ours}>
References: <x@post.example> <{earlier}>
Subject: Re: Mijn kast

--b--
"""
EXCHANGE = """From: postmaster@contoso.example
Subject: Undeliverable: Re: Mijn kast
In-Reply-To: <{ours}>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/html; charset="us-ascii"

<p>Your message to noor couldn't be delivered.</p>
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;DB7.contoso.example

Original-Recipient: rfc822;noor@post.example
Final-Recipient: rfc822;noor@post.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full

--b
Content-Type: message/rfc822

Received: from x by y
From: Veldhuis <info@veldhuis.example>
Message-ID: <{ours}>

Morgen.
--b--
"""
QMAIL = """From: MAILER-DAEMON@old.example
Subject: failure notice: delivery failed
Return-Path: <>

Hi. This is the qmail-send program at old.example.
<noor@post.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <{ours}>
"""


def read(form: str, **more: str) -> object:
    told = {
        "ours": OURS, "earlier": EARLIER, "action": "failed", "status": "5.1.1", "said": "550 5.1.1 no such user",
        "form": "text/rfc822-headers",
    } | more  # fmt: skip
    raw = form.format(**told).replace("\n", "\r\n").encode()
    events = list(events_of(raw, Place("inbox", 1, 1, AT), OWN))
    assert len(events) <= 1
    return events[0] if events else None


@pytest.mark.parametrize(
    ("form", "code"),
    [(POSTFIX, "mail/no_address"), (EXCHANGE, "mail/full"), (QMAIL, "mail/no_address")],
    ids=["postfix", "exchange", "qmail"],
)
def test_a_returned_answer_has_failed(form: str, code: str) -> None:
    event = read(form)
    assert isinstance(event, DeliveryReport)
    assert (event.status, event.external_id, event.reference) == ("failed", OURS, REFERENCE)
    assert (event.error_code, event.reason, event.at) == (code, "recipient_unavailable", AT)
    assert event.error


# As servers write that make no report of it: all name our answer in the copy they send along.
SENDMAIL = """From: MAILER-DAEMON <>
Subject: Terug: Mijn kast
Return-Path: <>

Deze mail kwam niet aan.

<noor@post.example>: 550 {said}

---- below this line is a copy of the message

Subject: Re: adres onbekend
Message-ID: <{ours}>
"""
GATEWAY = """From: <>
Subject: Delivery Status
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; name="problems.txt"

<noor@post.example> ({said})
--b
Content-Type: message/delivery-status; name="status.txt"

Original-Recipient: <noor@post.example>
Action: {action}
Diagnostic-Code: {said}

--b
Content-Type: message/rfc822

Message-ID: <{ours}>

Morgen.
--b--
"""
APPLIANCE = """From: Mail Delivery System <mail.delivery@mx.post.example>
Subject: Delivery notification
Content-Type: multipart/report; boundary="b"

--b
Content-Type: text/plain

SMTP:RCPT host 192.0.2.8: {said}
--b
Content-Type: message/rfc822

Message-ID: <{ours}>

Morgen.
--b--
"""


@pytest.mark.parametrize("form", [SENDMAIL, GATEWAY, APPLIANCE], ids=["no-sender", "no-report", "no-status"])
def test_a_server_that_makes_no_report_is_understood(form: str) -> None:
    event = read(form, said="noor@post.example user unknown", action="expired")
    assert isinstance(event, DeliveryReport)
    assert (event.status, event.external_id, event.error_code) == ("failed", OURS, "mail/no_address")
    assert "user unknown" in event.error and "@" not in event.error


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("550 <x@post.example>: Recipient address rejected: User unknown in table", "mail/no_address"),
        ("550 5.1.351 Remote server returned unknown recipient", "mail/no_address"),
        ("554 5.7.1 Recipient address rejected: user x@post.example does not exist", "mail/no_address"),
        ("550 5.7.1 Recipient refuses what is unsolicited", "mail/refused"),
        ("553 5.1.8 Domain of sender address x does not exist", "mail/refused"),
        ("554 Blocked - see our page about spam", "mail/refused"),
        ("552 Account of noor is over quota", "mail/full"),
        ("552 Message is too large", "mail/too_large"),
        ("connect to 192.0.2.1[192.0.2.1]:25: Connection timed out", "mail/no_answer"),
        ("450 Temporary failure of 4.2.1.7", "mail/no_answer"),
        ("554 Transaction failed", "mail/returned"),
    ],
)
def test_its_words_say_why_where_the_status_does_not(said: str, code: str) -> None:
    event = read(POSTFIX, status="5.0.0", said=said)
    assert isinstance(event, DeliveryReport)
    assert event.error_code == code


@pytest.mark.parametrize(
    ("sender", "subject", "event"),
    [("MAILER-DAEMON@a.example", "Delivery Status (Delay)", None), ("postmaster@a.example", "Success notice", None)],
)
def test_a_server_that_has_not_given_up_fails_nothing(sender: str, subject: str, event: None) -> None:
    form = f"From: {sender}\nSubject: {subject}\n\nHi.\n\nMessage-ID: <{{ours}}>\n"
    assert read(form) is event


def test_what_was_not_delivered_successfully_failed() -> None:
    event = read("From: MAILER-DAEMON@a.example\nSubject: Not delivered successfully\n\nMessage-ID: <{ours}>\n")
    assert isinstance(event, DeliveryReport) and event.status == "failed"


@pytest.mark.parametrize("subject", ["kast", "pakket niet bezorgd"])
def test_an_answer_of_a_postmaster_is_no_returned_mail(subject: str) -> None:
    head = "From: Piet <postmaster@post.example>\nIn-Reply-To: <{ours}>\n"
    event = read(f"{head}Subject: Re: {subject}\n\nDank!\n")
    assert isinstance(event, IncomingMessage) and event.text == "Dank!"


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_that_it_was_read_or_unwanted_is_a_machines_word(kind: str) -> None:
    form = (
        "From: Noor <noor@post.example>\nSubject: Gelezen: kast\nMessage-ID: <r@post.example>\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nGelezen.\n--b\nContent-Type: message/{kind}\n\n"
        "Original-Message-ID: <{ours}>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n"
    )
    event = read(form)
    assert isinstance(event, IncomingMessage)
    assert (event.kind, event.opens_window) == (AUTOMATIC, False)


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        ("5.7.1", "mail/refused", "blocked"),
        ("5.3.4", "mail/too_large", "media_refused"),
        ("4.4.7", "mail/no_answer", "recipient_unavailable"),
        ("5.0.0", "mail/returned", "other"),
        ("5.4.5", "mail/returned", "other"),  # congestion: of another server's, and no limit of ours
        ("vreemd", "mail/returned", "other"),
    ],
)
def test_its_status_says_why(status: str, code: str, reason: str) -> None:
    event = read(POSTFIX, status=status, said="550 Nope, sorry")
    assert isinstance(event, DeliveryReport)
    assert (event.error_code, event.reason, event.error) == (code, reason, "550 Nope, sorry")


def test_a_delay_is_no_failure_and_a_receipt_is_one_of_arrival() -> None:
    assert read(POSTFIX, action="delayed") is None
    event = read(POSTFIX, action="delivered")
    assert isinstance(event, DeliveryReport) and event.status == "delivered"


def test_what_is_not_ours_fails_nothing() -> None:
    event = read(POSTFIX, ours="iemand@anders.example", earlier="x@y")
    assert isinstance(event, NotUnderstood)
    forged = f"{uuid.uuid4()}.{'0' * 12}.webcare@veldhuis.example"
    assert isinstance(read(POSTFIX, ours=forged, earlier="x@y"), NotUnderstood)


FORM = """From: noreply@veldhuis.example
Reply-To: Noor <noor@post.example>
Subject: Contactformulier: bestelling niet bezorgd
Message-ID: <form@veldhuis.example>

Mijn kast is niet bezorgd.
"""


def test_a_form_about_a_delivery_is_a_customers_mail() -> None:
    event = read(FORM)
    assert isinstance(event, IncomingMessage) and event.author is not None
    assert (event.author.external_id, event.kind) == ("noor@post.example", "dm")


def test_a_machine_that_answers_is_no_form() -> None:
    event = read(FORM.replace("Message-ID", "Auto-Submitted: auto-replied\nMessage-ID"))
    assert isinstance(event, IncomingMessage)
    assert event.kind == AUTOMATIC


def test_a_returned_mail_that_names_none_of_ours_is_a_machines() -> None:
    event = read(QMAIL, ours="iemand@anders.example")
    assert isinstance(event, IncomingMessage)
    assert (event.kind, event.opens_window) == (AUTOMATIC, False)

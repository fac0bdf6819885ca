"""Mails as they come from other programs, and from who means harm: what the inbox is told of each."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import ids, markup, quoting
from channels.email.normalise import Place, events_of
from channels.email.parsing import Mail
from channels.types import AUTOMATIC, DeliveryReport, Direction, Incoming, IncomingMessage, NotUnderstood, ShownKind

OWN = "info@veldhuis.example"
AT = datetime(2026, 11, 30, 14, 2, tzinfo=UTC)
INBOX = Place("inbox", 7, 42, AT)
SENT = Place("sent", 7, 43, AT)
OUTLOOK = """Dag,

Dank, maar ik wil hem liever groen.

Groet, Noor

Van: Veldhuis Wonen <info@veldhuis.example>
Verzonden: maandag 30 november 2026 14:02
Aan: Noor Vermeer <noor@post.example>
Onderwerp: Re: Mijn kast

Morgen komt hij.
"""
GMAIL = """Dank, maar ik wil hem liever groen.

Op ma 30 nov 2026 om 14:02 schreef Veldhuis Wonen <
info@veldhuis.example>:

> Morgen komt hij.
>
"""
APPLE = """Dank, maar ik wil hem liever groen.

Verstuurd vanaf mijn iPhone

> Op 30 nov 2026 om 14:02 heeft Veldhuis Wonen <info@veldhuis.example> het volgende geschreven:
>
> \ufeffMorgen komt hij.
"""
ENGLISH = "No, green.\n\nOn Mon, Nov 30, 2026 at 2:02 PM Veldhuis <info@veldhuis.example> wrote:\n\n> Tomorrow.\n"
OUTLOOK_ENGLISH = (
    "No, green.\n\n________________________________\nFrom: Veldhuis\nSent: Monday\nTo: N\nSubject: x\n\nHi\n"
)


def mail(text: str = "Waar blijft mijn kast?", **headers: str) -> bytes:
    made = EmailMessage()
    told = {
        "From": "Noor Vermeer <Noor@Post.example>", "To": OWN, "Subject": "Mijn kast",
        "Message-ID": "<a1@post.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    for name, value in told.items():
        if value:
            made[name] = value
    made.set_content(text)
    return made.as_bytes()


def told(raw: bytes, place: Place = INBOX) -> list[Incoming]:
    return list(events_of(raw, place, OWN))


def message(raw: bytes, place: Place = INBOX) -> IncomingMessage:
    (event,) = told(raw, place)
    assert isinstance(event, IncomingMessage), event
    return event


def test_who_wrote_what_and_when() -> None:
    event = message(mail())
    assert event.author is not None
    assert (event.author.external_id, event.author.name) == ("noor@post.example", "Noor Vermeer")
    assert (event.text, event.sent_at, event.direction) == ("Waar blijft mijn kast?", AT, Direction.INBOUND)
    assert [(part.kind, part.title) for part in event.shown] == [(ShownKind.SUBJECT, "Mijn kast")]
    assert event.opens_window and event.kind == "dm"


@pytest.mark.parametrize("text", [OUTLOOK, GMAIL, APPLE, ENGLISH, OUTLOOK_ENGLISH])
def test_older_mails_below_are_folded_and_kept(text: str) -> None:
    event = message(mail(text))
    assert "green" in event.text or "groen" in event.text
    assert not any(word in event.text for word in ("Morgen", "Tomorrow", "schre", "wrote", "From:", "Van:", ">"))
    (_subject, quoted) = event.shown
    assert quoted.kind == ShownKind.QUOTED and quoted.words
    assert event.raw["text"].split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "> Welke kleur?\nGroen.\n> Wanneer?\nMorgen graag.",
        "> alleen een citaat",
        "Zie hieronder.\n\n---------- Forwarded message ---------\nVan: Bob <b@b.example>\nDatum: ma\n\nBelangrijk",
        "Op zaterdag ben ik thuis, wat schreef je over de levering:\nkan dat dan?\n> nee\nWel.",
    ],
)
def test_what_they_want_us_to_read_is_not_folded(text: str) -> None:
    assert message(mail(text)).text.split() == text.split()


def test_a_mail_that_is_passed_on_is_not_folded() -> None:
    event = message(mail(OUTLOOK, Subject="FW: Mijn kast"))
    assert event.text.split() == OUTLOOK.split()
    assert ShownKind.QUOTED not in [part.kind for part in event.shown]
    assert ShownKind.QUOTED in [part.kind for part in message(mail(OUTLOOK, Subject="Re: FW: Mijn kast")).shown]


def test_whom_it_also_went_to_is_told() -> None:
    event = message(mail(To=f"{OWN}, winkel@veldhuis.example", Cc="Jan <jan@post.example>, noor@post.example"))
    (also,) = [part for part in event.shown if part.kind == ShownKind.ALSO_TO]
    assert also.words == "winkel@veldhuis.example, Jan <jan@post.example>"
    assert ShownKind.ALSO_TO not in [part.kind for part in message(mail()).shown]


def test_html_becomes_text_with_links_and_nothing_unsafe() -> None:
    made = EmailMessage()
    made["From"], made["Message-ID"] = "noor@post.example", "<h@post.example>"
    made.set_content(
        "<html><head><title>weg</title><style>p{}</style></head><body><p>Hoi&nbsp;daar,</p><ul><li>één</li></ul>"
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='https://a.example/x'>de bon</a>"
        "<a href='javascript:alert(1)'>klik</a><div class='gmail_quote'>Op ma 30 nov schreef V &lt;i@v.example&gt;:"
        "<blockquote>Morgen <b>komt</b> hij.</blockquote></div></body></html>",
        subtype="html",
    )
    event = message(made.as_bytes())
    assert event.text == "Hoi daar,\n\n• één\n\nde bon (https://a.example/x)klik"
    assert event.shown[-1].words.endswith("> Morgen komt hij.")


def test_answers_hang_in_the_thread_by_what_they_name() -> None:
    ours = ids.own_id(str(uuid.uuid4()), OWN)
    answer = message(
        mail(Message_ID="<a2@post.example>", In_Reply_To=f"<{ours}>", References=f"<a1@post.example> <{ours}>")
    )
    assert answer.parent_id == ours
    assert answer.thread_id == message(mail()).external_id
    assert message(mail()).thread_id == message(mail()).external_id


def test_nobody_takes_another_ones_message_id() -> None:
    hers, his = message(mail()), message(mail(From="Dief <dief@post.example>"))
    assert hers.external_id != his.external_id
    ours = ids.own_id(str(uuid.uuid4()), OWN)
    with_ours = told(mail(Message_ID=f"<{ours}>"))
    assert isinstance(with_ours[0], IncomingMessage) and with_ours[0].direction == Direction.INBOUND
    forged = ours.replace(ours[37:49], "0" * 12)
    assert not ids.reference_of(forged)


def test_a_mail_without_an_id_has_the_same_one_each_time() -> None:
    first, other = message(mail(Message_ID="")), message(mail("Iets anders.", Message_ID=""))
    assert first.external_id == message(mail(Message_ID="")).external_id != other.external_id
    assert ids.message_id(first.external_id) == ""


def test_an_endless_id_is_shortened() -> None:
    event = message(mail().replace(b"a1@post.example", b"a" * 800 + b"@post.example"))
    assert len(event.external_id) < 255


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<nieuws.example>"},
        {"Subject": "Automatisch antwoord: Mijn kast", "In_Reply_To": "<a0@post.example>"},
        {"Subject": "Out of Office: Mijn kast", "References": "<a0@post.example>"},
        {"Subject": "Afwezig", "X_Autoreply": "yes"},
        {"From": "no-reply@post.example"},
        {"Return_Path": "<>"},
    ],
)
def test_a_machines_mail_is_known_as_one(headers: dict[str, str]) -> None:
    event = message(mail(**headers))
    assert (event.kind, event.opens_window) == (AUTOMATIC, False)


@pytest.mark.parametrize("subject", ["Niet aanwezig bij bezorging, nieuwe afspraak?", "Afwezig tijdens levering"])
def test_who_writes_of_an_absence_is_no_machine(subject: str) -> None:
    event = message(mail(Subject=subject))
    assert (event.kind, event.opens_window) == ("dm", True)


def test_who_says_that_they_are_no_machine_is_none() -> None:
    assert message(mail(Auto_Submitted="no")).kind == "dm"


def test_a_form_on_our_site_is_of_who_filled_it_in() -> None:
    event = message(mail(From="Site <wordpress@veldhuis.example>", Reply_To="Noor <noor@post.example>"))
    assert event.author is not None and event.author.external_id == "noor@post.example"
    assert event.kind == "dm"


def test_what_was_filled_in_a_form_is_not_folded() -> None:
    words = "Nieuw bericht van de site.\n\nVan: Noor\nDatum: 1-12-2026\nOnderwerp: Kast\n\nWaar blijft mijn kast?"
    event = message(mail(words, From="Site <wordpress@veldhuis.example>", Reply_To="Noor <noor@post.example>"))
    assert event.text.split() == words.split()
    assert ShownKind.QUOTED not in [part.kind for part in event.shown]


def test_our_own_address_is_no_customer() -> None:
    assert isinstance(told(mail(From=OWN))[0], NotUnderstood)
    reference = str(uuid.uuid4())
    copy = message(mail(From=OWN, To="noor@post.example", Message_ID=f"<{ids.own_id(reference, OWN)}>"))
    assert (copy.direction, copy.reference) == (Direction.OUTBOUND, reference)
    assert copy.customer is not None and copy.customer.external_id == "noor@post.example"


def test_what_a_colleague_sent_elsewhere_is_ours() -> None:
    hers = message(mail())
    event = message(
        mail("Morgen.", From=OWN, To="Noor <noor@post.example>", Message_ID="<o@x>", In_Reply_To="<a1@post.example>"),
        SENT,
    )
    assert (event.direction, event.author, event.parent_id) == (Direction.OUTBOUND, None, hers.external_id)
    assert event.customer is not None and event.customer.name == "Noor"
    assert told(mail(From=OWN, To=OWN), SENT) == []


def files(raw: bytes) -> list[tuple[str, str]]:
    return [(file.filename, file.kind) for file in message(raw).attachments]


def test_files_come_along_without_logos_of_signatures() -> None:
    made = EmailMessage()
    made["From"], made["Message-ID"] = "noor@post.example", "<f@post.example>"
    made.set_content("Zie foto.")
    made.add_alternative("<p>Zie foto.</p><img src='cid:logo'>", subtype="html")
    made.add_attachment(b"\x89PNG" * 10, maintype="image", subtype="png", cid="<logo>", disposition="inline")
    made.add_attachment(b"x" * 100, maintype="image", subtype="jpeg", filename="../../kast\tX.jpg")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bön.pdf")
    assert files(made.as_bytes()) == [("kast X.jpg", "image"), ("bön.pdf", "file")]


@pytest.mark.parametrize(
    "raw",
    [
        b"From: noor@post.example\r\nContent-Type: text/plain; charset=bestaat-niet\r\n\r\nhoi",
        b"From: =?bestaat-niet?Q?No=C3=B6r?= <noor@post.example>\r\n\r\nhoi",
        "From: Noör <noor@post.example>\r\nSubject: Gróen\r\n\r\nhoi".encode(),
        b"From: noor@post.example\r\nContent-Type: multipart/mixed\r\n\r\nhoi",
        b"From: noor@post.example\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nhoi",
        b"From: noor@post.example\r\nContent-Transfer-Encoding: base64\r\n\r\naG9p====!!",
        b'From: "noor@post.example" <noor@post.example>, <>\r\nReferences: <<<>>> x <\r\n\r\nhoi',
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(raw: bytes) -> None:
    event = message(raw)
    assert event.author is not None and event.author.external_id == "noor@post.example"
    assert event.text.startswith("hoi")


def test_parts_are_found_where_the_mail_names_another_seam() -> None:
    mail = Mail(
        b'From: noor@post.example\nContent-Type: multipart/alternative; boundary="a"\n\n'
        b"--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGI+SG9pPC9iPg==\n"
        b"--b\nContent-Type: application/pdf\n\nx\n--b--\n"
    )
    assert (mail.text, [file.mime_type for file in mail.files]) == ("Hoi", ["application/pdf"])
    assert Mail(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=a\n\nhoi\n--b\nja").text == "hoi\n--b\nja"


def test_letters_of_parts_behind_another_seam_are_whole() -> None:
    head = 'From: noor@post.example\nContent-Type: multipart/mixed; boundary="a"\n\n--b\n'
    said = "Content-Type: text/plain; charset={0}\nContent-Transfer-Encoding: 8bit\n\nÉén kast €5\n--b--\n"
    for charset in ("utf-8", "windows-1252"):
        assert Mail((head + said.format(charset)).encode(charset)).text == "Één kast €5"


def test_a_mail_of_nobody_is_set_aside_with_its_headers() -> None:
    (event,) = told(b"Subject: Zomaar\r\n\r\nhoi")
    assert isinstance(event, NotUnderstood)
    assert "Zomaar" in event.body["headers"] and "hoi" not in str(event.body)


def test_signs_that_turn_text_and_null_are_left_out() -> None:
    event = message(mail("a\u202eb\x00c עברית 🪑", Subject="x\u202ey"))
    assert event.text == "abc עברית 🪑"
    assert event.shown[0].title == "xy"


def nested(depth: int) -> bytes:
    head = b"From: noor@post.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    parts = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(depth))
    return head + parts + b"--b%d\r\n\r\nhoi\r\n" % depth


@pytest.mark.parametrize("depth", [5, 5000])
def test_however_deep_parts_are_nested_it_ends(depth: int) -> None:
    assert len(told(nested(depth))) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"X: y\r\n" * 100_000 + b"\r\nhoi",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nhoi\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        b"\r\nhoi\r\n" + b"x\r\n" * 1_000_000,
    ],
    ids=["headers", "parts", "lines"],
)
def test_of_an_endless_mail_the_beginning_is_read(raw: bytes) -> None:
    mail = Mail(b"From: noor@post.example\r\n" + raw)
    assert mail.thinned.is_cut or len(mail.thinned.content) < len(mail.raw)
    assert len(mail.parts) <= 200 and len(mail.headers) <= 100
    assert mail.person("from") is not None


_OPENED = ["<!--", "<", "</", "<?", "<!", "<![CDATA[", "<!DOCTYPE ", "<a x='", "<!-->", "<p", "<blockquote>", "&#"]


@pytest.mark.parametrize("piece", _OPENED)
def test_markup_without_an_end_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()
    words = markup.plain("<p>hoi</p>" + piece * (100_000 // len(piece)))
    assert words.startswith("hoi")
    assert time.process_time() - began < 3  # it took minutes


@pytest.mark.parametrize("line", ["op abc schreef x:", " " * 300 + "x"], ids=["announcements", "spaces"])
def test_what_seems_quoted_all_along_is_read_in_no_time(line: str) -> None:
    text = "\n".join([*[line] * (200_000 // len(line)), "> q", "x"])
    began = time.process_time()
    assert quoting.split(text) == (text, "")
    assert time.process_time() - began < 2  # it took a minute


_LONG = b"a" * 240_000
_NAMED = b"From: noor@post.example\r\nContent-Type: "


@pytest.mark.parametrize(
    "raw",
    [
        _NAMED + b"text/plain; charset=punycode\r\n\r\n" + _LONG * 3,
        _NAMED + b"text/plain; charset*0=puny; charset*1=code\r\n\r\nhoi \xff-" + _LONG,
        _NAMED + b"text/plain; charset*=punycode''" + _LONG + b"\r\n\r\nhoi",
        _NAMED + b"multipart/mixed; boundary*=punycode''" + _LONG + b"\r\n\r\nhoi",
        _NAMED + b"text/plain\r\nContent-Disposition: inline; filename*=%70unycode''" + _LONG + b"\r\n\r\nhoi",
        _NAMED + b"text/plain" + b";a" * 110_000 + b"\r\n\r\nhoi",
    ],
    ids=["body", "in pieces", "its name", "bounds", "file", "parameters"],
)
def test_no_character_set_takes_the_time_of_others(raw: bytes) -> None:
    began = time.process_time()
    assert message(raw).author is not None
    assert time.process_time() - began < 0.6  # each took several


@pytest.mark.parametrize("charset", ["punycode", "IDNA", "hex", "undefined", "bestaat-niet", "x" * 100])
def test_what_is_no_character_set_is_read_as_utf_8(charset: str) -> None:
    raw = (
        f"From: =?{charset}?q?No=C3=B6r?= <noor@post.example>\r\nSubject: =?{charset}*nl?b?w6nDqW4=?=\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain; charset={charset}\r\n\r\nhé\r\n"
        f"--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename*={charset}''b%C3%B6n\r\n"
        "\r\nx\r\n--b--\r\n"
    ).encode()
    event = message(raw)
    assert event.author is not None
    assert (event.author.name, event.shown[0].title, event.text) == ("Noör", "één", "hé")
    assert [file.filename for file in event.attachments] == ["bön"]


_line = st.text(st.characters(blacklist_characters="\r\n"), max_size=60)
_name = st.sampled_from(
    ["From", "To", "Cc", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References", "Content-Type"]
    + ["Content-Disposition", "Content-ID", "Content-Transfer-Encoding", "Auto-Submitted", "Precedence", "Return-Path"]
)
_value = st.one_of(
    _line,
    st.sampled_from([
        "noor@post.example", "<a@b.example>", "multipart/report; report-type=delivery-status; boundary=x",
        "message/delivery-status", "message/rfc822", "text/html; charset=utf-16", "attachment; filename*=utf-8''%ff",
        "=?utf-8?B?////?=", "base64", "quoted-printable", OWN, 'multipart/mixed; boundary=""',
        "text/plain; charset=idna",
    ]),
)  # fmt: skip


@given(st.lists(st.tuples(_name, _value), max_size=8), st.one_of(st.binary(max_size=200), _line.map(str.encode)))
def test_no_mail_breaks_the_reading(headers: list[tuple[str, str]], body: bytes) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogatepass")
    for place in (INBOX, SENT):
        for event in told(head + b"\r\n" + body, place):
            assert isinstance(event, IncomingMessage | NotUnderstood | DeliveryReport)

"""Whole mails as Outlook, Gmail, a telephone and mail servers send them: every header and part, whatever we read."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import ids
from channels.email.flowed import as_flowed, unflowed
from channels.email.normalise import Place, events_of
from channels.types import AUTOMATIC, DeliveryReport, Direction, IncomingMessage, NotUnderstood, ShownKind

FOLDER = Path(__file__).parents[2] / "support" / "payloads" / "email"
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))
OWN = "info@veldhuis.example"
INBOX = Place("inbox", 7, 42, datetime(2026, 11, 30, 15, 2, tzinfo=UTC))
REFERENCE = str(uuid.UUID(int=4471))


def raw(name: str) -> bytes:
    """Return a mail, in answer to one of ours."""
    return (FOLDER / f"{name}.eml").read_bytes().replace(b"@@OURS@@", ids.own_id(REFERENCE, OWN).encode())


def message(name: str) -> IncomingMessage:
    (event,) = events_of(raw(name), INBOX, OWN)
    assert isinstance(event, IncomingMessage), event
    return event


def shown(event: IncomingMessage) -> dict[str, str]:
    return {part.kind: part.title or part.words for part in event.shown}


def test_outlooks_answer_is_its_new_words_with_its_picture() -> None:
    event = message("outlook_reply")
    assert event.text.startswith(
        "Beste Veldhuis,\n\nDe poot is gebroken, zie de foto. De reünie is zaterdag – lukt het vóór die tijd?"
    )
    assert "Verzonden" not in event.text and "Kun je een foto sturen?" in shown(event)[ShownKind.QUOTED]
    assert shown(event)[ShownKind.SUBJECT] == "RE: Stoel Fjord – poot gebroken"
    assert event.parent_id == ids.own_id(REFERENCE, OWN)
    assert event.author is not None and (event.author.external_id, event.author.name) == (
        "noor@post.example", "Noor Vermeer",
    )  # fmt: skip
    assert [(file.kind, file.filename, file.mime_type) for file in event.attachments] == [
        ("image", "image001.png", "image/png")
    ]


def test_gmails_answer_keeps_another_script_and_a_files_name() -> None:
    event = message("gmail_reply")
    assert event.text == "السلام عليكم، وصلت الأريكة مكسورة 😡"
    assert event.author is not None and (event.author.external_id, event.author.name) == (
        "salma@post.example", "سلمى الخطيب",
    )  # fmt: skip
    assert shown(event)[ShownKind.SUBJECT] == "Re: أريكة مكسورة 🛋️"
    assert [(file.kind, file.filename) for file in event.attachments] == [("file", "فاتورة.pdf")]


def test_a_telephones_answer_flows_and_leaves_its_signature() -> None:
    event = message("apple_mail_reply")
    assert event.text.startswith(
        "Past de hoes ook om de kleine bank? Ik stuur een foto mee, dan zie je meteen welke ik bedoel."
    )
    assert "Kun je een foto" not in event.text
    assert [(file.kind, file.filename) for file in event.attachments] == [("image", "IMG_4471.HEIC")]


def test_who_is_away_is_heard_and_waits_for_nothing() -> None:
    event = message("out_of_office")
    assert (event.kind, event.opens_window, event.text) == (AUTOMATIC, False, "Ik ben met vakantie t/m 7 december.")


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("postfix_bounce", "mail/full", "recipient_unavailable"),
        ("exchange_bounce", "mail/no_address", "recipient_unavailable"),
    ],
)
def test_a_returned_mail_says_of_our_answer_why(name: str, code: str, reason: str) -> None:
    (event,) = events_of(raw(name), INBOX, OWN)
    assert isinstance(event, DeliveryReport)
    assert (event.status, event.reference, event.error_code, event.reason) == ("failed", REFERENCE, code, reason)


def test_a_forward_is_read_whole_with_the_mail_in_it() -> None:
    event = message("forwarded_with_invitation")
    assert event.text.startswith("Zie hieronder, en de uitnodiging. Kan dit een week later?")
    assert "We komen dinsdag tussen 8 en 12." in event.text  # what they want us to read
    assert {file.filename for file in event.attachments} == {"Afspraak.eml", "invite.ics"}
    assert event.author is not None and event.author.name == "De Wit, Daan"


def test_a_mail_with_next_to_nothing_in_its_head_is_read() -> None:
    event = message("bare")
    assert event.text == "De caissière van filiaal 12 vraagt naar de kassarol."
    assert (event.sent_at, event.direction, event.shown) == (INBOX.at, Direction.INBOUND, ())
    assert event.external_id == message("bare").external_id


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_a_mail_cut_off_or_garbled_anywhere_stops_nothing(name: str, data: st.DataObject) -> None:
    whole = raw(name)
    at = data.draw(st.integers(0, len(whole)))
    garbled = whole[:at] + data.draw(st.binary(max_size=40)) + whole[at + data.draw(st.integers(0, 200)) :]
    for told in (garbled, whole[:at]):
        for event in events_of(told, INBOX, OWN):
            assert isinstance(event, IncomingMessage | DeliveryReport | NotUnderstood)


@pytest.mark.parametrize(
    ("text", "says", "told"),
    [
        ("Een lange \nregel.\n\n-- \nNoor \nVermeer", "flowed", "Een lange regel.\n\n-- \nNoor Vermeer"),
        ("> Een \n> citaat \nen ik.", "flowed", "> Een citaat \nen ik."),
        (">> Dieper \n> minder\n stuffed \n >rest", "flowed", ">> Dieper \n> minder\nstuffed >rest"),
        ("日本 \n語", "flowed; delsp=yes", "日本語"),
        ("Hallo, \n\nIk \nwil. \n \nNoor", "flowed", "Hallo, \n\nIk wil. \n\nNoor"),
        (" Een \n  gewone \nregel. ", "fixed", " Een\n  gewone\nregel."),
    ],
)
def test_lines_that_flow_are_paragraphs_again(text: str, says: str, told: str) -> None:
    part = Message()
    part["Content-Type"] = f"text/plain; format={says}"
    assert unflowed(as_flowed(text, part)) == told


HEAD = "From: Noor <noor@post.example>\nMessage-ID: <a@post.example>\nContent-Type: text/plain; format=%s\n\n"


@pytest.mark.parametrize("format", ["flowed", "flowed; delsp=yes", "fixed"])
@pytest.mark.parametrize(
    "below",
    [
        "-----Oorspronkelijk bericht-----\nVan: Veldhuis\n\nKun je een foto sturen?",
        "Van: Veldhuis \nVerzonden: maandag \nAan: Noor \nOnderwerp: Stoel \n\nKun je een foto sturen?",
        "Op 30-11-2026 om 15:02 schreef Veldhuis:\n> Kun je een foto sturen?",
        "Op 30-11-2026 om 15:02 schreef Veldhuis \n<info@veldhuis.example>: \n\n> Kun je een foto sturen?",
    ],
    ids=["original", "outlook", "announced", "announced on two lines"],
)
def test_older_mails_below_lines_that_flow_are_found(below: str, format: str) -> None:
    (event,) = events_of((HEAD % format + f"Hallo, \n\nJa graag \n{below}\n").encode(), INBOX, OWN)
    assert isinstance(event, IncomingMessage)
    assert event.text == "Hallo,\n\nJa graag"
    assert "een foto sturen?" in shown(event)[ShownKind.QUOTED]


@pytest.mark.parametrize("line", ["Op ma schreef \n", "a@b.nl schreef: \n", "Van: x \n", "> x \n", " \n"])
def test_lines_that_flow_without_end_are_read_in_no_time(line: str) -> None:
    raw = (HEAD % "flowed" + line * (300_000 // len(line))).encode()
    began = time.process_time()
    assert len(list(events_of(raw, INBOX, OWN))) == 1
    assert time.process_time() - began < 2

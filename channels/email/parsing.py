"""A mail as it came, taken apart: every header and part is distrusted, and capped.

What cannot be read of a part says nothing; what cannot be read of the mail raises ValueError.
"""

from __future__ import annotations

import binascii
import email
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.utils import parseaddr
from functools import cached_property
from typing import Any, cast

from channels.email import flowed, markup, quoting
from channels.email.charsets import Part, text_of, unescaped, with_known_words
from channels.email.ids import is_address, person_of
from channels.email.thinning import thinned
from channels.errors import STRANGE
from webcare.lib.bidi import without_bidi_controls
from webcare.lib.text import clean

LONGEST_HEADER = 4000  # characters that are looked at
LONGEST_TEXT = 300_000
MOST_PARTS = 200
MOST_KEPT = 100  # headers
_SMALL = 10_000  # bytes: pictures within the text below it are signatures' logos
_ID = re.compile(r"<([^<>\s]{3,900})>")
_SEAM = re.compile(r"^--([^\s\"]{1,70})[ \t]{0,9}\r?\n(?=content-)", re.IGNORECASE | re.MULTILINE)
_POLICY = policy.default.clone(raise_on_defect=False)
# RFC 3834, and what was used before it; Exchange says it in a header of its own (MS-OXCMAIL).
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_MARKS = ("x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "list-unsubscribe", "feedback-id")
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|geen-?antwoord)\b", re.IGNORECASE
)
_AWAY = re.compile(
    r"\s*(?:automatisch antwoord|automatic reply|auto(?:matic)?[- ]?reply|out of (?:the )?office|afwezig|afwezigheid"
    r"|niet aanwezig|abwesenheit)",
    re.IGNORECASE,
)
_FORWARDS = re.compile(r"\s*(?:fwd?|wg|tr|doorst|doorgestuurd)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a header: an address, and what their program calls them."""

    address: str
    name: str = ""

    @property
    def id(self) -> str:
        """What they are known by."""
        return person_of(self.address)


@dataclass(frozen=True, slots=True)
class File:
    """A part that is a file: the number of the part, and what it says of itself."""

    number: int
    mime_type: str
    filename: str
    size: int | None  # about; None: large


class Mail:
    """A mail taken apart. `raw` is all of it."""

    def __init__(self, raw: bytes) -> None:
        """Raises ValueError for what is no mail."""
        self.thinned = thinned(raw)
        try:
            read = email.message_from_bytes(self.thinned.content, Part, policy=policy.compat32)
            self.message = cast("Part", read)
            _find_parts(self.message)
            self.parts = list(_walk(self.message))
        except STRANGE as error:
            raise ValueError("mail: cannot be taken apart") from error
        self.raw = raw

    def header(self, name: str) -> str:
        """Return a header as one line of text; "" where it is not there."""
        value = self._raw_header(name)
        try:
            text = str(_POLICY.header_fetch_parse(name, value))
        except STRANGE:
            text = value
        return " ".join(without_bidi_controls(clean(text)).split())[:LONGEST_HEADER]

    def person(self, name: str) -> Person | None:
        """Return the first whom a header names; None where nobody can be read there."""
        return next(iter(self.people(name)), None)

    def people(self, name: str) -> list[Person]:
        """Return all whom a header names."""
        value = self._raw_header(name)
        try:
            parsed: Any = _POLICY.header_fetch_parse(name, value)
            found = [(address.addr_spec, address.display_name) for address in parsed.addresses]
        except STRANGE:
            found = []
        if not any(is_address(address) for address, _name in found):
            title, address = parseaddr(" ".join(value.split()))
            found = [(address, title)]
        people = (Person(address.strip(), _name(title)) for address, title in found)
        return [person for person in people if is_address(person.address)]

    def ids(self, name: str) -> list[str]:
        """Return the Message-IDs that a header names, in its order: the newest hundred."""
        return _ID.findall(self._raw_header(name, longest=LONGEST_HEADER * 5))[-100:]

    @cached_property
    def message_id(self) -> str:
        """The Message-ID without brackets; "" where it has none."""
        found = self.ids("message-id")
        return found[0] if found else "".join(self._raw_header("message-id").strip("<> \t").split())[:900]

    @cached_property
    def subject(self) -> str:
        """What it is about."""
        return self.header("subject")

    @property
    def is_forwarded(self) -> bool:
        """Whether its writer passes on another mail, as mail programs write it in the subject."""
        return bool(_FORWARDS.match(self.subject))

    @cached_property
    def headers(self) -> list[list[str]]:
        """The headers as they came, capped: what is kept beside the message."""
        items = list(self.message.items())[:MOST_KEPT]
        return [[clean(str(name))[:100], clean(_text(str(value)))[:1000]] for name, value in items]

    @cached_property
    def plain(self) -> str:
        """The text part, its lines as they came; "" where there is none."""
        return "\n\n".join(text for text, _part in self._texts)

    @cached_property
    def html(self) -> str:
        """The HTML part, as it came; "" where there is none."""
        return "\n".join(_decoded(part) for part in self._bodies("text/html"))

    @cached_property
    def text(self) -> str:
        """The words, line by line: of the text part, else of the HTML."""
        text = self.plain
        if not text and self.html:
            try:
                text = markup.plain(self.html)
            except STRANGE:
                text = ""
        return _tidy(_cleaned(text))

    @cached_property
    def halves(self) -> tuple[str, str]:
        """What was written, and the older mails below it: paragraphs whole, where the lines flow."""
        if not any(flowed.is_flowed(part) for _text, part in self._texts):
            return quoting.split(self.text)
        # Parted before the lines are joined: an older mail is found by lines of its own.
        lines = "\n\n".join(flowed.as_flowed(text, part) for text, part in self._texts)
        written, quoted = quoting.split(_cleaned(lines).strip("\n"))
        return _tidy(flowed.unflowed(written)), _tidy(flowed.unflowed(quoted))

    @cached_property
    def _texts(self) -> list[tuple[str, Message]]:
        """What stands in each part of text, with the part."""
        texts = [(_decoded(part), part) for part in self._bodies("text/plain")]
        return [(text, part) for text, part in texts if text.strip()]

    @cached_property
    def files(self) -> list[File]:
        """The parts that are files. Small pictures within the text are none: they are signatures' logos."""
        return [file for number, part in enumerate(self.parts) if (file := self._file(number, part))]

    @cached_property
    def is_automatic(self) -> bool:
        """Whether a machine says that it wrote this: an absence, a list, a newsletter (RFC 3834), a report (RFC 6522).

        A subject says so of an answer only: customers write "Niet aanwezig bij bezorging" themselves.
        """
        submitted = self.header("auto-submitted").lower()
        return bool(
            (submitted and not submitted.startswith("no"))
            or self.header("precedence").lower() in _BULK
            or self.header("return-path") == "<>"
            or self.message.get_content_type() == "multipart/report"
            or any(self._raw_header(name) for name in _MARKS)
            or (_AWAY.match(self.subject) and (self.ids("in-reply-to") or self.ids("references")))
            or is_machine(self.person("from"))
        )

    def content_of(self, number: int) -> bytes:
        """Return what a part holds. Raises LookupError for a part that is not there."""
        part = self.parts[number]
        if part.get_content_type() == "message/rfc822":
            return self.thinned.restored(_inner(part))
        if part.body is None:
            return b""
        whole = self.thinned.restored(part.body)
        match str(part.get("Content-Transfer-Encoding") or "").strip().lower():
            case "base64":
                return _unpacked(whole)
            case "quoted-printable":
                return quopri.decodestring(whole)
        return whole

    def _raw_header(self, name: str, longest: int = LONGEST_HEADER) -> str:
        value = str(next((text for key, text in self.message.raw_items() if key.lower() == name), ""))[:longest]
        return with_known_words(unescaped(value))

    def _bodies(self, mime_type: str) -> Iterator[Message]:
        for part in self.parts:
            # Several parts of which none was found: what stands there is text.
            broken = part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), str)
            if ("text/plain" if broken else part.get_content_type()) == mime_type and not _is_file(part):
                yield part

    def _file(self, number: int, part: Part) -> File | None:
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            return None
        if part.get_content_maintype() == "multipart":
            return None  # several parts of which none was found
        if not _is_file(part) and part.get_content_maintype() == "text":
            return None
        mime_type = part.get_content_type()[:100]
        if mime_type in ("message/delivery-status", "application/pgp-signature", "application/pkcs7-signature"):
            return None
        body = part.body or b""
        is_whole = self.thinned.is_whole(body)
        size = len(body) * 3 // 4 if is_whole else None
        within = part.get("Content-ID") and part.get_content_disposition() != "attachment"
        if within and part.get_content_maintype() == "image" and size is not None and size < _SMALL:
            return None
        return File(number, mime_type, _filename(part), size)


def _inner(part: Message) -> bytes:
    """Return a mail that is a file of another; b"" where there is none."""
    payload = part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    try:
        return first.as_bytes() if isinstance(first, Message) else b""
    except STRANGE:
        return b""


def _unpacked(body: bytes) -> bytes:
    """Return what base64 says, as far as it says something."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


def is_machine(person: Person | None) -> bool:
    """Whether nobody reads what is written to an address, as its name says."""
    return person is not None and bool(_MACHINES.match(person.address))


def _find_parts(message: Part) -> None:
    """Find the parts of a mail by the seams there are, where it names another: programs on the way change them."""
    if message.get_content_maintype() != "multipart" or message.body is None:
        return
    body = message.body.decode("ascii", "surrogateescape")
    if seam := _SEAM.search(body):
        head = f'Content-Type: multipart/mixed; boundary="{seam[1]}"\n\n'
        found = email.message_from_string(head + body, Part, policy=policy.compat32).get_payload()
        if isinstance(found, list):
            message.set_payload(found)


def _walk(message: Part) -> Iterator[Part]:
    """Yield the parts in their order, without going into a mail that is a file of this one."""
    waiting, met = [message], 0
    while waiting and met < MOST_PARTS:
        part, met = waiting.pop(0), met + 1
        yield part
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            waiting[:0] = [part for part in payload if isinstance(part, Part)]


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_filename(part))


def _filename(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except STRANGE:
        name = ""
    name = without_bidi_controls(clean(_text(name))).replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in " ".join(name.split()) if sign.isprintable())[:200]


def _text(value: str) -> str:
    """Return a header's words, of whatever they are spelled in."""
    try:
        return str(_POLICY.header_fetch_parse("subject", with_known_words(value[:LONGEST_HEADER])))
    except STRANGE:
        return value


def _name(said: str) -> str:
    """Return what somebody is called; "" for what is an address again."""
    name = " ".join(without_bidi_controls(clean(said)).split()).strip("\"'")[:200]
    return "" if "@" in name and is_address(name) else name


def _cleaned(text: str) -> str:
    return without_bidi_controls(clean(text)).replace("\r\n", "\n").replace("\r", "\n")


def _tidy(text: str) -> str:
    """Return a text without spaces at the ends of lines, and without several empty lines after each other."""
    joined = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n")[:LONGEST_TEXT]


def _decoded(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
        charset = part.get_content_charset() or "utf-8"
    except STRANGE:
        return ""
    if not isinstance(content, bytes):
        return ""
    content = content[: LONGEST_TEXT * 4]
    try:
        text = text_of(content, charset)
    except STRANGE:  # what this one cannot make a text of
        text = text_of(content, "utf-8")
    return text[:LONGEST_TEXT]

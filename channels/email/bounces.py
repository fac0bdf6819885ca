"""Returned mail: which answer of ours it is about, and why it could not be delivered (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from itertools import takewhile

from channels.email import refusals
from channels.email.ids import own_ids_in, reference_of
from channels.email.parsing import Mail, is_machine
from channels.errors import STRANGE
from channels.types import DeliveryReport
from webcare.lib.text import clean

_LOOKED_AT = 1_000_000  # bytes in which the mail that was returned is named
_HEAD = re.compile(rb"(?:[^\r\n]++(?:\r\n|\r|\n))*+")
_NAMED = re.compile(r"message-id:\s{0,3}<?([^\s<>]{20,400})", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|deliver\w* .*fail|fail\w* .*deliver|returned|niet (?:bezorgd|afgeleverd)|onbestelbaar", re.IGNORECASE
)
_ANSWERS = re.compile(r"\s*(?:re|antw|aw)\s*:", re.IGNORECASE)  # a person's, who has that word from our subject
_LATER = re.compile(r"delay|warning|vertraag|waarschuwing", re.IGNORECASE)
_DONE = re.compile(r"(?!.*\b(?:not|no|fail\w*|unable)\b).*\bsuccess", re.IGNORECASE | re.DOTALL)
# A server itself, which may give no address: "MAILER-DAEMON <>".
_SERVER = re.compile(r"mailer-?daemon|\bpostmaster\b|mail delivery (?:sub)?system", re.IGNORECASE)
_COPY = re.compile(
    r"(?:received|return-path|message-id|subject): |.*(?:copy of (?:the|your) (?:original )?message|below this line)",
    re.IGNORECASE,
)
_REPLY_CODE = re.compile(r"(?<![\d.])[45]\d\d[ -]")
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")  # RFC 3464
_LONGEST, _MOST_LINES = 500, 100


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says: `action` is failed, delayed, delivered or relayed."""

    action: str
    status: str = ""
    words: str = ""


def is_report(mail: Mail) -> bool:
    """Whether a mail is about the delivery of another: a report, or what many servers write instead.

    These name the mail that came back. A form on a site names none: it comes from a machine too, whatever its subject.
    An answer names it as what it answers only, and holds no copy.
    """
    if mail.message.get_content_type() == "multipart/report":
        # Others say that a mail was read (RFC 8098), or that it was unwanted (RFC 5965).
        return _report_type(mail) in ("", "delivery-status") and bool(_reports(mail) or _copied(mail))
    says_so = _FAILED.search(mail.subject[:_LONGEST]) and not _ANSWERS.match(mail.subject)
    if _is_servers(mail):
        return bool(_copied(mail) or (says_so and _about(mail)))
    return bool(says_so and is_machine(mail.person("from")) and _about(mail))


def read(mail: Mail, at: datetime) -> DeliveryReport | None:
    """Return what a report tells of an answer of ours; None where it tells nothing that we wait for.

    Raises ValueError where it is about no mail of ours: a colleague's, or one that somebody forged.
    """
    about = _about(mail)
    if not about:
        raise ValueError("mail: returned, and not ours")
    bounce = _bounce(mail)
    if bounce.action not in ("failed", "delivered"):
        return None  # "delayed": the server goes on trying, and says so when it gives up
    if bounce.action == "delivered":
        return DeliveryReport("delivered", at, external_id=about, reference=reference_of(about))
    code, reason = refusals.by_words(f"{bounce.status} {bounce.words}")
    return DeliveryReport(
        "failed", at, external_id=about, reference=reference_of(about), error_code=code, error=bounce.words,
        reason=reason,
    )  # fmt: skip


def _about(mail: Mail) -> str:
    """Return the Message-ID of our answer that came back: the one a "Message-ID" names, else the only one there is."""
    if copied := _copied(mail):
        return copied
    texts = [mail.raw[:_LOOKED_AT].decode("latin-1"), *_bodies(mail)]
    anywhere = {own for text in texts for own in own_ids_in(text)}
    return anywhere.pop() if len(anywhere) == 1 else ""


def _copied(mail: Mail) -> str:
    """Return the Message-ID of our answer of which a mail holds a copy, or its headers; "" where it holds none."""
    named = (found[1] for text in _bodies(mail) for found in _NAMED.finditer(text))
    return next((own for said in named for own in own_ids_in(said)), "")


def _bodies(mail: Mail) -> list[str]:
    raw = mail.raw[:_LOOKED_AT]
    head = _HEAD.match(raw)
    body = raw[head.end() :] if head else b""
    return [body.decode("latin-1"), mail.plain, *(_inner(part) for part in mail.parts)]


def _is_servers(mail: Mail) -> bool:
    """Whether a mail server wrote a mail, as its "From" says, or says nothing."""
    sender = mail.header("from")
    return bool(_SERVER.search(sender)) or (not sender.strip("<> ") and mail.header("return-path") in ("", "<>"))


def _inner(part: Message) -> str:
    """Return the headers of a mail that is returned, or of its report."""
    if part.get_content_type() == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        return content[:_LOOKED_AT].decode("latin-1") if isinstance(content, bytes) else ""
    payload = part.get_payload()
    if part.get_content_type() != "message/rfc822" or not isinstance(payload, list):
        return ""
    mails = [inner for inner in payload if isinstance(inner, Message)]
    return "\n".join(f"{name}: {value}" for inner in mails for name, value in inner.items())[:_LOOKED_AT]


def _reports(mail: Mail) -> list[Message]:
    """Return the blocks of a report: one of the mail, then one a recipient."""
    found: list[Message] = []
    for part in mail.parts:
        payload = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
            found += [block for block in payload if isinstance(block, Message)]
    return found[:20]


def _report_type(mail: Mail) -> str:
    try:
        return str(mail.message.get_param("report-type") or "").lower()
    except STRANGE:
        return ""


def _bounce(mail: Mail) -> Bounce:
    for block in _reports(mail):
        try:
            action = str(block.get("Action") or "").strip().lower()
            status = str(block.get("Status") or "").strip()
            said = str(block.get("Diagnostic-Code") or "")
        except STRANGE:
            continue
        if action:
            kind, sign, words = said.partition(";")  # "smtp; 550 …"; some leave out which
            said = (words if sign and " " not in kind.strip() else said) or _telling(mail) or status
            return Bounce(_action(action, status), status, _short(said))
    said = _telling(mail) or mail.subject
    status = refusals.status_in(said)
    if _DONE.match(mail.subject):
        return Bounce("relayed", status)
    later = _LATER.search(mail.subject) and not status.startswith("5")
    return Bounce("delayed" if later else "failed", status, _short(said))


def _action(said: str, status: str) -> str:
    """Return what became of a mail; servers say "expired" too, and "deliverable"."""
    if said in _ACTIONS:
        return said
    return "failed" if status[:1] != "2" else "relayed"


def _telling(mail: Mail) -> str:
    """Return the line that says why, of what stands above the copy; "" where none does."""
    lines = [line.strip()[:_LONGEST] for line in mail.text[: _LONGEST * _MOST_LINES].split("\n") if line.strip()]
    lines = list(takewhile(lambda line: not _COPY.match(line), lines[:_MOST_LINES]))
    by_code = [line for line in lines if refusals.status_in(line) or _REPLY_CODE.search(line)]
    return next((line for line in [*by_code, *lines] if refusals.says_why(line)), next(iter(by_code), ""))


def _short(said: str) -> str:
    return refusals.without_addresses(clean(said))[:_LONGEST]

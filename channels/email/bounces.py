"""Returned mail: which answer of ours it is about, and why it could not be delivered (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from channels.email.ids import own_ids_in, reference_of
from channels.email.parsing import Mail, is_machine
from channels.errors import STRANGE
from channels.types import DeliveryReport
from webcare.lib.text import clean

_LOOKED_AT = 1_000_000  # bytes in which the mail that was returned is named
_NAMED = re.compile(r"message-id:\s{0,3}<?([^\s<>]{20,400})", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_FAILED = re.compile(
    r"undeliver|deliver\w* .*fail|fail\w* .*deliver|returned|niet (?:bezorgd|afgeleverd)|onbestelbaar", re.IGNORECASE
)
_LATER = re.compile(r"delay|warning|vertraag|waarschuwing", re.IGNORECASE)
_LONGEST = 500

# RFC 3463: subject.detail of the status, and what it means to whoever wrote the answer.
_CODES = {
    "1.1": ("mail/no_address", "recipient_unavailable"),
    "1.2": ("mail/no_address", "recipient_unavailable"),
    "1.3": ("mail/no_address", "recipient_unavailable"),
    "1.6": ("mail/no_address", "recipient_unavailable"),
    "1.10": ("mail/no_address", "recipient_unavailable"),  # Exchange: no such recipient
    "2.1": ("mail/no_address", "recipient_unavailable"),
    "2.2": ("mail/full", "recipient_unavailable"),
    "2.3": ("mail/too_large", "media_refused"),
    "3.4": ("mail/too_large", "media_refused"),
    "4.4": ("mail/no_address", "recipient_unavailable"),
    "4.7": ("mail/no_answer", "recipient_unavailable"),
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says: `action` is failed, delayed, delivered or relayed."""

    action: str
    status: str = ""
    words: str = ""


def is_report(mail: Mail) -> bool:
    """Whether a mail is about the delivery of another: a report, or what older servers write instead.

    These name the mail that came back. A form on a site names none: it comes from a machine too, whatever its subject.
    """
    if mail.message.get_content_type() == "multipart/report" and _reports(mail):
        return True
    said = is_machine(mail.person("from")) and _FAILED.search(mail.subject[:_LONGEST])
    return bool(said and _about(mail))


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
    code, reason = meaning(bounce.status)
    return DeliveryReport(
        "failed", at, external_id=about, reference=reference_of(about), error_code=code, error=bounce.words,
        reason=reason,
    )  # fmt: skip


def status_in(words: str) -> str:
    """Return the first enhanced status in words, as 5.1.1; "" where none is."""
    found = _STATUS.search(words)
    return found[0] if found else ""


def meaning(status: str) -> tuple[str, str]:
    """Return (code, reason) for an enhanced status, as of 5.1.1."""
    found = _STATUS.search(status)
    if found is None:
        return "mail/returned", "other"
    code = _CODES.get(f"{found[2]}.{found[3]}") or _CODES.get(f"{found[2]}.{int(found[3])}")
    if code is None and found[2] == "7":
        code = ("mail/refused", "blocked")
    return code or ("mail/returned", "other")


def _about(mail: Mail) -> str:
    """Return the Message-ID of our answer that came back: the one a "Message-ID" names, else the only one there is."""
    texts = [mail.raw[:_LOOKED_AT].decode("latin-1")]
    texts += [mail.plain, *(_inner(part) for part in mail.parts)]
    for text in texts:
        for found in _NAMED.finditer(text):
            if own := own_ids_in(found[1]):
                return own[0]
    anywhere = {own for text in texts for own in own_ids_in(text)}
    return anywhere.pop() if len(anywhere) == 1 else ""


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


def _bounce(mail: Mail) -> Bounce:
    for block in _reports(mail):
        try:
            action = str(block.get("Action") or "").strip().lower()
            status = str(block.get("Status") or "")
            said = str(block.get("Diagnostic-Code") or "").partition(";")[2] or status
        except STRANGE:
            continue
        if action:
            return Bounce(action, status, " ".join(clean(said).split())[:_LONGEST])
    found = _STATUS.search(mail.text)
    later = _LATER.search(mail.subject) and not (found and found[1] == "5")
    words = next((line for line in mail.text.split("\n") if _STATUS.search(line)), mail.subject)
    return Bounce("delayed" if later else "failed", found[0] if found else "", " ".join(words.split())[:_LONGEST])

"""Why a mail server would not have a mail: by its code (RFC 3463), else by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

Why = tuple[str, str]  # our code, and its reason

_NO_ADDRESS = ("mail/no_address", "recipient_unavailable")
_FULL = ("mail/full", "recipient_unavailable")
_TOO_LARGE = ("mail/too_large", "media_refused")
_NO_ANSWER = ("mail/no_answer", "recipient_unavailable")
_REFUSED = ("mail/refused", "blocked")
_UNTOLD = ("mail/returned", "other")
_STATUS = re.compile(r"(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)")

# RFC 3463: subject.detail of the status, and what it means to whoever wrote the answer.
_CODES = {
    "1.1": _NO_ADDRESS,
    "1.2": _NO_ADDRESS,
    "1.3": _NO_ADDRESS,
    "1.6": _NO_ADDRESS,
    "1.7": _REFUSED,  # it does not like who sends
    "1.8": _REFUSED,
    "1.10": _NO_ADDRESS,  # Exchange: no such recipient
    "1.351": _NO_ADDRESS,  # Exchange Online: the other server knows no such recipient
    "2.1": _NO_ADDRESS,
    "2.2": _FULL,
    "2.3": _TOO_LARGE,
    "3.4": _TOO_LARGE,
    "4.4": _NO_ADDRESS,
    "4.7": _NO_ANSWER,
    "4.312": _NO_ANSWER,  # Exchange Online: tried until the time was up
    "4.316": _NO_ANSWER,
}

# What servers say beside a code that says nothing, as 5.0.0: as public samples of a hundred of them have it.
_WORDS: tuple[tuple[re.Pattern[str], Why], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), why)
    for pattern, why in (
        (r"sender (?:address|domain|verif|rejected)|mailfrom domain|\bspf\b|\bdkim\b|\bdmarc\b", _REFUSED),
        (
            r"(?:mailbox|quota|account|inbox|postvak)\b.{0,30}\b(?:full|exceeded|vol)\b|over ?quota"
            r"|insufficient (?:disk|system) (?:space|storage)",
            _FULL,
        ),
        (r"temporarily (?:unavailable|disabled)|temporary (?:failure|error|problem)", _NO_ANSWER),
        (
            r"(?:unknown|invalid|no such|onbekende) (?:user|recipient|mailbox|address|person|domain|host|gebruiker)"
            r"|(?:user|recipient|address|mailbox|account|domain|host|gebruiker|adres)\b.{0,60}\b(?:unknown|unavailable"
            r"|not found|not known|not exist|doesn't exist|invalid|disabled|frozen|bestaat niet|onbekend)"
            r"|no mailbox (?:here )?by|not a valid (?:user|mailbox|recipient)|\bnxdomain\b|no relevant answers"
            r"|doesn't (?:have a .{1,60} account|receive email)|(?:recipient|#5\.1\.0) address rejected",
            _NO_ADDRESS,
        ),
        (r"(?:message|mail|bericht) (?:is )?(?:too (?:large|big)|te groot)|(?:message|mail|maximum) size", _TOO_LARGE),
        (
            r"\bspam|unsolicited|\bvirus|black-?list|block-?list|\bblocked\b|polic(?:y|ies)\b|reputation|relay"
            r"|(?:not (?:accepted|allowed|permitted)|unauthenticated|(?:access|permission) denied)"
            r"|(?:content|mail|message) (?:was )?(?:rejected|filtered|refused)|(?:frequency|rate) limit",
            _REFUSED,
        ),
        (
            r"timed? ?out|expired|not reachable|unreachable|connection refused|lost connection|not accepting"
            r"|did not accept our requests|retry timeout|not available|unavailable",
            _NO_ANSWER,
        ),
    )
)
# Many say so with a code of policy: "554 5.7.1 Recipient address rejected: user … does not exist".
_NOBODY = re.compile(
    r"(?:unknown|no such|invalid) (?:user|recipient|mailbox)"
    r"|(?:user|recipient|mailbox)\b.{0,60}\b(?:unknown|not found|not exist|doesn't exist)",
    re.IGNORECASE,
)
_LONGEST = 400  # characters of a line that are looked at


def status_in(words: str) -> str:
    """Return the first enhanced status in words, as 5.1.1; "" where none is."""
    found = _STATUS.search(words)
    return found[0] if found else ""


def by_status(words: str) -> Why:
    """Return (code, reason) for the first enhanced status in words that says something, as 5.1.1."""
    return next(_known(words), _UNTOLD)


def by_words(words: str) -> Why:
    """Return (code, reason) for a status, or else for what is said beside it."""
    why, words = by_status(words), words[:_LONGEST]
    if why == _UNTOLD:
        return next((why for pattern, why in _WORDS if pattern.search(words)), _UNTOLD)
    return _NO_ADDRESS if why == _REFUSED and _NOBODY.search(words) else why


def says_why(words: str) -> bool:
    """Whether something is known about what is said."""
    return by_words(words) != _UNTOLD


def without_addresses(words: str) -> str:
    """Return what a server said without addresses: it may outlive an erasure."""
    return " ".join("…" if "@" in word else word for word in words.split())


def _known(words: str) -> Iterator[Why]:
    for subject, detail in _STATUS.findall(words):
        if why := _CODES.get(f"{subject}.{detail}") or _CODES.get(f"{subject}.{int(detail)}"):
            yield why
        elif subject == "7":
            yield _REFUSED

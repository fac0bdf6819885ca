"""Who an answer is from, under the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from channels.models import Account

if TYPE_CHECKING:
    from inbox.models import User

# A signature someone typed out of habit: ^FB, ^ fb, or the same with a dash.
_TYPED_INITIALS = re.compile(r"(?<!\s)\s*\^\s?[A-Za-z]{1,4}\s*$")

# A farewell that ends a text, with or without who says it: "Met vriendelijke groet, Noor de Wit".
_FAREWELL = re.compile(
    r"(?:^|(?<=[.!?…\n]))\s*"
    r"(?i:met (?:vriendelijke|hartelijke) groet(?:en)?|hartelijke groet(?:en)?|groet(?:jes|en)?|gr|mvg|"
    r"(?:kind |best |warm )?regards|cheers)\b[\s,.:!–-]{0,5}"
    r"(?:(?:[A-ZÀ-Þ][^\s.!?]{0,25}|van|de|der|den|het|namens|[|/-])[\s,]{0,3}){0,5}[.!\s]{0,3}$"
)
_TAIL = 150  # characters in which a farewell stands


def signature_of(account: Account, agent: User) -> str:
    """Return what this account puts under an answer of this person; "" where it signs nothing."""
    match account.signature:
        case Account.Signature.INITIALS:
            return f"^{agent.initials}"
        case Account.Signature.FIRST_NAME:
            return agent.first_name or agent.name
        case Account.Signature.TEAM:
            return account.team_name or account.name
    return ""


def without_signature(text: str) -> str:
    """Return the text without initials under it."""
    return _TYPED_INITIALS.sub("", text)


def without_farewell(text: str) -> str:
    """Return the text without a farewell at its end, and without the name or initials under it."""
    text = without_signature(text).rstrip()
    head, tail = text[:-_TAIL], text[-_TAIL:]
    return (head + _FAREWELL.sub("", tail)).rstrip()


def with_signature(text: str, account: Account, agent: User) -> str:
    """Return the text with the account's signature under it, once: signing twice changes nothing."""
    signature = signature_of(account, agent)
    text = text.rstrip()
    if not signature:
        return text
    if account.signature == Account.Signature.INITIALS:
        return f"{_TYPED_INITIALS.sub('', text)} {signature}".lstrip()
    if text == signature or text.endswith(f"\n{signature}"):
        return text
    return f"{text}\n\n{signature}".lstrip()

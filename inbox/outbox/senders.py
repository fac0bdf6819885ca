"""From which of our accounts an answer may leave: the addressed one, and on some platforms others (A6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channels.models import Account
from channels.types import RouteRules
from inbox.text.signature import signature_of

if TYPE_CHECKING:
    from inbox.models import User


@dataclass(frozen=True, slots=True)
class Sender:
    """An account that can be chosen, and what it puts under an answer."""

    account: Account
    signature: str = ""
    glue: str = ""

    @property
    def code(self) -> str:
        """What names it in a form."""
        return str(self.account.code)


def senders_for(home: Account, rules: RouteRules | None, agent: User, accounts: Iterable[Account]) -> list[Sender]:
    """Return the accounts an answer may leave from, the addressed one first.

    `accounts` are those the agent may use. Another one starts a conversation, so it needs the mode for that; it must be
    able to send now.
    """
    others = [
        account
        for account in accounts
        if rules is not None
        and rules.any_account
        and account.pk != home.pk
        and account.platform == home.platform
        and account.may_begin
        and not (account.paused_at or account.removed_at or account.needs_reauth_at)
    ]
    return [sender_of(account, agent) for account in (home, *others)]


def sender_of(account: Account, agent: User) -> Sender:
    """Return an account with what will stand under this person's answers from it."""
    glue = " " if account.signature == Account.Signature.INITIALS else "\n\n"
    return Sender(account, signature_of(account, agent), glue)


def chosen_sender(senders: Sequence[Sender], code: Any) -> Sender | None:
    """Return the sender with this code, the first where none was named; None where it cannot be chosen here."""
    if not code:
        return senders[0]
    return next((sender for sender in senders if sender.code == str(code)), None)

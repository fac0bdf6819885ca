"""Mailboxes in the sandbox, and mails of every sort to lay in them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import requests

from channels.accounts.connecting import connect as connect_account
from channels.accounts.connecting import reconnect
from channels.email.connector import EmailConnector
from channels.models import Account
from tests.support.sandbox_accounts import control

if TYPE_CHECKING:
    from sandbox.testing import Running

OWN = "info@veldhuis.example"


def open_mailbox(
    sandbox: Running, address: str = OWN, name: str = "Veldhuis Wonen", **more: str | list[str]
) -> dict[str, str]:
    """Make a mailbox in the sandbox; return what one types to connect it."""
    made = control(sandbox, "POST", "/control/mail/accounts", address=address, name=name, **more)
    return {key: str(value) for key, value in made["credentials"].items()}


def connect_mailbox(sandbox: Running, address: str = OWN) -> Account:
    """Make a mailbox and connect it, as an admin does."""
    return connect_account("email", open_mailbox(sandbox, address), by=None)


def move(mailbox: Account) -> None:
    """Let a mailbox be at another server from now on: the same one, by another name."""
    known = mailbox.credentials
    moved = known["imap_server"].replace("127.0.0.1", "localhost")
    assert moved != known["imap_server"]
    reconnect(mailbox, known | {"imap_server": moved}, by=None)


def connector_of(credentials: dict[str, str]) -> EmailConnector:
    """Return a connector as a task makes one."""
    return EmailConnector(external_id=credentials["address"], handle="", credentials=credentials)


def write_mail(sandbox: Running, text: str, *, to: str = OWN, sender: str = "noor@post.example", **more: Any) -> str:
    """Let a customer write a mail; return its Message-ID without brackets."""
    said = {"to": to, "from": sender, "name": "Noor Vermeer", "subject": "Mijn kast", "text": text} | more
    return str(control(sandbox, "POST", "/control/mail/letters", **said)["message_id"]).strip("<>")


def lay(sandbox: Running, raw: bytes, *, to: str = OWN, **more: Any) -> int:
    """Lay a mail in a mailbox as it is; return its UID."""
    encoded = base64.b64encode(raw).decode()
    return int(control(sandbox, "POST", "/control/mail/letters", to=to, raw=encoded, **more)["uid"])


def letters(sandbox: Running, address: str, folder: str = "INBOX") -> list[dict[str, Any]]:
    """Return what lies in a folder of the sandbox, oldest first."""
    asked = {"address": address, "folder": folder}
    answer = requests.get(f"{sandbox.url}/control/mail/letters", params=asked, timeout=10)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["letters"]
    return found


def change(sandbox: Running, address: str = OWN, **settings: bool) -> None:
    """Let the server keep sent mail or not, or number a mailbox anew."""
    control(sandbox, "POST", "/control/mail/settings", address=address, **settings)

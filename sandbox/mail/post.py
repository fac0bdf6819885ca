"""What lies in the mailboxes: each mail as it came, under a number that is never given twice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid
from pathlib import Path

from sandbox.ids import secret

_ACCOUNT = "account.json"  # beside the folders of a mailbox that somebody may log in to
FOLDERS = ("INBOX", "Sent", "Archive")


@dataclass
class Letter:
    """One mail in a folder."""

    uid: int
    raw: bytes
    at: datetime
    flags: set[str] = field(default_factory=set)

    @property
    def parsed(self) -> EmailMessage:
        """It, read."""
        return BytesParser(policy=policy.default).parsebytes(self.raw)


@dataclass
class Folder:
    """A folder; `validity` is another one after its mails were numbered anew."""

    validity: int
    next_uid: int = 1
    letters: dict[int, Letter] = field(default_factory=dict)


@dataclass
class Box:
    """Somebody's mailbox. Without a password nobody logs in: it is a customer's, seen on the page."""

    address: str
    name: str
    password: str = ""
    sign_in: str = ""  # where one signs in for it: microsoft or google; then no password opens it
    delegates: list[str] = field(default_factory=list)  # who else may use it, signed in as themselves
    revoked_at: float = 0.0  # tokens that are older do not work
    keeps_sent: bool = True  # whether the server keeps a copy of what leaves, as most large providers do
    folders: dict[str, Folder] = field(default_factory=dict)


class Post:
    """All mailboxes. Kept in `folder`, if one is given."""

    def __init__(self, folder: Path | None) -> None:
        self.folder, self.lock = folder, threading.RLock()
        self.boxes: dict[str, Box] = {}
        self._load()

    def box(self, address: str, name: str = "") -> Box:
        """Return somebody's mailbox; made with the first question."""
        key = address.lower()
        with self.lock:
            if key not in self.boxes:
                validity = int(time.time())
                self.boxes[key] = Box(address, name, folders={one: Folder(validity) for one in FOLDERS})
            return self.boxes[key]

    def open_account(self, address: str, name: str, sign_in: str = "", delegates: Iterable[str] = ()) -> Box:
        """Return a mailbox one can log in to: with a password, or by signing in at its provider."""
        box = self.box(address, name)
        box.name, box.password = name, secret("mail", address.lower(), length=16)
        box.sign_in, box.delegates = sign_in, [one.lower() for one in delegates]
        if self.folder is not None:
            place = self.folder / "mail" / address.lower()
            place.mkdir(parents=True, exist_ok=True)
            kept = {"address": address, "name": name, "sign_in": sign_in, "delegates": box.delegates}
            (place / _ACCOUNT).write_text(json.dumps(kept), encoding="utf-8")
        return box

    def put(self, address: str, folder: str, raw: bytes, at: datetime | None = None) -> Letter:
        """Lay a mail in a folder."""
        with self.lock:
            where = self.box(address).folders[folder]
            letter = Letter(where.next_uid, raw, at or datetime.now(UTC).replace(microsecond=0))
            where.letters[letter.uid] = letter
            where.next_uid += 1
            self._save(address, folder, letter)
            return letter

    def deliver(self, sender: str, recipients: Iterable[str], raw: bytes) -> list[str]:
        """Bring a mail to whom it names. What comes to an address of nobody comes back, as a report."""
        lost = []
        for recipient in recipients:
            if recipient.lower().partition("@")[0].startswith("weg"):
                lost.append(recipient)
            else:
                self.put(recipient, "INBOX", b"Return-Path: <" + sender.encode() + b">\r\n" + raw)
        for recipient in lost:
            if sender:
                self.put(sender, "INBOX", _returned(sender, recipient, raw))
        return lost

    def renumber(self, address: str) -> None:
        """Number a mailbox anew, as after it moved to another machine (RFC 3501, UIDVALIDITY)."""
        with self.lock:
            for folder in self.box(address).folders.values():
                letters = sorted(folder.letters.values(), key=lambda letter: letter.uid)
                folder.validity += 1
                folder.letters = dict(enumerate(letters, start=100))
                for uid, letter in folder.letters.items():
                    letter.uid = uid
                folder.next_uid = 100 + len(letters)

    def clear(self) -> None:
        """Forget all mails; who has an account keeps it."""
        with self.lock:
            for box in self.boxes.values():
                box.folders = {one: Folder(box.folders[one].validity + 1) for one in FOLDERS}
                box.keeps_sent = True

    def _save(self, address: str, folder: str, letter: Letter) -> None:
        if self.folder is not None:
            place = self.folder / "mail" / address.lower() / folder
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{letter.uid}.{int(letter.at.timestamp())}.eml").write_bytes(letter.raw)

    def _load(self) -> None:
        """Read what the last process kept. The numbers go on; the validity is another one."""
        for path in sorted((self.folder / "mail").glob(f"*/{_ACCOUNT}")) if self.folder else ():
            self.open_account(**json.loads(path.read_text(encoding="utf-8")))
        for path in sorted((self.folder / "mail").glob("*/*/*.eml")) if self.folder else ():
            address, folder = path.parent.parent.name, path.parent.name
            uid, moment = (int(part) for part in path.stem.split("."))
            where = self.box(address).folders[folder]
            where.letters[uid] = Letter(uid, path.read_bytes(), datetime.fromtimestamp(moment, UTC))
            where.next_uid = max(where.next_uid, uid + 1)


def written(
    sender: str, name: str, to: str, subject: str, text: str, answers: EmailMessage | None = None
) -> tuple[str, bytes]:
    """Return a mail as a customer's program writes it, with its Message-ID; one that `answers` quotes."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = f'"{name}" <{sender}>' if name else sender
    mail["To"], mail["Subject"] = to, " ".join(subject.split())
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    if answers is not None:
        named = str(answers["Message-ID"]).strip()
        mail["In-Reply-To"] = named
        mail["References"] = " ".join([*str(answers.get("References") or "").split(), named])
        body = answers.get_body(("plain",))
        lines = str(body.get_content()).strip().split("\n") if body else []
        quoted = "\n".join(f"> {line}" for line in lines)
        text = f"{text}\n\nOp {datetime.now(UTC):%d-%m-%Y om %H:%M} schreef {answers['From']}:\n\n{quoted}"
    mail.set_content(text)
    return str(mail["Message-ID"]), mail.as_bytes()


def _returned(sender: str, recipient: str, raw: bytes) -> bytes:
    """Return a report as Postfix writes it (RFC 3464)."""
    head = raw.split(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.sandbox.test (Mail Delivery System)\r\n"
        f"To: {sender}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: {make_msgid(domain='mail.sandbox.test')}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_sandbox"\r\n\r\n'
        "--=_sandbox\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        f"This is the mail system at host mail.sandbox.test.\r\n\r\n<{recipient}>: unknown user\r\n\r\n"
        "--=_sandbox\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mail.sandbox.test\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: failed\r\n"
        f"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected\r\n\r\n"
        f"--=_sandbox\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n\r\n--=_sandbox--\r\n"
    ).encode()

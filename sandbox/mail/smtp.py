"""SMTP as a provider's door for its users has it: no mail without a log-in, and only from one's own address.

RFC 5321, RFC 6409 (submission), RFC 4954 (AUTH PLAIN and LOGIN).
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from email import policy
from email.parser import BytesParser

from sandbox.faults import Faults
from sandbox.mail.auth import CHALLENGE, SMTP, Authority
from sandbox.mail.post import Box

MOST_BYTES = 25 * 1024 * 1024
_LONGEST_LINE = 1002  # with its CRLF
_PATH = re.compile(r"<([^<>\s]*)>(?:\s+\S+)*\s*")


class Cut(Exception):
    """The connection ends here, as when a cable is pulled."""


_REFUSALS = {
    "mail_greylisted": "450 4.7.1 <someone>: Recipient address rejected: Greylisted, see later",
    # As Gmail says it to who sent as much as a day allows.
    "mail_day_limit": "550 5.4.5 Daily user sending limit exceeded. For more information go to - gsmtp",
}


class Smtp:
    """One connection."""

    def __init__(
        self, authority: Authority, faults: Faults, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.authority, self.post = authority, authority.post
        self.faults, self.reader, self.writer = faults, reader, writer
        self.box: Box | None = None
        self.greeted = False
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def talk(self) -> None:
        """Answer until the other side leaves."""
        await self.say("220 mail.sandbox.test ESMTP")
        while line := await self.reader.readline():
            if len(line) > _LONGEST_LINE or not line.endswith(b"\r\n"):
                await self.say("500 5.5.2 Line too long, or not ended by CRLF")
                continue
            verb, _space, rest = line[:-2].decode("utf-8", "replace").partition(" ")
            if verb.upper() == "QUIT":
                await self.say("221 2.0.0 Bye")
                return
            if refusal := _REFUSALS.get(await self.fault(verb.upper())):
                await self.say(refusal)
                continue
            handler = getattr(self, f"do_{verb.lower()}", None)
            await (handler(rest) if handler else self.say("502 5.5.2 Error: command not recognized"))

    async def say(self, line: str) -> None:
        """Answer a line."""
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()

    async def fault(self, place: str) -> str:
        """Misbehave, where that was asked for; return the name of a fault that only changes the answer."""
        found = self.faults.take("mail", "SMTP", f"/{place}")
        if found is None:
            return ""
        if found.name in ("mail_slow", "hang"):
            await asyncio.sleep(found.seconds or 60)
        if found.name == "mail_cut":
            raise Cut
        if found.name == "mail_refused":
            await self.say("451 4.3.0 Error: queue file write error")
            raise Cut
        return found.name

    async def do_ehlo(self, rest: str) -> None:
        """Greet, and say what can be done."""
        self.greeted, self.sender, self.recipients = True, None, []
        await self.say(
            f"250-mail.sandbox.test\r\n250-SIZE {MOST_BYTES}\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN XOAUTH2"
        )

    do_helo = do_ehlo

    async def do_auth(self, rest: str) -> None:
        """Let somebody in."""
        form, _space, initial = rest.partition(" ")
        if form.upper() == "XOAUTH2":
            await self.by_token(initial or await self.ask(""))
            return
        try:
            if form.upper() == "PLAIN":
                _as, user, password = base64.b64decode(initial or await self.ask("")).decode().split("\0")
            elif form.upper() == "LOGIN":
                user = base64.b64decode(initial or await self.ask("VXNlcm5hbWU6")).decode()
                password = base64.b64decode(await self.ask("UGFzc3dvcmQ6")).decode()
            else:
                await self.say("504 5.5.4 Unrecognized authentication type")
                return
        except (ValueError, binascii.Error):
            await self.say("501 5.5.2 Cannot decode")
            return
        box = self.post.boxes.get(user.lower())
        if box is not None and box.sign_in:
            await self.say("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.")
            return
        if box is None or not box.password or box.password != password:
            await self.say("535 5.7.8 Error: authentication failed")
            return
        self.box = box
        await self.say("235 2.7.0 Authentication successful")

    async def by_token(self, initial: str) -> None:
        """Let somebody in by a token."""
        said = self.authority.read(initial)
        if said is None or not self.authority.may_use(*said, SMTP):
            await self.ask(CHALLENGE)
            await self.say("535 5.7.3 Authentication unsuccessful")
            return
        self.box = self.post.boxes[said[0].lower()]
        await self.say("235 2.7.0 Authentication successful")

    async def ask(self, words: str) -> str:
        """Ask for another line of a log-in."""
        await self.say(f"334 {words}")
        return (await self.reader.readline()).decode().strip()

    async def do_mail(self, rest: str) -> None:
        """Begin a mail."""
        found = _PATH.fullmatch(rest[5:]) if rest.upper().startswith("FROM:") else None
        if self.box is None:
            await self.say("530 5.7.0 Authentication required")
        elif found is None:
            await self.say("501 5.1.7 Bad sender address syntax")
        elif self.sender is not None:
            await self.say("503 5.5.1 Error: nested MAIL command")
        elif found[1].lower() != self.box.address.lower():
            await self.say(f"553 5.7.1 <{found[1]}>: Sender address rejected: not owned by user")
        else:
            self.sender = found[1]
            await self.say("250 2.1.0 Ok")

    async def do_rcpt(self, rest: str) -> None:
        """Say to whom."""
        found = _PATH.fullmatch(rest[3:]) if rest.upper().startswith("TO:") else None
        if self.sender is None:
            await self.say("503 5.5.1 Error: need MAIL command")
        elif found is None or "@" not in found[1] or not found[1].isascii():
            await self.say("501 5.1.3 Bad recipient address syntax")
        elif found[1].lower().startswith("niemand@"):
            await self.say(f"550 5.1.1 <{found[1]}>: Recipient address rejected: User unknown")
        else:
            self.recipients.append(found[1])
            await self.say("250 2.1.5 Ok")

    async def do_data(self, rest: str) -> None:
        """Take the mail."""
        if not self.recipients or self.sender is None or self.box is None:
            await self.say("503 5.5.1 Error: need RCPT command")
            return
        await self.say("354 End data with <CR><LF>.<CR><LF>")
        lines: list[bytes] = []
        size = 0
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise Cut
            if len(lines) == 3:  # noqa: PLR2004  in the midst of it
                await self.fault("BODY")
            if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
                await self.say("521 5.5.2 Error: bare <LF> received")
                raise Cut
            if len(line) > _LONGEST_LINE:
                await self.say("500 5.6.0 Error: line too long")
                raise Cut
            lines.append(line[1:] if line.startswith(b".") else line)
            size += len(line)
        raw, recipients, sender = b"".join(lines), self.recipients, self.sender
        self.sender, self.recipients = None, []
        if refusal := _refusal(raw, size, self.box):
            await self.say(refusal)
            return
        if self.box.keeps_sent:
            self.post.put(self.box.address, "Sent", raw).flags.add("\\Seen")
        self.post.deliver(sender, recipients, raw)
        await self.fault("ACCEPTED")
        await self.say("250 2.0.0 Ok: queued")

    async def do_rset(self, rest: str) -> None:
        """Forget what was begun."""
        self.sender, self.recipients = None, []
        await self.say("250 2.0.0 Ok")

    async def do_noop(self, rest: str) -> None:
        """Answer."""
        await self.say("250 2.0.0 Ok")


def _refusal(raw: bytes, size: int, box: Box) -> str:
    """Return why a mail is not taken; "" where it is."""
    if size > MOST_BYTES:
        return "552 5.3.4 Error: message too large"
    mail = BytesParser(policy=policy.default).parsebytes(raw, headersonly=True)
    for name in ("From", "Date", "Message-ID"):
        if len(mail.get_all(name, [])) != 1:
            return f"550 5.7.1 Our system has detected that this message has no single {name} header (RFC 5322)"
    if box.address.lower() not in str(mail["From"]).lower():
        return "550 5.7.1 From header is not the user's"
    return ""

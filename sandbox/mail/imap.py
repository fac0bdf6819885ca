"""IMAP4rev1 as far as a mailbox is read: log in, list, open, search, fetch. Each in its state only (RFC 3501)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from sandbox.faults import Faults
from sandbox.mail.auth import CHALLENGE, IMAP, Authority
from sandbox.mail.post import Box, Folder, Letter
from sandbox.mail.smtp import Cut

_TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\((?:[^()"]|"[^"]*")*\))|([^\s()"]+)')
_LITERAL = re.compile(rb"\{(\d{1,7})(\+?)\}\r\n$")
_PARTIAL = re.compile(r"BODY(\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)
CAPABILITIES = "IMAP4rev1 LITERAL+ SPECIAL-USE UIDPLUS AUTH=XOAUTH2 SASL-IR"
_NEEDS_LOGIN = frozenset({"LIST", "SELECT", "EXAMINE"})


class Bad(Exception):
    """Not a command that can be given, or not now."""


class Imap:
    """One connection."""

    def __init__(
        self, authority: Authority, faults: Faults, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.authority, self.post = authority, authority.post
        self.faults, self.reader, self.writer = faults, reader, writer
        self.box: Box | None = None
        self.folder: Folder | None = None
        self.readonly = True

    async def talk(self) -> None:
        """Answer until the other side leaves."""
        await self.say(f"* OK [CAPABILITY {CAPABILITIES}] mail.sandbox.test ready")
        while line := await self.command():
            tag, _space, rest = line.partition(b" ")
            verb, _space, arguments = rest.partition(b" ")
            name = verb.decode("ascii", "replace").upper().strip()
            try:
                words = _words(arguments)
                if name == "UID":
                    name, words = f"UID {words[0].upper()}", words[1:]
                await self.fault(name.replace(" ", "-"))
                await self.answer(tag.decode(), name, words)
            except (Bad, IndexError, ValueError) as error:
                await self.say(f"{tag.decode('ascii', 'replace')} BAD {error or 'syntax'}")
            if name == "LOGOUT":
                return

    async def command(self) -> bytes:
        """Return one command with its literals; b"" where the other side left."""
        line = await self.reader.readline()
        while found := _LITERAL.search(line):
            if not found[2]:
                await self.say("+ go on")
            literal = await self.reader.readexactly(int(found[1]))
            escaped = literal.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            line = line[: found.start()] + b'"' + escaped + b'"' + await self.reader.readline()
        return line.rstrip(b"\r\n") if line else b""

    async def say(self, line: str) -> None:
        """Answer a line."""
        self.writer.write(f"{line}\r\n".encode())
        await self.writer.drain()

    async def fault(self, place: str) -> None:
        """Misbehave, where that was asked for."""
        found = self.faults.take("mail", "IMAP", f"/{place}")
        if found is None:
            return
        if found.name in ("mail_slow", "hang"):
            await asyncio.sleep(found.seconds or 60)
        if found.name == "mail_cut":
            raise Cut
        if found.name == "mail_refused":
            raise Bad("server bug")

    async def answer(self, tag: str, name: str, words: list[str]) -> None:
        """Carry out one command."""
        if (name in _NEEDS_LOGIN and self.box is None) or (name.startswith("UID ") and self.folder is None):
            raise Bad("not in this state")
        done = f"{tag} OK {name} completed"
        match name:
            case "CAPABILITY":
                await self.say(f"* CAPABILITY {CAPABILITIES}")
            case "NOOP":
                pass
            case "LOGIN":
                done = self.log_in(tag, words)
            case "AUTHENTICATE":
                done = await self.authenticate(tag, words)
            case "LIST":
                await self.folders(words)
            case "SELECT" | "EXAMINE":
                done = await self.select(tag, name, words[0])
            case "UID SEARCH":
                found = " ".join(str(letter.uid) for letter in self.search(words))
                await self.say(f"* SEARCH {found}".rstrip())
            case "UID FETCH":
                await self.fetch(words)
            case "LOGOUT":
                await self.say("* BYE")
            case _:
                raise Bad("unknown command")
        await self.say(done)

    def log_in(self, tag: str, words: list[str]) -> str:
        """Let somebody in, or not."""
        if self.box is not None:
            raise Bad("already logged in")
        box = self.post.boxes.get(words[0].lower())
        if box is not None and box.sign_in:  # basic authentication is switched off there
            return f"{tag} NO LOGIN failed."
        if box is None or not box.password or box.password != words[1]:
            return f"{tag} NO [AUTHENTICATIONFAILED] Authentication failed"
        self.box = box
        return f"{tag} OK [CAPABILITY {CAPABILITIES}] Logged in"

    async def authenticate(self, tag: str, words: list[str]) -> str:
        """Let somebody in by a token (SASL XOAUTH2, its first answer with the command or after a "+")."""
        if self.box is not None or words[0].upper() != "XOAUTH2":
            raise Bad("unknown mechanism, or already logged in")
        initial = words[1] if len(words) > 1 else await self.asked("")
        said = self.authority.read(initial)
        if said is None or not self.authority.may_use(*said, IMAP):
            await self.asked(CHALLENGE)  # a client answers with an empty line, and hears why then
            return f"{tag} NO AUTHENTICATE failed."
        self.box = self.post.boxes[said[0].lower()]
        return f"{tag} OK AUTHENTICATE completed."

    async def asked(self, words: str) -> str:
        """Ask for another line of a log-in."""
        await self.say(f"+ {words}")
        return (await self.reader.readline()).decode("ascii", "replace").strip()

    async def folders(self, words: list[str]) -> None:
        """Tell the folders."""
        for name in self.box.folders if self.box else ():
            if words[1] in ("*", "%", name):
                use = {"Sent": " \\Sent", "Archive": " \\Archive"}.get(name, "")
                await self.say(f'* LIST (\\HasNoChildren{use}) "/" "{name}"')

    async def select(self, tag: str, name: str, folder: str) -> str:
        """Open a folder."""
        known = {known.upper(): known for known in self.box.folders} if self.box else {}
        self.folder = self.box.folders.get(known.get(folder.upper(), "")) if self.box else None
        if self.folder is None:
            return f"{tag} NO [NONEXISTENT] No such mailbox"
        self.readonly = name == "EXAMINE"
        for line in (
            "FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
            f"{len(self.folder.letters)} EXISTS",
            "0 RECENT",
            f"OK [UIDVALIDITY {self.folder.validity}] UIDs valid",
            f"OK [UIDNEXT {self.folder.next_uid}] Predicted next UID",
        ):
            await self.say(f"* {line}")
        return f"{tag} OK [{'READ-ONLY' if self.readonly else 'READ-WRITE'}] {name} completed"

    def search(self, words: list[str]) -> Iterator[Letter]:
        """Yield the mails that all of these keys fit."""
        letters = sorted((self.folder.letters if self.folder else {}).values(), key=lambda letter: letter.uid)
        keys = list(words)
        while keys:
            match key := keys.pop(0).upper():
                case "ALL":
                    pass
                case "UID":
                    wanted = _uids(keys.pop(0), letters)
                    letters = [letter for letter in letters if letter.uid in wanted]
                case "SINCE":
                    day = datetime.strptime(keys.pop(0), "%d-%b-%Y").replace(tzinfo=UTC)
                    letters = [letter for letter in letters if letter.at.date() >= day.date()]
                case "HEADER":
                    name, part = keys.pop(0), keys.pop(0).lower()
                    letters = [letter for letter in letters if part in str(letter.parsed.get(name) or "").lower()]
                case _:
                    raise Bad(f"unknown search key {key}")
        yield from letters

    async def fetch(self, words: list[str]) -> None:
        """Send what is asked of these mails."""
        letters = list((self.folder.letters if self.folder else {}).values())
        wanted = _uids(words[0], letters)
        asked = words[1].strip("()").split()
        for number, letter in enumerate(sorted(letters, key=lambda one: one.uid), start=1):
            if letter.uid in wanted:
                self.writer.write(b"* %d FETCH (UID %d" % (number, letter.uid))
                for item in asked:
                    self.writer.write(b" " + self.item(letter, item))
                self.writer.write(b")\r\n")
                await self.writer.drain()

    def item(self, letter: Letter, item: str) -> bytes:
        """Return one thing of a mail. Whoever does not peek marks it as read."""
        match item.upper():
            case "UID":
                return b""
            case "RFC822.SIZE":
                return b"RFC822.SIZE %d" % len(letter.raw)
            case "INTERNALDATE":
                return f'INTERNALDATE "{letter.at:%d-%b-%Y %H:%M:%S} +0000"'.encode()
            case "FLAGS":
                return f"FLAGS ({' '.join(sorted(letter.flags))})".encode()
        found = _PARTIAL.fullmatch(item)
        if found is None:
            raise Bad(f"cannot fetch {item}")
        if not found[1] and not self.readonly:
            letter.flags.add("\\Seen")
        first, most = int(found[2] or 0), int(found[3] or len(letter.raw))
        part = letter.raw[first : first + most]
        name = f"BODY[]<{first}>" if found[2] is not None else "BODY[]"
        return f"{name} {{{len(part)}}}\r\n".encode() + part


def _words(arguments: bytes) -> list[str]:
    """Return the arguments of a command; lists keep their brackets."""
    words = []
    for quoted, group, atom in _TOKEN.findall(arguments):
        piece = group or atom or re.sub(rb"\\(.)", rb"\1", quoted)
        words.append(piece.decode("utf-8", "replace"))
    return words


def _uids(said: str, letters: list[Letter]) -> set[int]:
    """Return the UIDs a set names: "4,7:9,12:*"."""
    highest = max((letter.uid for letter in letters), default=0)
    found: set[int] = set()
    for part in said.split(","):
        first, colon, last = part.partition(":")
        begin = highest if first == "*" else int(first)
        end = (highest if last == "*" else int(last)) if colon else begin
        found.update(range(min(begin, end), max(begin, end) + 1))
    return found

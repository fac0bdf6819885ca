"""The mail server's doors and pages: two ports that are opened with the first account, control, and /mail/.

Nothing is listened to, and nothing kept, while nobody has an account.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import jinja2
import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.faults import Faults
from sandbox.mail.auth import Authority
from sandbox.mail.imap import Imap
from sandbox.mail.login import Login
from sandbox.mail.post import Box, Letter, Post, written
from sandbox.mail.smtp import Cut, Smtp
from sandbox.world import World

FOLDER = Path(__file__).parent
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Mail:
    """The mail server."""

    def __init__(self, data_dir: Path | None, faults: Faults, world: World, ports: tuple[int, int] = (0, 0)) -> None:
        self.post, self.faults = Post(data_dir), faults
        self.authority = Authority(world, self.post)
        self.login = Login(world, self.authority)
        self._ports = dict(zip(("imap", "smtp"), ports, strict=True))
        self.servers: dict[str, asyncio.Server] = {}
        loader = jinja2.FileSystemLoader(FOLDER / "templates")
        environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True)
        self.page_of_box = environment.get_template("box.html")

    def routes(self) -> list[BaseRoute]:
        """What to mount in the server."""
        return [
            Route("/control/mail/accounts", self.add_account, methods=["POST"]),
            Route("/control/mail/letters", self.bring, methods=["POST"]),
            Route("/control/mail/letters", self.letters),
            Route("/control/mail/settings", self.settings, methods=["POST"]),
            Route("/mail/", self.page),
            Route("/mail/write", self.write, methods=["POST"]),
            *self.login.routes(),
            Mount("/mail-static", StaticFiles(directory=FOLDER / "static")),
        ]

    async def start(self) -> None:
        """Open the ports for mailboxes that the last process kept."""
        if any(box.password for box in self.post.boxes.values()):
            await self.ports()

    async def stop(self) -> None:
        """Close the ports."""
        for server in self.servers.values():
            server.close()
        self.servers = {}

    def clear(self) -> None:
        """Forget all mails."""
        self.post.clear()

    # -- the ports ---------------------------------------------------------------------------------------------------
    async def ports(self) -> dict[str, int]:
        """Return the ports of IMAP and SMTP; open them first."""
        for name, made in (("imap", Imap), ("smtp", Smtp)):
            if name not in self.servers:
                talk, port = self._talk(made), self._ports[name]
                try:
                    self.servers[name] = await asyncio.start_server(talk, "127.0.0.1", port, limit=2**20)
                except OSError:  # somebody else has that one; a mailbox with a password names another
                    self.servers[name] = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**20)
        return {name: server.sockets[0].getsockname()[1] for name, server in self.servers.items()}

    def _talk(self, made: type[Imap] | type[Smtp]) -> Talk:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(Cut, ConnectionError, asyncio.IncompleteReadError, ValueError):
                await made(self.authority, self.faults, reader, writer).talk()
            writer.close()

        return talk

    # -- control -----------------------------------------------------------------------------------------------------
    async def add_account(self, request: Request) -> Response:
        """POST /control/mail/accounts {"address", "name", "sign_in"?, "delegates"?}: a mailbox, and its keys."""
        body = await _body(request)
        name, sign_in = str(body.get("name") or body["address"]), str(body.get("sign_in") or "")
        box = self.post.open_account(str(body["address"]), name, sign_in, body.get("delegates") or ())
        ports = await self.ports()
        credentials = {
            "address": box.address, "name": box.name, "password": box.password,
            "imap_server": f"127.0.0.1:{ports['imap']}", "smtp_server": f"127.0.0.1:{ports['smtp']}",
        }  # fmt: skip
        return JSONResponse({"platform": "email", "id": box.address.lower(), "credentials": credentials})

    async def bring(self, request: Request) -> Response:
        """POST /control/mail/letters {"to", "folder"?, "at"?, "raw": base64}, or "from", "subject" and "text" of it."""
        body = await _body(request)
        to, folder = str(body["to"]), str(body.get("folder") or "INBOX")
        at = datetime.fromisoformat(str(body["at"])) if body.get("at") else None
        if body.get("raw"):
            letter = self.post.put(to, folder, base64.b64decode(str(body["raw"])), at)
            return JSONResponse({"uid": letter.uid})
        sender = str(body["from"])
        answers = self._newest_of(sender) if body.get("answers") else None
        name, subject, text = (str(body.get(key) or "") for key in ("name", "subject", "text"))
        message_id, raw = written(sender, name, to, subject, text, answers)
        return JSONResponse({"uid": self.post.put(to, folder, raw, at).uid, "message_id": message_id})

    async def letters(self, request: Request) -> Response:
        """GET /control/mail/letters?address=&folder=: what lies there, oldest first."""
        query = request.query_params
        folder = self.post.box(query["address"]).folders[query.get("folder") or "INBOX"]
        return JSONResponse({"letters": [_told(letter) for letter in folder.letters.values()]})

    async def settings(self, request: Request) -> Response:
        """POST /control/mail/settings {"address", "keeps_sent"?, "renumber"?, "revoke"?}."""
        body = await _body(request)
        box = self.post.box(str(body["address"]))
        box.keeps_sent = bool(body.get("keeps_sent", box.keeps_sent))
        if body.get("renumber"):
            self.post.renumber(box.address)
        if body.get("revoke"):
            box.revoked_at = self.authority.world.now().timestamp()
        return JSONResponse({"ok": True})

    # -- a customer's mailbox ----------------------------------------------------------------------------------------
    async def page(self, request: Request) -> Response:
        """GET /mail/?as=: somebody's mailbox, where one writes to a brand and reads its answers."""
        address = request.query_params.get("as", "").strip()
        page = self.page_of_box.render(
            me=self.post.boxes.get(address.lower()) or (Box(address, "") if "@" in address else None),
            brands=[box for box in self.post.boxes.values() if box.password],
            people=[box for box in self.post.boxes.values() if not box.password],
            letters=self._thread(address) if "@" in address else [],
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'self'"})

    async def write(self, request: Request) -> Response:
        """POST /mail/write: a customer writes, or answers the newest they got."""
        form = await request.form()
        sender, name = str(form["from"]).strip(), str(form.get("name") or "").strip()
        answers = self._newest_of(sender) if form.get("answers") else None
        subject = str(form.get("subject") or "")
        if answers is not None:
            subject = f"Re: {str(answers['Subject']).removeprefix('Re: ')}"
        _id, raw = written(sender, name, str(form["to"]), subject, str(form["text"]), answers)
        box = self.post.box(sender, name)
        self.post.put(box.address, "Sent", raw)
        self.post.deliver(sender, [str(form["to"])], raw)
        return RedirectResponse(f"/mail/?as={sender}", status_code=303)

    def _thread(self, address: str) -> list[dict[str, Any]]:
        """Return what somebody sent and got, oldest first."""
        box = self.post.box(address)
        both = [(letter, name == "Sent") for name in ("INBOX", "Sent") for letter in box.folders[name].letters.values()]
        shown = sorted(both, key=lambda pair: (pair[0].at, pair[0].uid))
        return [{**_told(letter), "mine": mine} for letter, mine in shown]

    def _newest_of(self, address: str) -> EmailMessage | None:
        got = self.post.box(address).folders["INBOX"].letters
        return got[max(got)].parsed if got else None


def _told(letter: Letter) -> dict[str, Any]:
    """Return a mail as the control API and the page show it."""
    mail = letter.parsed
    body = mail.get_body(("plain", "html"))
    return {
        "uid": letter.uid,
        "at": letter.at.isoformat(),
        "flags": sorted(letter.flags),
        "headers": {name: str(value) for name, value in mail.items()},
        "text": str(body.get_content()).strip() if body else "",
        "files": [part.get_filename() for part in mail.iter_attachments()],
        "raw": base64.b64encode(letter.raw).decode(),
    }


async def _body(request: Request) -> dict[str, Any]:
    body = orjson.loads(await request.body())
    return body if isinstance(body, dict) else {}

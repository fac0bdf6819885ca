"""The phone's pages: the list of people, and each screen of each platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.phone import index, screens, words
from sandbox.phone.screens import NAMES, Phone
from sandbox.scenario import pictures
from sandbox.world import World

FIRST = {
    "x": "timeline",
    "facebook": "page",
    "instagram": "page",
    "whatsapp": "chats",
    "youtube": "page",
    "mastodon": "timeline",
    "bluesky": "timeline",
}
VIEWS = {
    "x": ("timeline", "notices", "chats", "chat", "thread"),
    "facebook": ("page", "chats", "chat"),
    "instagram": ("page", "chats", "chat"),
    "whatsapp": ("chats", "chat"),
    "youtube": ("page",),
    "mastodon": ("timeline", "notices", "chats", "chat", "thread"),
    "bluesky": ("timeline", "notices", "chats", "chat", "thread"),
}
TIMELINES = {"x": 280, "mastodon": 500, "bluesky": 300}  # platforms that have one, and how long a post there may be


class Pages:
    """Answers to GET."""

    def __init__(self, world: World) -> None:
        self.world = world
        loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
        self.templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self.templates.filters |= {"rich": words.rich, "clock": words.clock, "exact": words.exact}
        self.templates.globals |= {"platform_names": NAMES, "samples": pictures.SAMPLES}

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page, never cached: it is live."""
        now = self.world.now()
        context |= {"now": now, "ago": lambda moment: words.ago(moment, now)}
        page = self.templates.get_template(template).render(**context)
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})

    async def index(self, request: Request) -> Response:
        """Everybody, searchable."""
        search = request.query_params.get("q", "")
        notice = request.query_params.get("melding", "")
        accounts = self.world.accounts()
        people = index.groups(self.world, search)
        return self.render("index.html", groups=people, search=search, accounts=accounts, notice=notice)

    async def home(self, request: Request) -> Response:
        """The first platform of a person."""
        users = self._users(request)
        first = next(platform for platform in NAMES if platform in users)
        return RedirectResponse(f"/phone/{request.path_params['person']}/{first}", 303)

    async def screen(self, request: Request) -> Response:
        """One screen of one platform."""
        phone = self._phone(request)
        view = request.path_params.get("view") or FIRST[phone.platform]
        if view not in VIEWS[phone.platform]:
            raise HTTPException(404, "Dit scherm bestaat niet.")
        accounts = self.world.accounts(phone.platform)
        if phone.platform == "whatsapp" and view == "chats" and len(accounts) == 1:
            view = "chat"
        context = self._context(phone, view, request.path_params.get("id", ""))
        return self.render(
            f"{phone.platform}_{view}.html" if view == "page" else f"{view}.html",
            longest=TIMELINES.get(phone.platform, 0),
            phone=phone,
            me=phone.me,
            account=phone.account,
            accounts=accounts,
            view=view,
            here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
            base=f"/phone/{phone.person}/{phone.platform}",
            unseen=screens.unseen(self.world, phone.users),
            missing=[platform for platform in NAMES if platform not in phone.users],
            notice=request.query_params.get("melding", ""),
            initials=words.initials(phone.me.name),
            hue=words.hue(phone.person),
            number=words.phone_number,
            **context,
        )

    def _context(self, phone: Phone, view: str, id: str) -> dict[str, Any]:
        if view == "thread":
            found = screens.thread(phone, id)
            if found is None:
                raise HTTPException(404, "Dit bericht bestaat niet.")
            return found
        simple = {
            "timeline": screens.timeline,
            "notices": screens.notices,
            "page": screens.page,
            "chats": screens.chats,
            "chat": screens.chat,
        }
        return simple[view](phone)

    def _users(self, request: Request) -> dict[str, Any]:
        users = self.world.people().get(request.path_params["person"])
        if not users:
            raise HTTPException(404, "Deze persoon bestaat niet.")
        return {user.platform: user for user in users}

    def _phone(self, request: Request) -> Phone:
        users = self._users(request)
        platform = request.path_params["platform"]
        if platform not in users:
            raise HTTPException(404, "Deze persoon heeft hier geen account.")
        account_key = request.query_params.get("account")
        account = self.world.account(platform, account_key) or self.world.account(platform)
        if not account_key:
            account = self._usual(platform, users[platform]) or account
        return Phone(self.world, request.path_params["person"], users, users[platform], account)

    def _usual(self, platform: str, user: Any) -> Any:
        """The account this person dealt with last."""
        for message in reversed(self.world.by(platform, user.id)):
            if message.account:
                return self.world.account(platform, message.account)
        return None

    async def media(self, request: Request) -> Response:
        """A file somebody sent."""
        id = request.path_params["id"]
        media, content = self.world.media(id), self.world.media_bytes(id)
        if media is None or content is None:
            raise HTTPException(404, "Dit bestand bestaat niet.")
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        return Response(content, media_type=media.mime, headers=headers | {"Cache-Control": "max-age=3600"})

    async def sample(self, request: Request) -> Response:
        """One of the drawn pictures."""
        name = request.path_params["name"]
        if name not in pictures.SAMPLES:
            raise HTTPException(404, "Deze foto bestaat niet.")
        return Response(pictures.draw(name), media_type="image/jpeg", headers={"Cache-Control": "max-age=3600"})

"""What a person does on their phone: write, change, take back, like, react; and how new people are made."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.choices import tapped
from sandbox.ids import digits
from sandbox.model import PRIVATE_KINDS, Media, User, WorldError
from sandbox.phone.screens import NAMES
from sandbox.scenario import pictures
from sandbox.world import World

BIGGEST = 16 * 1024 * 1024


class Actions:
    """Answers to POST; each ends where the form said, with a sentence when the platform refused."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def act(self, request: Request) -> Response:
        """Do `verb` as this person on this platform."""
        me = self._me(request)
        form = await request.form(max_part_size=BIGGEST)
        verbs = {
            "say": self._say, "edit": self._edit, "remove": self._remove, "like": self._like, "react": self._react,
            "tap": self._tap,
        }  # fmt: skip
        do = verbs.get(request.path_params["verb"])
        if do is None:
            raise HTTPException(404, "Dit kan de telefoon niet.")
        try:
            await do(me, form)
        except WorldError as refused:
            return _back(form, f"Dat kan hier niet: {refused}.")
        return _back(form)

    async def _say(self, me: User, form: FormData) -> None:
        media = await self._picture(form)
        kind, text = _text(form, "kind"), _text(form, "text").replace("\r\n", "\n").strip()
        if not text and not media:
            raise WorldError("schrijf iets of kies een foto")
        if me.platform == "whatsapp" and media:
            kind = media[0].type
        answers = _text(form, "in_reply_to") or None
        if me.platform in ("x", "mastodon") and kind == "post" and answers:
            text = self._addressed(me, answers, text)
        self.world.say(me.platform, kind, me.id, text, to=_text(form, "to") or None, in_reply_to=answers, media=media)

    def _addressed(self, me: User, answers: str, text: str) -> str:
        """X and Mastodon put the name of who is answered before the text."""
        parent = self.world.message(answers)
        other = self.world.user(me.platform, parent.sender) if parent else None
        if other is None or other.id == me.id or f"@{other.username}".lower() in text.lower():
            return text
        return f"@{other.username} {text}"

    async def _picture(self, form: FormData) -> list[Media]:
        """The uploaded file, else the chosen sample, else nothing."""
        upload, sample = form.get("picture"), _text(form, "sample")
        if isinstance(upload, UploadFile) and upload.filename:
            content = await upload.read()
            if len(content) > BIGGEST:
                raise WorldError("het bestand is groter dan 16 MB")
            mime = (upload.content_type or "application/octet-stream").split(";")[0]
            return [self.world.add_media(content, mime, upload.filename)]
        if sample in pictures.SAMPLES:
            return [self.world.add_media(pictures.draw(sample), "image/jpeg", f"{sample}.jpg")]
        return []

    async def _edit(self, me: User, form: FormData) -> None:
        text = _text(form, "text").strip()
        if not text:
            raise WorldError("een leeg bericht bestaat niet; verwijder het liever")
        self.world.edit(self._own(me, form), text)

    async def _remove(self, me: User, form: FormData) -> None:
        self.world.remove(self._own(me, form))

    async def _like(self, me: User, form: FormData) -> None:
        self.world.like(_text(form, "id"), me.id, _text(form, "on") != "0")

    async def _react(self, me: User, form: FormData) -> None:
        id, emoji = _text(form, "id"), _text(form, "emoji")
        message = self.world.message(id)
        if message is None or message.kind not in PRIVATE_KINDS or me.id not in (message.sender, message.to):
            raise WorldError("dit bericht staat niet in jouw gesprek")
        again = message.reactions.get(me.id) == emoji
        self.world.react(id, me.id, None if again or not emoji else emoji)

    async def _tap(self, me: User, form: FormData) -> None:
        message = self.world.message(_text(form, "id"))
        found = tapped(message, _text(form, "key")) if message is not None and message.to == me.id else None
        if message is None or found is None:
            raise WorldError("dat staat hier niet om te kiezen")
        kind, text, extra = found
        answers = message.id if me.platform == "whatsapp" else None
        self.world.say(me.platform, kind, me.id, text, to=message.sender, in_reply_to=answers, extra=extra)

    def _own(self, me: User, form: FormData) -> str:
        message = self.world.message(_text(form, "id"))
        if message is None or message.sender != me.id or message.platform != me.platform:
            raise WorldError("dit bericht is niet van jou")
        return message.id

    def _me(self, request: Request) -> User:
        for user in self.world.people().get(request.path_params["person"], []):
            if user.platform == request.path_params["platform"]:
                return user
        raise HTTPException(404, "Deze persoon heeft hier geen account.")

    async def meet(self, request: Request) -> Response:
        """Make somebody new, with an account on each ticked platform, and open their phone."""
        form = await request.form()
        name, username = _text(form, "name").strip()[:60], _handle(_text(form, "username"))
        platforms = [platform for platform in NAMES if platform in form.getlist("platform")]
        if not name or not platforms:
            return RedirectResponse("/?melding=" + quote("Geef een naam en kies een platform."), 303)
        person = self._free_key(username or _handle(name) or "iemand")
        for platform in platforms:
            self._open_account(platform, person, name, username, hidden=bool(form.get("hidden")))
        return RedirectResponse(f"/phone/{person}/{platforms[0]}", 303)

    async def join(self, request: Request) -> Response:
        """Give an existing person an account on one more platform."""
        form, person = await request.form(), request.path_params["person"]
        users, platform = self.world.people().get(person), _text(form, "platform")
        if not users or platform not in NAMES:
            raise HTTPException(404, "Deze persoon bestaat niet.")
        if all(user.platform != platform for user in users):
            username = next((user.username for user in users if user.username), _handle(users[0].name))
            self._open_account(platform, person, users[0].name, username, hidden=False)
        return RedirectResponse(f"/phone/{person}/{platform}", 303)

    def _open_account(self, platform: str, person: str, name: str, username: str, hidden: bool) -> None:
        """A user of this person: a taken name gets a digit, and a phone number is made of the person's key."""
        handle = username or _handle(name) or person
        candidate, count = handle, 1
        while self.world.user(platform, candidate) is not None:
            count += 1
            candidate = f"{handle}{count}"
        if platform == "whatsapp" and not hidden:
            phone = digits("phone of", person, length=11, prefix="316123")
            self.world.add_user(platform, id=phone, name=name, person=person)
        else:
            self.world.add_user(platform, username=candidate, name=name, person=person)

    def _free_key(self, base: str) -> str:
        people, key, count = self.world.people(), base, 1
        while key in people:
            count += 1
            key = f"{base}-{count}"
        return key


def _text(form: FormData, name: str) -> str:
    value: Any = form.get(name)
    return value if isinstance(value, str) else ""


def _handle(text: str) -> str:
    """A name as a user name: plain letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]", "", plain.lower())[:30]


def _back(form: FormData, notice: str = "") -> Response:
    """To the screen the form stood on; never to another site."""
    path = _text(form, "back")
    if not path.startswith("/phone/"):
        path = "/"
    path = path.split("melding=")[0].rstrip("?&")
    if notice:
        path += ("&" if "?" in path else "?") + "melding=" + quote(notice)
    return RedirectResponse(path, 303)

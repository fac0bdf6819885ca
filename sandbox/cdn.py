"""Files and profile pictures by address. Addresses are signed and expire on the world's clock, as the platforms' do."""

from __future__ import annotations

import hashlib
import hmac
import io
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont

from sandbox.clock import seconds
from sandbox.ids import digits
from sandbox.model import Media
from sandbox.web import Call, Reply
from sandbox.world import World

_KEY = b"sandbox cdn"
LIFE = timedelta(days=3)


def media_url(world: World, base: str, item: Media, life: timedelta = LIFE, bearer: bool = False) -> str:
    """Where a file can be fetched for a while; `bearer`: only with the account's token (WhatsApp)."""
    if item.url:
        return item.url
    kind = "lookaside" if bearer else "cdn"
    expires = str(seconds(world.now() + life))
    return f"{base}/{kind}/{item.id}/{quote(item.filename)}?exp={expires}&sig={_sign(kind, item.id, expires)}"


def picture_url(base: str, platform: str, id: str) -> str:
    """A profile picture's address (X: `_normal` is the 48 px form)."""
    return f"{base}/cdn/profile/{platform}/{quote(id)}_normal.jpg"


def fetch(world: World, call: Call) -> Reply:
    """Answer GET /cdn/… and GET /lookaside/…"""
    parts = call.path.strip("/").split("/")
    if parts[1:2] == ["profile"]:
        return _picture(world, parts)
    kind, id, expires = parts[0], parts[1] if len(parts) > 1 else "", call.params.get("exp", "0")
    right = hmac.compare_digest(_sign(kind, id, expires), call.params.get("sig", ""))
    if not right or not expires.isdigit() or int(expires) < seconds(world.now()):
        return Reply(403, b"URL signature expired", mime="text/plain")
    if kind == "lookaside":
        token = call.headers.get("authorization", "").removeprefix("Bearer ").removeprefix("OAuth ")
        if token not in {account.credentials.get("access_token") for account in world.accounts("whatsapp")}:
            return Reply(401, b"", mime="text/plain")
    item, content = world.media(id), world.media_bytes(id)
    if item is None or content is None:
        return Reply(404, b"", mime="text/plain")
    return Reply(200, content, {"cache-control": "max-age=1209600"}, item.mime)


def _sign(*parts: str) -> str:
    return hmac.new(_KEY, "/".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def _picture(world: World, parts: list[str]) -> Reply:
    id = parts[-1].rsplit("_normal", 1)[0]
    user = world.user(parts[2], id) if len(parts) > 3 else None
    return Reply(200, _portrait(id, (user.name if user else "?").strip("@ ")[:1].upper()), mime="image/jpeg")


@lru_cache(maxsize=2000)
def _portrait(id: str, initial: str) -> bytes:
    hue = int(digits("hue", id, length=6)) % 360
    picture = Image.new("RGB", (96, 96), f"hsl({hue}, 45%, 42%)")
    with suppress(UnicodeEncodeError, ValueError):  # a letter the built-in font lacks: the colour alone will do
        ImageDraw.Draw(picture).text((48, 48), initial, fill="white", font=ImageFont.load_default(48), anchor="mm")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=80)
    return file.getvalue()

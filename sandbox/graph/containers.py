"""Instagram's publishing: containers that fetch a picture by its address, and `media_publish`."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from sandbox.graph import errors
from sandbox.graph.context import Context
from sandbox.graph.fields import select
from sandbox.ids import digits
from sandbox.model import Account, Media
from sandbox.world import World

MAX_CAPTION, MAX_CHILDREN, MAX_BYTES = 2200, 10, 8 * 1024 * 1024
LIFE = timedelta(hours=24)
PERMISSION = "instagram_content_publish"
_WIDEST, _NARROWEST = 1.91, 0.8


@dataclass
class Container:
    """What can be published once, within a day."""

    id: str
    account: str
    media: list[Media]
    caption: str
    is_child: bool
    made_at: datetime
    published: bool = False


class Containers:
    """All containers. They do not outlive the sandbox, as they do not outlive their day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_id: dict[str, Container] = {}

    def find(self, id: str) -> Container | None:
        """The container of an id."""
        return self._by_id.get(id)

    def make(self, context: Context, account: Account) -> dict[str, Any]:
        """POST /{ig-user}/media: one picture, a picture of an album, or the album."""
        caption = context.param("caption")
        if len(caption) > MAX_CAPTION:
            raise errors.GraphError(100, "The caption was too long", 2207010)
        if context.param("media_type") == "CAROUSEL":
            media = self._children(context, account)
        else:
            media = [self._fetched(context.param("image_url"))]
        id = digits("ig-container", str(len(self._by_id)), length=17, prefix="1788")
        is_child = bool(context.flag("is_carousel_item"))
        self._by_id[id] = Container(id, account.id, media, caption, is_child, self.world.now())
        return {"id": id}

    def node(self, context: Context, container: Container) -> dict[str, Any]:
        """GET /{container}."""
        code = "PUBLISHED" if container.published else "FINISHED"
        if not container.published and self.world.now() - container.made_at > LIFE:
            code = "EXPIRED"
        node = {"id": container.id, "status_code": code, "status": f"{code.title()}: media"}
        return select(node, context.fields(), ("id",))

    def publish(self, context: Context, account: Account) -> dict[str, Any]:
        """POST /{ig-user}/media_publish {creation_id}."""
        found = self._by_id.get(context.param("creation_id"))
        if found is None or found.account != account.id or found.is_child or found.published:
            raise errors.GraphError(24, "The media could not be found to be published", 2207006)
        if self.world.now() - found.made_at > LIFE:
            raise errors.GraphError(-2, "The media you are trying to access has expired", 2207020)
        found.published = True
        made = self.world.say("instagram", "media", account.id, found.caption, via_api=True, media=found.media)
        return {"id": made.id}

    def _children(self, context: Context, account: Account) -> list[Media]:
        named = context.nested("children") or []
        found = [self._by_id.get(str(id)) for id in named] if isinstance(named, list) else []
        if not 2 <= len(found) <= MAX_CHILDREN:
            raise errors.parameter("A carousel has 2 to 10 children", 2207065)
        children = [child for child in found if child and child.is_child and child.account == account.id]
        if len(children) != len(found):
            raise errors.parameter("Invalid child of a carousel", 2207065)
        return [child.media[0] for child in children]

    def _fetched(self, address: str) -> Media:
        if not address.startswith(("https://", "http://")):
            raise errors.parameter("The parameter image_url is required")
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  checked above
                content = answer.read(MAX_BYTES + 1)
        except (urllib.error.URLError, OSError) as error:
            raise errors.GraphError(
                9004, "Only photo or video can be accepted as media type.", 2207052,
                error_user_msg=f"The media could not be fetched from this URI: {address}",
            ) from error  # fmt: skip
        if len(content) > MAX_BYTES:
            raise errors.GraphError(36000, "The image size is too large.", 2207004)
        try:
            with Image.open(BytesIO(content)) as picture:
                kind, (width, height) = picture.format, picture.size
        except OSError as error:
            raise errors.GraphError(36001, "The image format is not supported.", 2207005) from error
        if kind != "JPEG":
            raise errors.GraphError(36001, "The image format is not supported.", 2207005)
        if not _NARROWEST <= width / height <= _WIDEST:
            raise errors.GraphError(36003, "The image's aspect ratio does not fit.", 2207009)
        return self.world.add_media(content, "image/jpeg")

"""Media upload: v1.1 (what the SDK calls) and v2, in one piece or in chunks."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from sandbox.file_kinds import X_FILMS, X_PICTURES, mime_of
from sandbox.ids import opaque
from sandbox.model import Media
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.auth import Caller
from sandbox.x.wording import media_key

LIMITS = {"image/gif": 15, "image": 5, "video": 512}  # megabytes


@dataclass
class Chunked:
    """An upload under way."""

    mime: str
    total: int
    parts: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """The uploads that are not complete yet."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._open: dict[str, Chunked] = {}

    def legacy(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /1.1/media/upload.json: whole, or command=INIT/APPEND/FINALIZE."""
        params = call.params | {key: str(value) for key, value in call.body.items()}
        command = params.get("command", "").upper()
        if command == "INIT":
            id = self._begin(params.get("media_type", ""), int(params.get("total_bytes", 0)))
            return Reply(202, {"media_id": int(id), "media_id_string": id, "expires_after_secs": 86399})
        if command == "APPEND":
            return self._append(params.get("media_id", ""), int(params.get("segment_index", 0)), call)
        if command == "FINALIZE":
            done = self._finish(params.get("media_id", ""))
            if isinstance(done, Reply):
                return done
            processing = {"processing_info": {"state": "succeeded"}} if done.type == "video" else {}
            return Reply(201, _v1(done) | processing)
        if command == "STATUS":
            item = world.media(params.get("media_id", ""))
            return (
                Reply(200, _v1(item) | {"processing_info": {"state": "succeeded"}})
                if item
                else errors.not_found("media")
            )
        item_or_error = self._whole(call)
        return item_or_error if isinstance(item_or_error, Reply) else Reply(200, _v1(item_or_error))

    def metadata(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /1.1/media/metadata/create.json (alt text)."""
        return Reply(200, b"")

    def describe(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /2/media/metadata {"id", "metadata"} (alt text)."""
        id = str(call.body.get("id") or "")
        if world.media(id) is None:
            return errors.invalid("id", id, "no such media")
        return Reply(200, {"data": {"id": id, "associated_metadata": call.body.get("metadata") or {}}})

    def upload(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /2/media/upload: one piece."""
        item_or_error = self._whole(call)
        return item_or_error if isinstance(item_or_error, Reply) else Reply(200, {"data": _v2(item_or_error)})

    def status(self, world: World, caller: Caller, call: Call) -> Reply:
        """GET /2/media/upload?command=STATUS&media_id=."""
        item = world.media(call.params.get("media_id", ""))
        if item is None:
            return errors.not_found("media")
        return Reply(200, {"data": _v2(item) | {"processing_info": {"state": "succeeded", "progress_percent": 100}}})

    def initialize(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /2/media/upload/initialize."""
        id = self._begin(str(call.body.get("media_type", "")), int(call.body.get("total_bytes", 0)))
        return Reply(200, {"data": {"id": id, "media_key": f"3_{id}", "expires_after_secs": 86400}})

    def append(self, world: World, caller: Caller, call: Call, id: str) -> Reply:
        """POST /2/media/upload/:id/append."""
        return self._append(id, int(call.body.get("segment_index", 0)), call)

    def finalize(self, world: World, caller: Caller, call: Call, id: str) -> Reply:
        """POST /2/media/upload/:id/finalize."""
        done = self._finish(id)
        return done if isinstance(done, Reply) else Reply(200, {"data": _v2(done)})

    def _begin(self, mime: str, total: int) -> str:
        id = self.world.mint.snowflake()
        self._open[id] = Chunked(mime, total)
        return id

    def _append(self, id: str, index: int, call: Call) -> Reply:
        upload = self._open.get(id)
        if upload is None:
            return errors.invalid("media_id", id, "no such upload")
        upload.parts[index] = _content(call)[0]
        return Reply(204, b"")

    def _finish(self, id: str) -> Media | Reply:
        upload = self._open.pop(id, None)
        if upload is None:
            return errors.invalid("media_id", id, "no such upload")
        content = b"".join(upload.parts[index] for index in sorted(upload.parts))
        mime = mime_of(content, upload.mime)
        return _refused(mime, len(content)) or self.world.add_media(content, mime, id=id)

    def _whole(self, call: Call) -> Media | Reply:
        content, mime = _content(call)
        if not content:
            return errors.invalid("media", "", "media parameter is missing")
        return _refused(mime, len(content)) or self.world.add_media(content, mime)


def _content(call: Call) -> tuple[bytes, str]:
    upload = call.files.get("media")
    if upload:
        return upload.content, mime_of(upload.content, upload.mime)
    text = call.body.get("media_data") or call.body.get("media")
    content = base64.b64decode(str(text)) if text else b""
    return content, mime_of(content, str(call.body.get("media_type") or ""))


def _refused(mime: str, size: int) -> Reply | None:
    if mime not in (*X_PICTURES, *X_FILMS):
        return errors.invalid("media", opaque("", 3), "media type unrecognized.")
    most = LIMITS.get(mime) or LIMITS[mime.split("/")[0]]
    if size > most * 1024 * 1024:
        return errors.invalid("media", str(size), f"File size exceeds {most * 1024 * 1024} bytes.")
    return None


def _v1(item: Media) -> dict[str, Any]:
    return {
        "media_id": int(item.id),
        "media_id_string": item.id,
        "media_key": media_key(item),
        "size": item.size,
        "expires_after_secs": 86400,
        item.type: {f"{item.type}_type": item.mime, "w": 1200, "h": 900},
    }


def _v2(item: Media) -> dict[str, Any]:
    return {"id": item.id, "media_key": media_key(item), "size": item.size, "expires_after_secs": 86400}

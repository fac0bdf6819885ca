"""The repository of an account: records are put into it, fetched and deleted (com.atproto.repo)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.addressing import bluesky_user
from sandbox.bluesky import errors
from sandbox.bluesky.objects import POST, blob_json, cid_of, handle_of, record_json, uri_of
from sandbox.file_kinds import mime_of
from sandbox.model import Account, Media, Message, WorldError
from sandbox.web import Call, Reply
from sandbox.world import World

LIKE, BLOCK, REPOST = "app.bsky.feed.like", "app.bsky.graph.block", "app.bsky.feed.repost"
LONGEST, BIGGEST = 300, 1_000_000
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_URI = re.compile(r"at://([^/]+)/([^/]+)/([^/]+)")


class Repo:
    """What is done with records."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.blobs: dict[str, Media] = {}

    def message(self, uri: str) -> Message | None:
        """The post at an address, while it stands."""
        found = _URI.fullmatch(uri)
        message = self.world.message(found.group(3)) if found and found.group(2) == POST else None
        is_there = message is not None and not message.deleted and message.kind == "post"
        return message if message is not None and is_there and message.sender == (found and found.group(1)) else None

    def put(self, caller: Account, call: Call) -> Reply:
        """POST com.atproto.repo.putRecord. `swapRecord` null: only where none is."""
        body = call.body
        collection, key, record = str(body.get("collection")), str(body.get("rkey") or ""), body.get("record")
        refused = self._refused(caller, body, key)
        if refused is not None or not isinstance(record, dict):
            return refused or errors.invalid("Input/record must be an object")
        exists = self._find(caller, collection, key)
        if exists is not None and "swapRecord" in body and body["swapRecord"] is None:
            return errors.error("InvalidSwap", f"Record was at {cid_of(exists)}")
        makers: dict[str, Callable[[Account, str, dict[str, Any]], Reply | None]] = {
            POST: self._post, LIKE: self._like, BLOCK: self._block, REPOST: self._repost,
        }  # fmt: skip
        maker = makers.get(collection)
        if maker is None:
            return errors.invalid(f"Could not find lexicon {collection}")
        failed = None if exists is not None else maker(caller, key, record)
        uri = f"at://{caller.id}/{collection}/{key}"
        return failed or Reply(200, {"uri": uri, "cid": cid_of(key, record), "validationStatus": "valid"})

    def _refused(self, caller: Account, body: dict[str, Any], key: str) -> Reply | None:
        if body.get("repo") not in (caller.id, caller.username):
            return errors.error("AuthRequired", "Authentication Required", 401)
        if not _TID.fullmatch(key):
            return errors.invalid(f"Invalid record key: {key}")
        return None

    def _find(self, caller: Account, collection: str, key: str) -> object:
        if collection == POST:
            message = self.world.message(key)
            return message.id if message and not message.deleted else None
        return key if key in (caller.extra.get(_KEPT.get(collection, "")) or {}).values() else None

    def _post(self, caller: Account, key: str, record: dict[str, Any]) -> Reply | None:
        text, refs = str(record.get("text") or ""), record.get("reply")
        images = record.get("embed", {}).get("images", []) if isinstance(record.get("embed"), dict) else []
        if not record.get("createdAt"):
            return errors.invalid('Invalid app.bsky.feed.post record: Record must have the property "createdAt"')
        if len(text) > LONGEST:
            words = f"Record/text must not be longer than {LONGEST} graphemes"
            return errors.invalid(f"Invalid app.bsky.feed.post record: {words}")
        if any(not _fits(facet, len(text.encode())) for facet in record.get("facets", [])):
            return errors.invalid("Invalid app.bsky.feed.post record: Record/facets/0/index is out of range")
        media = [self.blobs.get(image["image"]["ref"]["$link"]) for image in images]
        if len(media) > 4 or None in media:
            return errors.error("BlobNotFound", "Could not find blob")
        parent = self.message(refs["parent"]["uri"]) if isinstance(refs, dict) else None
        extra: dict[str, Any] = {"record": record, "rkey": key}
        try:
            # An answer to what is gone is put into the repository all the same.
            self.world.say(
                "bluesky", "post", caller.id, text, in_reply_to=parent.id if parent else None,
                media=[item for item in media if item], via_api=True, extra=extra,
            )  # fmt: skip
        except WorldError as refused:
            return errors.invalid(str(refused))
        return None

    def _like(self, caller: Account, key: str, record: dict[str, Any]) -> Reply | None:
        message = self.message(record["subject"]["uri"])
        if message is not None:
            self.world.like(message.id, caller.id)
            self._keep(caller, LIKE, message.id, key)
        return None

    def _repost(self, caller: Account, key: str, record: dict[str, Any]) -> Reply | None:
        message = self.message(record["subject"]["uri"])
        if message is not None:
            self._keep(caller, REPOST, message.id, key)
        return None

    def _block(self, caller: Account, key: str, record: dict[str, Any]) -> Reply | None:
        user = self.world.user("bluesky", str(record.get("subject")))
        if user is not None:
            self.world.block(caller, user, True)
            self._keep(caller, BLOCK, user.id, key)
        return None

    def _keep(self, caller: Account, collection: str, subject: str, key: str | None) -> None:
        name = _KEPT[collection]
        kept = {known: value for known, value in (caller.extra.get(name) or {}).items() if known != subject}
        caller.extra[name] = {**kept, subject: key} if key else kept
        self.world.save(caller)

    def delete(self, caller: Account, call: Call) -> Reply:
        """POST com.atproto.repo.deleteRecord: of what is not there it says nothing."""
        collection, key = str(call.body.get("collection")), str(call.body.get("rkey") or "")
        refused = self._refused(caller, call.body, key)
        if refused is not None:
            return refused
        if collection == POST:
            message = self.world.message(key)
            if message and not message.deleted and message.sender == caller.id:
                self.world.remove(key)
            return Reply(200, {})
        for subject, known in dict(caller.extra.get(_KEPT.get(collection, "")) or {}).items():
            if known != key:
                continue
            user = self.world.user("bluesky", subject)
            if collection == BLOCK and user is not None:
                self.world.block(caller, user, False)
            if collection == LIKE:
                self.world.like(subject, caller.id, False)
            self._keep(caller, collection, subject, None)
        return Reply(200, {})

    def get(self, caller: Account, call: Call) -> Reply:
        """GET com.atproto.repo.getRecord, of any repository."""
        asked = call.params
        uri = f"at://{asked.get('repo')}/{asked.get('collection')}/{asked.get('rkey')}"
        message = self.message(uri)
        if message is None:
            return errors.error("RecordNotFound", f"Could not locate record: {uri}")
        return Reply(
            200, {"uri": uri_of(message), "cid": cid_of(message.id), "value": record_json(self.world, message)}
        )

    def upload(self, caller: Account, call: Call) -> Reply:
        """POST com.atproto.repo.uploadBlob: the bytes themselves."""
        mime = mime_of(call.raw, call.headers.get("content-type", ""))
        if len(call.raw) > BIGGEST:
            return errors.error(
                "BlobTooLarge", f"This file is too large. It is {len(call.raw)} but the maximum is 1MB."
            )
        if not mime.startswith("image/"):
            return errors.error("InvalidMimeType", f"Wrong type of file. It is {mime} but it must match image/*.")
        item = self.world.add_media(call.raw, mime)
        blob = blob_json(item)
        self.blobs[blob["ref"]["$link"]] = item
        return Reply(200, {"blob": blob})

    def resolve(self, caller: Account, call: Call) -> Reply:
        """GET com.atproto.identity.resolveHandle."""
        user = bluesky_user(self.world, call.params.get("handle", ""))
        if user is None or handle_of(user) != call.params.get("handle", "").lower():
            return errors.invalid("Unable to resolve handle")
        return Reply(200, {"did": user.id})


_KEPT = {LIKE: "like_keys", BLOCK: "block_keys", REPOST: "repost_keys"}


def _fits(facet: Any, length: int) -> bool:
    place = facet.get("index", {}) if isinstance(facet, dict) else {}
    begins, ends = int(place.get("byteStart", -1)), int(place.get("byteEnd", -1))
    return 0 <= begins < ends <= length

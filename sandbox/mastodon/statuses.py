"""Statuses: read, post, delete, favour; and what stands around one. Mastodon API, "statuses" (2026-09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.addressing import fediverse_named
from sandbox.mastodon import errors
from sandbox.mastodon.objects import countable, reaches, status_json, visibility_of
from sandbox.model import Account, Message, WorldError
from sandbox.web import Call, Reply
from sandbox.world import World

LIMIT = 500
SEVERAL = 20
KEY_LIFE = timedelta(hours=1)
_VISIBILITIES = ("public", "unlisted", "private", "direct")


class Statuses:
    """What is done with statuses; idempotency keys are remembered for an hour."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.keys: dict[tuple[str, str], tuple[str, float]] = {}

    def visible(self, caller: Account, id: str) -> Message | None:
        """The status, where it is there and `caller` may read it."""
        message = self.world.message(id)
        if message is None or message.deleted or message.platform != "mastodon":
            return None
        is_open = visibility_of(message) in ("public", "unlisted")
        mine = caller.id in (message.sender, message.to, *(user.id for user in reaches(self.world, message)))
        return message if is_open or mine else None

    def show(self, caller: Account, call: Call, id: str) -> Reply:
        """GET /api/v1/statuses/:id."""
        message = self.visible(caller, id)
        return Reply(200, status_json(self.world, message, call.base, caller)) if message else errors.not_found()

    def several(self, caller: Account, call: Call) -> Reply:
        """GET /api/v1/statuses?id[]=, since Mastodon 4.3."""
        ids = [value for name, value in call.query if name == "id[]"]
        if self.world.settings.get("mastodon_before_4_3"):
            return errors.not_found()
        if len(ids) > SEVERAL:
            return errors.invalid("Validation failed: Too many statuses requested")
        found = [message for id in dict.fromkeys(ids) if (message := self.visible(caller, id))]
        return Reply(200, [status_json(self.world, message, call.base, caller) for message in found])

    def context(self, caller: Account, call: Call, id: str) -> Reply:
        """GET /api/v1/statuses/:id/context."""
        message = self.visible(caller, id)
        if message is None:
            return errors.not_found()
        above: list[Message] = []
        parent = message.parent
        while parent and (found := self.visible(caller, parent)):
            above.insert(0, found)
            parent = found.parent
        below = [found for found in self.world.replies(id) if self.visible(caller, found.id)]
        shown = [[status_json(self.world, one, call.base, caller) for one in part] for part in (above, below)]
        return Reply(200, {"ancestors": shown[0], "descendants": shown[1]})

    def post(self, caller: Account, call: Call) -> Reply:
        """POST /api/v1/statuses."""
        key = call.headers.get("idempotency-key", "")
        known = self.keys.get((caller.id, key)) if key else None
        if known and self.world.now().timestamp() - known[1] < KEY_LIFE.total_seconds():
            return self.show(caller, call, known[0])
        made = self._post(caller, call)
        if isinstance(made, Reply):
            return made
        if key:
            self.keys[caller.id, key] = (made.id, self.world.now().timestamp())
        return Reply(200, status_json(self.world, made, call.base, caller))

    def _post(self, caller: Account, call: Call) -> Message | Reply:
        form = call.body
        text, visibility = str(form.get("status") or ""), str(form.get("visibility") or "public")
        ids = [value for name, value in call.form_signed if name == "media_ids[]"]
        media = [item for id in ids if (item := self.world.media(id))]
        limit = int(self.world.settings.get("mastodon_limit", LIMIT))
        parent = str(form.get("in_reply_to_id") or "")
        if visibility not in _VISIBILITIES:
            return errors.invalid(f"'{visibility}' is not a valid visibility")
        if not text.strip() and not media:
            return errors.invalid("Validation failed: Text can't be blank")
        if countable(text) > limit:
            return errors.too_long(limit)
        if len(media) != len(ids) or len(media) > 4:
            return errors.invalid("Validation failed: Cannot attach more than 4 files")
        if self.world.settings.get("mastodon_processing") in ids:
            return errors.invalid("Cannot attach files that have not finished processing. Try again in a moment!")
        if parent and self.visible(caller, parent) is None:
            return errors.error(404, "The post you are trying to reply to does not appear to exist.")
        named = [id for id in fediverse_named(self.world, text) if id != caller.id]
        extra: dict[str, Any] = {"visibility": visibility}
        try:
            if visibility == "direct" and named:
                extra["reaches"] = named
                return self.world.say(
                    "mastodon", "dm", caller.id, text, to=named[0], in_reply_to=parent or None, media=media,
                    via_api=True, extra=extra,
                )  # fmt: skip
            return self.world.say(
                "mastodon", "post", caller.id, text, in_reply_to=parent or None, media=media, via_api=True, extra=extra
            )
        except WorldError as refused:
            return errors.error(403, str(refused))

    def delete(self, caller: Account, call: Call, id: str) -> Reply:
        """DELETE /api/v1/statuses/:id: one's own."""
        message = self.visible(caller, id)
        if message is None or message.sender != caller.id:
            return errors.not_found()
        shown = status_json(self.world, message, call.base, caller) | {"text": message.text}
        self.world.remove(id)
        return Reply(200, shown)

    def favour(self, caller: Account, call: Call, id: str, on: bool) -> Reply:
        """POST /api/v1/statuses/:id/favourite and /unfavourite."""
        if self.visible(caller, id) is None:
            return errors.not_found()
        message = self.world.like(id, caller.id, on)
        return Reply(200, status_json(self.world, message, call.base, caller))

    def boost(self, caller: Account, call: Call, id: str, on: bool) -> Reply:
        """POST /api/v1/statuses/:id/reblog and /unreblog: what is public only."""
        message = self.visible(caller, id)
        if message is None or visibility_of(message) not in ("public", "unlisted"):
            return errors.not_found()
        others = [other for other in message.extra.get("boosts") or () if other != caller.id]
        message.extra["boosts"] = [*others, caller.id] if on else others
        self.world.save(message)
        return Reply(200, status_json(self.world, message, call.base, caller))

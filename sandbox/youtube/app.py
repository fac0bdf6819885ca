"""YouTube's front door: whose call it is, what it costs, which handler answers."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.faults import Fault
from sandbox.model import Account
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.youtube import comments, errors
from sandbox.youtube.asking import listed, refusal
from sandbox.youtube.auth import COMMENTS, Authority
from sandbox.youtube.objects import channel_json, video_json
from sandbox.youtube.quota import LIST, WRITE, Quota

Handler = Callable[[World, Account, Call], Reply]
ROOT = "/youtube/v3/"
_PARTS = frozenset({"id", "snippet", "statistics", "contentDetails", "status"})


class YouTube:
    """The API over a world."""

    def __init__(self, world: World) -> None:
        self.world, self.authority, self.quota = world, Authority(world), Quota(world)
        self.routes: dict[tuple[str, str], tuple[Handler, int]] = {
            ("GET", "commentThreads"): (comments.list_threads, LIST),
            ("GET", "comments"): (comments.list_comments, LIST),
            ("POST", "comments"): (comments.insert, WRITE),
            ("PUT", "comments"): (comments.update, WRITE),
            ("DELETE", "comments"): (comments.delete, WRITE),
            ("POST", "comments/setModerationStatus"): (comments.moderate, WRITE),
            ("GET", "channels"): (list_channels, LIST),
            ("GET", "videos"): (list_videos, LIST),
        }

    def handle(self, call: Call) -> Reply:
        """Answer one request. A refused one costs a unit, too."""
        with self.world.lock:
            found = self.routes.get((call.method, call.path.removeprefix(ROOT)))
            if found is None:
                return errors.error(404, "notFound", "Not Found", "global")
            caller = self.authority.caller(call)
            if caller is None:
                return errors.unauthorized()
            account, token = caller
            handler, units = found
            if not self.quota.take(units):
                return errors.quota_exceeded()
            if COMMENTS not in token.scopes:
                return errors.lacks_scope()
            return handler(self.world, account, call)

    def broken(self, fault: Fault, call: Call) -> Reply | None:
        """The wrong answer of a fault."""
        return {
            "quota_exceeded": errors.quota_exceeded,
            "google_rate_limit": errors.rate_limited,
            "unauthorized": errors.unauthorized,
            "comments_disabled": errors.disabled,
            "processing_failure": lambda: errors.error(400, "processingFailure", errors.PROCESSING, where="body"),
            "backend_error": errors.backend,
            "server_error_html": errors.gateway,
        }.get(fault.name, errors.backend)()


def list_channels(world: World, caller: Account, call: Call) -> Reply:
    """GET /youtube/v3/channels: one's own (`mine`), or by id."""
    asked = call.params
    refused = refusal(call, frozenset({"mine", "id", "forHandle", "maxResults", "pageToken"}), _PARTS)
    if refused is not None:
        return refused
    if asked.get("mine") == "true":
        users = [world.user("youtube", caller.id)]
    elif asked.get("id"):
        users = [world.user("youtube", id) for id in asked["id"].split(",")]
    else:
        return errors.no_filter()
    parts = asked["part"].split(",")
    found = [user for user in users if user is not None]
    return listed("channel", found, {}, 50, lambda user: channel_json(world, user, call.base, parts))


def list_videos(world: World, caller: Account, call: Call) -> Reply:
    """GET /youtube/v3/videos?id=."""
    asked = call.params
    refused = refusal(call, frozenset({"id", "maxResults", "hl"}), _PARTS)
    if refused is not None:
        return refused
    if not asked.get("id"):
        return errors.no_filter()
    messages = (world.message(id) for id in asked["id"].split(",")[:50])
    found = [video for video in messages if video and video.kind == "upload" and not video.deleted]
    parts = asked["part"].split(",")
    return listed("video", found, {}, 50, lambda video: video_json(world, video, call.base, parts))

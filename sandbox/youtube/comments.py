"""Comments and their threads: list, answer, change, delete, and hold back.

YouTube Data API reference, "CommentThreads" and "Comments" (2026-09).
"""

from __future__ import annotations

from typing import Any

from sandbox.model import Account, Message, WorldError
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.youtube import errors
from sandbox.youtube.asking import listed, page_size, refusal
from sandbox.youtube.objects import PUBLISHED, comment_json, comments_are_off, status_of, thread_json

LONGEST = 10_000
MOST_IDS = 50
THREAD_FILTERS = ("allThreadsRelatedToChannelId", "videoId", "id")
LISTED = ("published", "heldForReview", "likelySpam")
_THREADS = frozenset(
    {*THREAD_FILTERS, "maxResults", "moderationStatus", "order", "pageToken", "searchTerms", "textFormat"}
)
_COMMENTS = frozenset({"id", "parentId", "maxResults", "pageToken", "textFormat"})


def list_threads(world: World, caller: Account, call: Call) -> Reply:
    """GET /youtube/v3/commentThreads."""
    asked = call.params
    refused = refusal(call, _THREADS, frozenset({"id", "snippet", "replies"})) or _refused_format(asked)
    if refused is not None:
        return refused
    if sum(1 for name in THREAD_FILTERS if asked.get(name)) != 1:
        return errors.no_filter()
    size, status = page_size(asked, 20, 100), asked.get("moderationStatus", PUBLISHED)
    if size is None:
        return errors.invalid("maxResults", asked["maxResults"])
    if status not in LISTED or asked.get("order", "time") not in ("time", "relevance"):
        return errors.invalid("moderationStatus or order", status)
    if asked.get("id"):
        extra = {"maxResults", "moderationStatus", "order", "pageToken", "searchTerms"} & asked.keys()
        if extra:
            words = "The request specifies two or more parameters that cannot be used in the same request."
            return errors.error(400, "incompatibleParameters", words, "youtube.parameter", sorted(extra)[0])
        return _threads_by_id(world, caller, call)
    tops = _tops_of(world, caller, asked)
    if isinstance(tops, Reply):
        return tops
    if status != PUBLISHED and any(top.account != caller.id for top in tops):
        return errors.forbidden("Only a channel's owner can list comments that are held for review.")
    found = [top for top in tops if _is_in(world, top, status)]
    found.sort(key=lambda top: (top.at, top.id), reverse=True)
    show: dict[str, Any] = {"plain": _plain(asked), "parts": asked["part"].split(","), "status": status}
    return listed("commentThread", found, asked, size, lambda top: thread_json(world, top, call.base, caller, **show))


def _tops_of(world: World, caller: Account, asked: dict[str, str]) -> list[Message] | Reply:
    """The top-level comments of a channel's videos, or of one video."""
    if asked.get("videoId"):
        video = world.message(asked["videoId"])
        if video is None or video.deleted or video.kind != "upload":
            return errors.not_found("video", "videoId")
        if comments_are_off(world, video.id):
            return errors.disabled()
        videos = [video]
    else:
        channel = world.user("youtube", asked["allThreadsRelatedToChannelId"])
        if channel is None:
            return errors.not_found("channel", "channelId")
        videos = [video for video in world.posts_of(channel.id, ("upload",)) if not comments_are_off(world, video.id)]
    return [top for video in videos for top in world.replies(video.id)]


def _is_in(world: World, top: Message, status: str) -> bool:
    """Whether a thread is in the list of a status: held ones are where an answer in them is held, too."""
    if status == PUBLISHED:
        return status_of(top) == PUBLISHED
    return any(status_of(one) == status for one in (top, *world.replies(top.id)))


def _threads_by_id(world: World, caller: Account, call: Call) -> Reply:
    asked = call.params
    ids = asked["id"].split(",")
    if len(ids) > MOST_IDS:
        return errors.invalid("id", "too many")
    tops = [top for id in ids if (top := _comment(world, id)) is not None and top.parent == top.thread]
    tops = [top for top in tops if _is_seen(top, caller)]
    show: dict[str, Any] = {"plain": _plain(asked), "parts": asked["part"].split(","), "status": ""}
    return listed("commentThread", tops, {}, MOST_IDS, lambda top: thread_json(world, top, call.base, caller, **show))


def list_comments(world: World, caller: Account, call: Call) -> Reply:
    """GET /youtube/v3/comments."""
    asked = call.params
    refused = refusal(call, _COMMENTS, frozenset({"id", "snippet"})) or _refused_format(asked)
    if refused is not None:
        return refused
    if bool(asked.get("id")) == bool(asked.get("parentId")):
        return errors.no_filter()
    size = page_size(asked, 20, 100)
    if size is None:
        return errors.invalid("maxResults", asked["maxResults"])
    plain = _plain(asked)
    if asked.get("id"):
        ids = asked["id"].split(",")
        if len(ids) > MOST_IDS:
            return errors.invalid("id", "too many")
        found = [one for id in ids if (one := _comment(world, id)) is not None and _is_seen(one, caller)]
        return listed(
            "comment", found, {}, MOST_IDS, lambda one: comment_json(world, one, call.base, caller, plain=plain)
        )
    top = _comment(world, asked["parentId"])
    if top is None or not _is_seen(top, caller):
        return errors.not_found("comment", "parentId")
    under = [reply for reply in world.replies(top.id) if status_of(reply) == PUBLISHED]
    under.sort(key=lambda reply: (reply.at, reply.id), reverse=True)
    return listed(
        "comment", under, asked, size,
        lambda one: comment_json(world, one, call.base, caller, plain=plain, moderation=True),
    )  # fmt: skip


def insert(world: World, caller: Account, call: Call) -> Reply:
    """POST /youtube/v3/comments: an answer to a top-level comment."""
    snippet = _snippet(call)
    text, parent_id = str(snippet.get("textOriginal") or ""), str(snippet.get("parentId") or "")
    if not call.params.get("part"):
        return errors.missing_parameter("part")
    refused = _refused_text(text)
    if refused is not None:
        return refused
    if not parent_id:
        return errors.error(400, "parentIdMissing", "The comment must be linked to a parent comment.")
    top = _comment(world, parent_id)
    if top is None or top.parent != top.thread or status_of(top) == "rejected":
        return errors.not_found("parent", "parentId")
    if comments_are_off(world, top.thread):
        return errors.disabled()
    if status_of(top) != PUBLISHED:
        words = "The specified parent comment is private. The API does not support replies to private comments."
        return errors.error(400, "parentCommentIsPrivate", words)
    try:
        made = world.say("youtube", "comment", caller.id, text, in_reply_to=top.id, via_api=True)
    except WorldError as error:
        return errors.forbidden(str(error))
    return Reply(200, comment_json(world, made, call.base, caller, plain=False))


def update(world: World, caller: Account, call: Call) -> Reply:
    """PUT /youtube/v3/comments: new words for a comment of one's own."""
    snippet = _snippet(call)
    text = str(snippet.get("textOriginal") or "")
    refused = _refused_text(text)
    if refused is not None:
        return refused
    found = _comment(world, str(call.body.get("id") or ""))
    if found is None:
        return errors.not_found()
    if found.sender != caller.id:
        return errors.forbidden("The comment could not be updated.")
    return Reply(200, comment_json(world, world.edit(found.id, text), call.base, caller, plain=False))


def delete(world: World, caller: Account, call: Call) -> Reply:
    """DELETE /youtube/v3/comments?id=: a comment of one's own."""
    found = _comment(world, call.params.get("id", ""))
    if found is None:
        return errors.not_found()
    if found.sender != caller.id:
        return errors.forbidden("The comment could not be deleted.")
    world.remove(found.id)
    return Reply(204)


def moderate(world: World, caller: Account, call: Call) -> Reply:
    """POST /youtube/v3/comments/setModerationStatus: hold, show or reject; ban who wrote it."""
    asked = call.params
    status, bans = asked.get("moderationStatus", ""), asked.get("banAuthor", "false") == "true"
    if not asked.get("id"):
        return errors.missing_parameter("id")
    if status not in ("heldForReview", "published", "rejected"):
        return errors.invalid("moderationStatus", status)
    if bans and status != "rejected":
        words = "The banAuthor parameter can only be used if the moderationStatus parameter value is rejected."
        return errors.error(400, "banWithoutReject", words)
    found = [_comment(world, id) for id in asked["id"].split(",")]
    if None in found:
        return errors.not_found()
    comments = [one for one in found if one is not None]
    if any(one.account != caller.id for one in comments):
        return errors.forbidden("The comments could not be moderated due to insufficient permissions.")
    if any(one.sender == caller.id for one in comments):
        return errors.error(400, "operationNotSupported", "One's own comments cannot be moderated.")
    for one in comments:
        world.moderate(one.id, status)
        author = world.user("youtube", one.sender)
        if bans and author is not None:
            world.block(caller, author, True)
    return Reply(204)


def _comment(world: World, id: str) -> Message | None:
    found = world.message(id)
    return found if found and found.platform == "youtube" and found.kind == "comment" and not found.deleted else None


def _is_seen(comment: Message, caller: Account) -> bool:
    """Whether a caller may see it: everybody what is published, its channel what is held, nobody what was rejected."""
    status = status_of(comment)
    return status == PUBLISHED or (status != "rejected" and comment.account == caller.id)


def _refused_text(text: str) -> Reply | None:
    if not text.strip():
        return errors.error(400, "commentTextRequired", "Comments cannot be empty.")
    if len(text) > LONGEST:
        return errors.error(400, "commentTextTooLong", "The comment contains too many characters.")
    return None


def _snippet(call: Call) -> dict[str, Any]:
    found = call.body.get("snippet")
    return found if isinstance(found, dict) else {}


def _plain(asked: dict[str, str]) -> bool:
    return asked.get("textFormat", "html") == "plainText"


def _refused_format(asked: dict[str, str]) -> Reply | None:
    known = asked.get("textFormat", "html") in ("html", "plainText")
    return None if known else errors.invalid("textFormat", asked["textFormat"])

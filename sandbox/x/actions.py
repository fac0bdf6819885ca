"""Writing on X: post, reply, delete, hide, like; and users."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.model import Message, WorldError
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.auth import Caller
from sandbox.x.objects import Wanted, page_of, user_json
from sandbox.x.weight import LIMIT, reply_weight, weight
from sandbox.x.wording import served

TOO_LONG = "Your Tweet text is too long. For more information on how Twitter determines text length see our docs."


def create(world: World, caller: Caller, call: Call) -> Reply:
    """POST /2/tweets → 201. Refuses what X refuses: too long, said before, an answer nobody asked for."""
    text = str(call.body.get("text") or "")
    media_ids = [str(id) for id in (call.body.get("media") or {}).get("media_ids", [])]
    edited = (call.body.get("edit_options") or {}).get("previous_post_id")
    answers = (call.body.get("reply") or {}).get("in_reply_to_tweet_id")
    quoted = call.body.get("quote_tweet_id")
    if not text and not media_ids:
        return errors.invalid("text", text, "Requires either text, media or a poll")
    files = [item for item in (world.media(id) for id in media_ids) if item]
    if len(files) != len(media_ids):
        return errors.invalid("media.media_ids", media_ids, "Your media IDs are invalid.")
    if len(files) > 4 or (len(files) > 1 and any(item.mime == "image/gif" or item.type == "video" for item in files)):
        return errors.invalid("media.media_ids", media_ids, "At most 4 photos, or one video or GIF")
    if (reply_weight(text) if answers else weight(text)) > LIMIT:
        return errors.forbidden(TOO_LONG)
    refusal = _refused(world, caller, text, str(answers) if answers else None)
    if refusal:
        return refusal
    try:
        if edited:
            post = world.edit(str(edited), text)
        else:
            extra = {"quoted": str(quoted)} if quoted else {}
            post = world.say(
                "x",
                "post",
                caller.user_id,
                text,
                in_reply_to=answers and str(answers),
                media=files,
                via_api=True,
                extra=extra,
            )
    except WorldError as error:
        return errors.forbidden(str(error))
    text_as_served, _entities = served(world, post.text, post.media, page_of(world, post))
    # As the real one, seen in public samples of 2026: an empty id, and not the post's own.
    return Reply(201, {"data": {"id": post.id, "text": text_as_served, "edit_history_tweet_ids": [""]}})


def _refused(world: World, caller: Caller, text: str, answers: str | None) -> Reply | None:
    target = world.message(answers) if answers else None
    if answers and (target is None or target.deleted or target.kind != "post"):
        return errors.forbidden(
            "You attempted to reply to a Tweet that is deleted or not visible to you."
        )  # X API v2: replies to a missing post
    if target is not None and world.settings.get("summon_rule", True) and not _summoned(target, caller.user_id):
        return errors.forbidden(errors.SUMMON)
    since = world.now() - timedelta(hours=24)
    recent = (post for post in reversed(world.by("x", caller.user_id)) if post.kind == "post")
    for post in recent:
        if post.at < since:
            break
        if text and post.text == text and post.parent == answers:
            return errors.forbidden(errors.DUPLICATE)
    return None


def _summoned(target: Message, brand: str) -> bool:
    return target.sender == brand or brand in target.mentions


def delete(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """DELETE /2/tweets/:id — own posts only."""
    post = world.message(id)
    if post is None or post.deleted or post.kind != "post":
        return Reply(200, {"data": {"deleted": False}, "errors": [errors.missing(id)]})
    if post.sender != caller.user_id:
        return errors.forbidden("You are not authorized to delete this Tweet.")
    world.remove(id)
    return Reply(200, {"data": {"deleted": True}})


def hide(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """PUT /2/tweets/:id/hidden — replies in an own conversation only."""
    post = world.message(id)
    if post is None or post.deleted:
        return Reply(200, {"errors": [errors.missing(id)]})
    root = world.message(post.thread)
    if post.parent is None or root is None or root.sender != caller.user_id:
        return errors.forbidden("You can only hide replies to conversations that you started.")
    hidden = bool(call.body.get("hidden"))
    world.hide(id, hidden)
    return Reply(200, {"data": {"hidden": hidden}})


def like(world: World, caller: Caller, call: Call, user: str) -> Reply:
    """POST /2/users/:id/likes {"tweet_id"}."""
    return _like(world, caller, user, str(call.body.get("tweet_id") or ""), True)


def unlike(world: World, caller: Caller, call: Call, user: str, id: str) -> Reply:
    """DELETE /2/users/:id/likes/:tweet_id."""
    return _like(world, caller, user, id, False)


def _like(world: World, caller: Caller, user: str, id: str, on: bool) -> Reply:
    if user != caller.user_id:
        return errors.forbidden("The `id` must be that of the authenticated user.")
    post = world.message(id)
    if post is None or post.deleted or post.kind != "post":
        return Reply(200, {"errors": [errors.missing(id, "tweet_id")]})
    world.like(id, caller.user_id, on)
    return Reply(200, {"data": {"liked": on}})


def me(world: World, caller: Caller, call: Call) -> Reply:
    """GET /2/users/me."""
    return _users(world, call, [caller.user_id], "id", many=False)


def users_by_id(world: World, caller: Caller, call: Call) -> Reply:
    """GET /2/users?ids=."""
    return _users(world, call, call.params.get("ids", "").split(","), "ids", many=True)


def user_by_id(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """GET /2/users/:id."""
    return _users(world, call, [id], "id", many=False)


def users_by_name(world: World, caller: Caller, call: Call) -> Reply:
    """GET /2/users/by?usernames=."""
    return _users(world, call, call.params.get("usernames", "").split(","), "usernames", many=True)


def user_by_name(world: World, caller: Caller, call: Call, name: str) -> Reply:
    """GET /2/users/by/username/:username."""
    return _users(world, call, [name], "username", many=False)


def _users(world: World, call: Call, keys: list[str], parameter: str, *, many: bool) -> Reply:
    fields = Wanted.of(call.params).user
    found, gone = [], []
    for key in keys:
        user = world.user("x", key)
        if user:
            found.append(user_json(user, fields, call.base))
        else:
            gone.append(errors.missing(key, parameter, "user"))
    body: dict[str, Any] = {}
    if found:
        body["data"] = found if many else found[0]
    if gone:
        body["errors"] = gone
    return Reply(200, body)

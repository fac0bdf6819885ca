"""What one server lets its accounts post, as it says itself; within what any server may say.

Mastodon API, entity "Instance", `configuration` (2026-09). Admins of servers change it: some take 5,000 characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from channels.types import Capabilities, Route, RouteRules

MB = 1024 * 1024
LONGEST = 500  # characters, as servers usually have it
NAME = 32  # of them for whom an answer is for: a name has thirty at most, and what is behind it counts for nothing
_CHARACTERS = (100, 20_000)  # no server has less, and nobody reads more
_FILES = (1, 4)
_BYTES = {"image": (64 * 1024, 16 * MB), "video": (MB, 64 * MB)}  # and no more than we keep
_TYPES = {
    "image": ("image/jpeg", "image/png", "image/gif", "image/webp"),
    "video": ("video/mp4", "video/quicktime", "video/webm"),
}


def limits_of(instance: object) -> dict[str, Any]:
    """Return what a server says of its limits; what it leaves out, or says strangely, is left out."""
    statuses = _part(_part(instance, "configuration"), "statuses")
    media = _part(_part(instance, "configuration"), "media_attachments")
    found = {
        "characters": _number(statuses.get("max_characters"), _CHARACTERS),
        "files": _number(statuses.get("max_media_attachments"), _FILES),
        "image": _number(media.get("image_size_limit"), _BYTES["image"]),
        "video": _number(media.get("video_size_limit"), _BYTES["video"]),
    }
    types = media.get("supported_mime_types")
    ours = [mime_type for known in _TYPES.values() for mime_type in known]
    takes = [mime_type for mime_type in ours if mime_type in types] if isinstance(types, list) else []
    return {name: value for name, value in {**found, "types": takes}.items() if value}


def capabilities_with(usual: Capabilities, limits: Mapping[str, Any] | None) -> Capabilities:
    """Return what an account can do on a server with these limits."""
    known = limits if isinstance(limits, Mapping) else {}
    routes = _routes(
        known.get("characters", LONGEST),
        known.get("files", _FILES[1]),
        known.get("image", _BYTES["image"][1]),
        known.get("video", _BYTES["video"][1]),
        tuple(known.get("types", ())),
    )
    return replace(usual, routes=routes)


@lru_cache(maxsize=64)
def _routes(characters: int, files: int, image: int, video: int, takes: tuple[str, ...]) -> Mapping[Route, RouteRules]:
    types = {
        kind: tuple(mime_type for mime_type in known if not takes or mime_type in takes)
        for kind, known in _TYPES.items()
    }
    kinds = tuple(kind for kind, taken in types.items() if taken)
    usual = RouteRules(
        limit=characters, max_files=files if kinds else 0, file_kinds=kinds, file_types=types,
        max_file_bytes={"image": image, "video": video}, alone=("video",),
    )  # fmt: skip
    return {
        Route.PUBLIC_REPLY: replace(usual, limit=characters - NAME, splits=True),
        Route.PRIVATE_MESSAGE: replace(usual, limit=characters - NAME),
        Route.POST: usual,
    }


def _part(whole: object, name: str) -> Mapping[str, Any]:
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _number(said: object, between: Sequence[int]) -> int | None:
    """Return a number within what is believed; None for what is none."""
    if not isinstance(said, int) or isinstance(said, bool) or said <= 0:
        return None
    return min(max(said, between[0]), between[1])

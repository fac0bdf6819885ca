"""A post's text as the API serves it: links shortened, its own media as a link behind it, three signs escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from sandbox.ids import secret
from sandbox.model import Media
from sandbox.world import World
from sandbox.x.weight import LINK

_MENTION = re.compile(r"(?<![\w@])@(\w{1,40})")
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_BEHIND = ".,!?:;'\")]"
_SURE, _SHORTEST = 0.7, 12
# X's names for texts that are no language: nothing but names, nothing but hashtags, nothing but a picture.
_ONLY_NAMES, _ONLY_TAGS, _ONLY_MEDIA, _UNKNOWN = "qam", "qht", "zxx", "und"
_OLDER = {"id": "in", "he": "iw"}  # X keeps the older codes


def served(world: World, text: str, media: Sequence[Media] = (), page: str = "") -> tuple[str, dict[str, Any]]:
    """Return the text and its entities; `page` is the post's own address, under which its media stand."""
    pieces: list[str] = []
    urls: list[dict[str, Any]] = []
    end = 0
    for match in LINK.finditer(text):
        link = match[0].rstrip(_BEHIND)
        pieces.append(escape(text[end : match.start()]))
        urls.append(_link(link, sum(map(len, pieces))))
        pieces.append(urls[-1]["url"])
        end = match.start() + len(link)
    pieces.append(escape(text[end:]))
    if media:
        pieces.append(" " if text else "")
        short = short_link(f"{page}/{media[0].id}")
        start = sum(map(len, pieces))
        urls += [_picture(item, short, start, page) for item in media]
        pieces.append(short)
    shown = "".join(pieces)
    return shown, _entities(world, shown, urls)


def escape(text: str) -> str:
    """Escape what X escapes, and nothing else."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=10_000)
def short_link(target: str) -> str:
    """The t.co link of an address: always the same one."""
    return f"https://t.co/{secret('t.co', target, length=10)}"


def _link(link: str, start: int) -> dict[str, Any]:
    whole = link if "://" in link else f"http://{link}"
    parts, short = urlsplit(whole), short_link(whole)
    shown = f"{parts.netloc}{parts.path if parts.path != '/' else ''}{f'?{parts.query}' if parts.query else ''}"
    display = shown if len(shown) <= 26 else f"{shown[:26]}…"
    return {
        "start": start, "end": start + len(short), "url": short, "expanded_url": whole,
        "display_url": display.removeprefix("www."),
    }  # fmt: skip


def media_key(item: Media) -> str:
    """3_… for photos, 7_… for videos, 16_… for moving pictures."""
    prefix = "16" if item.mime == "image/gif" else {"image": "3", "video": "7"}.get(item.type, "3")
    return f"{prefix}_{item.id}"


def _picture(item: Media, short: str, start: int, page: str) -> dict[str, Any]:
    kind = "video" if item.type == "video" else "photo"
    return {
        "start": start, "end": start + len(short), "url": short, "expanded_url": f"{page}/{kind}/1",
        "display_url": f"pic.x.com/{short.rpartition('/')[2]}", "media_key": media_key(item),
    }  # fmt: skip


def _entities(world: World, shown: str, urls: list[dict[str, Any]]) -> dict[str, Any]:
    """Names, hashtags and links with their places in the text as it is served."""
    names = [
        {"start": match.start(), "end": match.end(), "username": match[1]}
        | ({"id": user.id} if (user := world.user("x", match[1])) else {})
        for match in _MENTION.finditer(shown)
    ]
    tags = [{"start": match.start(), "end": match.end(), "tag": match[1]} for match in _HASHTAG.finditer(shown)]
    return {key: value for key, value in (("mentions", names), ("hashtags", tags), ("urls", urls)) if value}


@lru_cache(maxsize=10_000)
def language_of(text: str) -> str:
    """Return the code X gives a text's language: "und" where it is too short or unclear."""
    plain = LINK.sub(" ", text)
    words = " ".join(_HASHTAG.sub(" ", _MENTION.sub(" ", plain)).split())
    letters = sum(letter.isalpha() for letter in words)
    if not letters:
        if not plain.strip():
            return _ONLY_MEDIA
        return _ONLY_TAGS if _HASHTAG.search(plain) else _ONLY_NAMES if _MENTION.search(plain) else _UNKNOWN
    if letters < _SHORTEST:
        return _UNKNOWN
    language, certainty = _identifier().classify(words[:500])
    return _OLDER.get(str(language), str(language)) if certainty >= _SURE else _UNKNOWN


@lru_cache(maxsize=1)
def _identifier() -> Any:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

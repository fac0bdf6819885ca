"""The words of a post as they leave and as they come back: whom they name decides who is reached."""

from __future__ import annotations

import re

# app/models/account.rb, USERNAME_RE and MENTION_RE: what stands behind a letter, a slash or a sign is no mention.
_MENTION = re.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)(?:@[\w.-]+\w+)?", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_JOINER = "\u2060"  # a word joiner, of no width: the name reads the same, and calls nobody


def addressed(text: str, handle: str) -> str:
    """Return a public answer's words with whom it is for in front: Mastodon tells only who is named."""
    return text if names(text, handle) else f"@{handle} {text}".rstrip()


def addressed_privately(text: str, handle: str) -> str:
    """Return a private answer's words: in front whom it is for, and nobody else called.

    A private post goes to everybody whom its words name. Another name would hand the conversation to a stranger.
    """

    def quiet(found: re.Match[str]) -> str:
        return found.group() if _same(found.group(), handle) else f"@{_JOINER}{found.group()[1:]}"

    return addressed(_MENTION.sub(quiet, text), handle)


def names(text: str, handle: str) -> bool:
    """Whether a text names somebody, so that Mastodon tells them."""
    return any(_same(found.group(), handle) for found in _MENTION.finditer(_LINK.sub(" ", text)))


def _same(mention: str, handle: str) -> bool:
    return mention.removeprefix("@").lower() == handle.lower()


def comparable(text: str) -> str:
    """Return what stays the same between the words we sent and those Mastodon shows."""
    plain = _LINK.sub("~", text.replace(_JOINER, ""))
    return " ".join(_MENTION.sub(lambda found: f"@{found.group(1)}".lower(), plain).split())

"""Posts of our own on an Instagram account: put there, and looked for.

Instagram Platform, "Content Publishing" (2026-06-30): Instagram fetches each picture from an address of ours into a
container, a container of several holds an album, and `media_publish` makes one public. So one call alone does.
"""

from __future__ import annotations

import time
from typing import Any

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.meta.chats import is_this
from channels.meta.graph import Graph
from channels.meta.instagram import normalise
from channels.meta.instagram.payloads import MEDIA_FIELDS
from channels.types import OutgoingFile, OutgoingReply, SendResult

_LOOKS, _EVERY = 8, 1.0  # a picture is ready at once, or within seconds
_PAGES = 2


def publish(graph: Graph, own_id: str, reply: OutgoingReply) -> SendResult:
    """Put a post on the account: its pictures, and the text below them."""
    container = _container(graph, own_id, reply)
    made = _make_public(graph, own_id, container)
    external_id = str(made.get("id") or "")
    return SendResult(external_id, url=_permalink(graph, external_id), thread_id=external_id)


def find(graph: Graph, own_id: str, reply: OutgoingReply) -> SendResult | None:
    """Look for a post among the newest media: the same words, and not from before it was to leave."""
    for page in graph.pages(f"{own_id}/media", most=_PAGES, fields=MEDIA_FIELDS, limit=25):
        for raw in page.get("data", []):
            try:
                found = normalise.read_media(raw)
            except ValueError:
                continue
            if is_this(found, reply):
                return SendResult(found.external_id, url=found.permalink, thread_id=found.external_id)
    return None


def _container(graph: Graph, own_id: str, reply: OutgoingReply) -> str:
    """Return a container that can be published. Never `unknown`: nobody sees it yet."""
    try:
        if len(reply.files) == 1:
            made = _make(graph, own_id, **_picture(reply.files[0]), caption=reply.text)
        else:
            children = [_make(graph, own_id, **_picture(file), is_carousel_item=True) for file in reply.files]
            for child in children:
                _wait(graph, child)
            made = _make(graph, own_id, media_type="CAROUSEL", children=children, caption=reply.text)
        _wait(graph, made)
    except ChannelError as error:
        error.unknown = False
        raise
    return made


def _make_public(graph: Graph, own_id: str, container: str) -> dict[str, Any]:
    """Publish a container. What Meta calls a passing error may have been carried out: such a post is looked for."""
    try:
        return graph.write(f"{own_id}/media_publish", creation_id=container)
    except ChannelError as error:
        if not error.permanent and not isinstance(error, NeedsReauth | RateLimited):
            error.unknown = True
        raise


def _picture(file: OutgoingFile) -> dict[str, Any]:
    described = {"alt_text": file.alt_text[:1000]} if file.alt_text else {}
    return {"image_url": file.address, **described}


def _make(graph: Graph, own_id: str, **args: Any) -> str:
    made = graph.write(f"{own_id}/media", **args)
    if not made.get("id"):
        raise ChannelError("Instagram took a picture, but did not say which one it is.")
    return str(made["id"])


def _wait(graph: Graph, container: str) -> None:
    """Wait until a container can be published.

    IG Container reference: `status_code` is IN_PROGRESS, FINISHED, ERROR, EXPIRED or PUBLISHED.
    """
    for look in range(_LOOKS):
        if look:
            time.sleep(_EVERY)
        found = graph.read(container, fields="status_code,status")
        code = str(found.get("status_code") or "")
        if code == "FINISHED":
            return
        if code in ("ERROR", "EXPIRED"):
            raise ChannelError(f"{found.get('status') or code}", permanent=True, code=code, reason="media_refused")
    raise ChannelError("Instagram is still looking at the picture.", reason="unreachable")


def _permalink(graph: Graph, external_id: str) -> str:
    """Return where it stands, "" where Instagram does not tell: it is published all the same."""
    try:
        return str(graph.read(external_id, fields="permalink").get("permalink") or "") if external_id else ""
    except ChannelError:
        return ""

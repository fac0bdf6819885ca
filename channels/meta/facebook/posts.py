"""Posts of our own on a Facebook page: put there, and looked for.

Graph API reference, Page feed and Page photos (v25.0): pictures are uploaded unpublished first, and `attached_media` of
the post names them. So one call alone makes anything public.
"""

from __future__ import annotations

import re
from typing import Any

from channels.errors import ChannelError
from channels.meta.chats import is_this
from channels.meta.connector import opened
from channels.meta.facebook import normalise
from channels.meta.facebook.payloads import POST_FIELDS
from channels.meta.graph import Graph
from channels.types import Direction, IncomingMessage, OutgoingFile, OutgoingReply, SendResult

_LINK = re.compile(r"https?://[^\s<>\"]+")
_PAGES = 2


def publish(graph: Graph, page_id: str, reply: OutgoingReply) -> SendResult:
    """Put a post on the page. A link in it is shown as a card where there is no picture."""
    photos = [_upload(graph, page_id, file) for file in reply.files]
    more: dict[str, Any] = {}
    if photos:
        more["attached_media"] = [{"media_fbid": photo} for photo in photos]
    elif link := _LINK.search(reply.text):
        more["link"] = link[0].rstrip(".,!?:;)")
    made = graph.write(f"{page_id}/feed", message=reply.text, **more)
    external_id = normalise.post_key(str(made["id"]), page_id) if made.get("id") else ""
    return SendResult(external_id, thread_id=external_id)


def find(graph: Graph, page_id: str, reply: OutgoingReply) -> SendResult | None:
    """Look for a post among the page's newest: the same words, and not from before it was to leave."""
    for page in graph.pages(f"{page_id}/published_posts", most=_PAGES, fields=POST_FIELDS, limit=25):
        for raw in page.get("data", []):
            found = _read(raw, page_id)
            if found is not None and is_this(found, reply):
                return SendResult(found.external_id, url=found.permalink, thread_id=found.external_id)
    return None


def _upload(graph: Graph, page_id: str, file: OutgoingFile) -> str:
    """Upload a picture that nobody sees yet. Never `unknown`: the post itself is another call."""
    described = {"alt_text_custom": file.alt_text[:1000]} if file.alt_text else {}
    try:
        with opened(file) as part:
            made = graph.write(f"{page_id}/photos", files={"source": part}, published=False, **described)
    except ChannelError as error:
        error.unknown = False
        raise
    if not made.get("id"):
        raise ChannelError("Facebook took a picture, but did not say which one it is.")
    return str(made["id"])


def _read(raw: Any, page_id: str) -> IncomingMessage | None:
    try:
        post = normalise.read_post(raw, page_id, kind="visitor_post")
    except ValueError:
        return None
    return post if post.direction is Direction.CONTEXT else None

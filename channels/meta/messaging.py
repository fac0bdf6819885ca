"""Private messages of Messenger and Instagram as webhooks bring them: one shape, two platforms.

Sources: Messenger Platform webhook reference (messages, message_echoes, message_edits, message_deliveries,
message_reads, message_reactions, messaging_postbacks, messaging_referrals) and Instagram messaging webhooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from channels.http import is_loopback
from channels.meta.payloads import Moment, Payload, Person
from channels.models import digest_of
from channels.types import (
    Attachment,
    Author,
    DeliveryReport,
    Direction,
    Edit,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
    Shown,
    ShownKind,
    Visibility,
)

# Our own codes are UUIDs; another app's metadata is none of ours to match.
REFERENCE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
HUMAN_AGENT_WINDOW = timedelta(days=7)
STANDARD_WINDOW = timedelta(hours=24)

KINDS = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "sticker",
    "animated_image": "image",
    "story_mention": "image",
    "location": "location",
}
EMOJI = {
    "love": "❤️",
    "smile": "😆",
    "haha": "😆",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
    "like": "👍",
    "yes": "👍",
    "dislike": "👎",
    "no": "👎",
}
ONCE = "A photo or film that could be seen once only."
FILE_HOSTS = ("fbcdn.net", "fbsbx.com", "cdninstagram.com")
ELSEWHERE = "A message that can only be read in the platform's own app."


class Story(Payload):
    """The story an Instagram message answers. Its address is missing where the story is over."""

    url: str = ""
    id: str = ""


class ReplyTo(Payload):
    """What a message answers: another message or a story."""

    mid: str = ""
    story: Story | None = None


class QuickReply(Payload):
    """What was tapped under a message: the payload it was sent with."""

    payload: str = ""


class MessageBody(Payload):
    """`message` of a messaging item."""

    mid: str
    text: str = ""
    attachments: list[dict[str, Any]] = Field(default_factory=list)
    reply_to: ReplyTo | None = None
    is_echo: bool = False
    is_deleted: bool = False
    is_unsupported: bool = False
    metadata: str = ""
    app_id: str = ""
    quick_reply: QuickReply = Field(default_factory=QuickReply)


class Envelope(Payload):
    """What every messaging item has around its content."""

    sender: Person = Field(default_factory=Person)
    recipient: Person = Field(default_factory=Person)
    timestamp: Moment


def read_messaging(item: Mapping[str, Any], at: datetime | None = None) -> Iterator[Incoming]:
    """Yield the events of one item of `messaging` or `standby`; `at` is the time of the entry it stands in.

    Raises ValueError where the shape is not the documented one.
    """
    # Receipts come without a time, or with 0; a message without one must not be lost for it.
    moment = item.get("timestamp") or _watermark(item) or at or datetime.now(UTC)
    envelope = Envelope.model_validate({**item, "timestamp": moment})
    if "message" in item:
        yield _message(item, envelope)
    elif "message_edit" in item:
        edit = item["message_edit"]
        text = edit.get("text")
        yield Edit(str(edit["mid"]), None if text is None else str(text), envelope.timestamp)
    elif "reaction" in item:
        yield _reaction(item, envelope)
    elif "read" in item or "delivery" in item:
        yield from _receipts(item, envelope)
    elif "postback" in item:
        yield _postback(item, envelope)
    elif "referral" in item:
        yield _referral(item, envelope)
    else:
        yield NotUnderstood("a messaging event of another kind", dict(item))


def _watermark(item: Mapping[str, Any]) -> object:
    receipt = item.get("delivery") or item.get("read")
    return receipt.get("watermark") if isinstance(receipt, Mapping) else None


def _message(item: Mapping[str, Any], envelope: Envelope) -> Incoming:
    payload = item["message"]
    body = MessageBody.model_validate(payload)
    if body.is_deleted:
        return Removal(body.mid, envelope.timestamp)
    attachments = list(read_attachments(body.attachments))
    shown = [*referred(payload.get("referral")), *read_shown(body.attachments)]
    story_mention = any(found.get("type") == "story_mention" for found in body.attachments)
    if body.reply_to and body.reply_to.story:
        shown.insert(0, Shown(ShownKind.STORY, reference=body.reply_to.story.id))
        if body.reply_to.story.url:
            attachments.append(shared(body.reply_to.story.url))
    if body.is_unsupported and not attachments:
        attachments.append(Attachment("share", text=ELSEWHERE))
    return private_message(
        body.mid,
        envelope,
        ours=body.is_echo,
        kind="story_mention" if story_mention else "unsupported" if body.is_unsupported else "dm",
        text=body.text or template_text(body.attachments),
        text_missing=not body.tells("text"),
        parent_id=body.reply_to.mid if body.reply_to else "",
        attachments=tuple(attachments),
        shown=tuple(shown),
        choice=body.quick_reply.payload,
        reference=body.metadata if REFERENCE.fullmatch(body.metadata) else "",
        raw=item,
    )


def private_message(
    external_id: str, envelope: Envelope, *, ours: bool, kind: str, raw: Mapping[str, Any], **more: Any
) -> IncomingMessage:
    """Return a private message; `ours` when our account wrote it, here or elsewhere."""
    customer = author_of(envelope.recipient if ours else envelope.sender)
    return IncomingMessage(
        external_id=external_id,
        kind=kind,
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        visibility=Visibility.PRIVATE,
        sent_at=envelope.timestamp,
        author=None if ours else customer,
        customer=customer,
        opens_window=not ours,
        raw=dict(raw),
        **more,
    )


def author_of(person: Person) -> Author | None:
    """Return a person as our author, None when the platform did not tell who it was."""
    if not person.id:
        return Author(f"@{person.username}", person.name, person.username) if person.username else None
    return Author(person.id, person.name, person.username)


def read_attachments(items: list[dict[str, Any]]) -> Iterator[Attachment]:
    """Yield the attachments of a webhook message; a kind we do not know becomes a share with what it says."""
    for item in items:
        found = str(item.get("type") or "")
        payload = item.get("payload")
        payload = payload if isinstance(payload, Mapping) else {}
        if found == "template" or "product" in payload:
            continue  # `read_shown` and `template_text` tell what it says
        url = str(payload.get("url") or item.get("url") or payload.get("reel_video_url") or "")
        title = str(payload.get("title") or item.get("title") or "")
        identity = str(payload.get("sticker_id") or payload.get("attachment_id") or "")
        if found == "location":
            yield Attachment("location", url=url, text=_place(payload.get("coordinates"), title))
        elif found == "ephemeral" and not url:
            yield Attachment("share", text=ONCE)
        elif found == "image" and payload.get("sticker_id"):
            yield Attachment("sticker", url=url, external_id=identity)
        elif found in KINDS:
            yield Attachment(KINDS[found], url=url, external_id=identity, text=title)
        else:
            yield shared(url, title or found)


def shared(url: str, title: str = "") -> Attachment:
    """Return what somebody passed on: a file where the address is one of Meta's own file hosts, else a link to read."""
    host = urlsplit(url).hostname or ""
    if is_loopback(url) or any(host.endswith(f".{known}") for known in FILE_HOSTS):
        return Attachment("share", url=url, text=title)
    return Attachment("share", text=" ".join(filter(None, [title, url])))


def _place(coordinates: object, title: str) -> str:
    if not isinstance(coordinates, Mapping):
        return title
    place = f"{coordinates.get('lat')}, {coordinates.get('long')}"
    return f"{title} ({place})" if title else place


def _reaction(item: Mapping[str, Any], envelope: Envelope) -> Incoming:
    """Our own account's reactions come too; the inbox leaves them out."""
    payload = item["reaction"]
    author = author_of(envelope.sender)
    if author is None:
        raise ValueError("a reaction of nobody")
    emoji = (
        ""
        if payload.get("action") == "unreact"
        else str(payload.get("emoji") or EMOJI.get(str(payload.get("reaction")), "👍"))
    )
    return Reaction(str(payload["mid"]), author, emoji, envelope.timestamp)


def _receipts(item: Mapping[str, Any], envelope: Envelope) -> Iterator[Incoming]:
    """Receipts name messages, or a moment up to which all were seen."""
    status, payload = ("read", item["read"]) if "read" in item else ("delivered", item["delivery"])
    named = [str(mid) for mid in (payload.get("mids") or [payload.get("mid")]) if mid]
    for mid in named:
        yield DeliveryReport(status, envelope.timestamp, external_id=mid, customer_id=envelope.sender.id)
    if payload.get("watermark"):
        until = Envelope.model_validate({"timestamp": payload["watermark"]}).timestamp
        yield DeliveryReport(status, until, customer_id=envelope.sender.id, until=until)
    elif not named:
        yield NotUnderstood("a receipt that names nothing", dict(item))


def _postback(item: Mapping[str, Any], envelope: Envelope) -> IncomingMessage:
    """A tapped button. In standby it comes without `mid` and payload."""
    payload = item["postback"]
    mid = str(payload.get("mid") or _own_id("postback", item, envelope))
    return private_message(
        mid,
        envelope,
        ours=False,
        kind="postback",
        text=str(payload.get("title") or payload.get("payload") or ""),
        shown=tuple(referred(payload.get("referral"))),
        raw=item,
    )


def _referral(item: Mapping[str, Any], envelope: Envelope) -> IncomingMessage:
    """Somebody opened an existing chat by a link or an advertisement; that opens the reply window."""
    mid = _own_id("referral", item, envelope)
    shown = tuple(referred(item["referral"]))
    return private_message(mid, envelope, ours=False, kind="referral", text_missing=True, shown=shown, raw=item)


def _own_id(kind: str, item: Mapping[str, Any], envelope: Envelope) -> str:
    """Return an id for what comes without one: the same at each reading, by its content where it has no time."""
    own_part = f"{int(envelope.timestamp.timestamp() * 1000)}" if item.get("timestamp") else digest_of(item)[:32]
    return f"{kind}:{envelope.sender.id}:{own_part}"


# ── what the customer saw ──


def referred(referral: object) -> Iterator[Shown]:
    """Yield what somebody came from: an advert, a product, or a page with a link or button to us."""
    if not isinstance(referral, Mapping):
        return
    ads, product = referral.get("ads_context_data"), referral.get("product")
    ads = ads if isinstance(ads, Mapping) else {}
    if isinstance(product, Mapping):
        yield Shown(ShownKind.PRODUCT, reference=str(product.get("id") or ""))
    if ads or referral.get("source") == "ADS" or referral.get("ad_id"):
        reference = str(referral.get("ad_id") or ads.get("post_id") or "")
        yield Shown(ShownKind.ADVERT, title=str(ads.get("ad_title") or ""), reference=reference)
        if ads.get("product_id") and not product:
            yield Shown(ShownKind.PRODUCT, reference=str(ads["product_id"]))
    elif not isinstance(product, Mapping):
        name = str(referral.get("ref") or referral.get("source") or "")
        yield Shown(ShownKind.PAGE, title=name, url=str(referral.get("referer_uri") or ""))


def read_shown(items: list[dict[str, Any]]) -> Iterator[Shown]:
    """Yield the products and a bot's cards among the attachments of a message."""
    for payload in _templates(items):
        product = payload.get("product")
        for element in _elements(product):
            yield Shown(
                ShownKind.PRODUCT,
                title=str(element.get("title") or ""),
                price=str(element.get("subtitle") or ""),
                reference=str(element.get("retailer_id") or element.get("id") or ""),
            )
        for element in [*_elements(payload), *_elements(payload.get("generic"))]:
            url = str(element.get("item_url") or element.get("url") or "")
            words = str(element.get("subtitle") or "")
            yield Shown(ShownKind.TEMPLATE, title=str(element.get("title") or ""), words=words, url=url)
        buttons = payload.get("buttons")
        titles = [str(button.get("title") or "") for button in buttons or () if isinstance(button, Mapping)]
        if any(titles):
            yield Shown(ShownKind.TEMPLATE, words=" · ".join(filter(None, titles)))


def template_text(items: list[dict[str, Any]]) -> str:
    """Return what a bot's template says above its buttons."""
    return "\n".join(str(payload["text"]) for payload in _templates(items) if payload.get("text"))


def _templates(items: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for item in items:
        payload = item.get("payload")
        if isinstance(payload, Mapping) and (item.get("type") == "template" or "product" in payload):
            yield payload
        elif item.get("type") == "template":
            yield {"text": item.get("title") or ""}


def _elements(part: object) -> Iterator[Mapping[str, Any]]:
    found = part.get("elements") if isinstance(part, Mapping) else None
    yield from (item for item in found or () if isinstance(item, Mapping))

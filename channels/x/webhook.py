"""Deliveries of the X Activity API. X API v2 reference, "X Activity API", envelopes of 2026-07. Pure: no network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.errors import STRANGE
from channels.types import Attachment, Direction, Incoming, IncomingMessage, NotUnderstood, Removal, Visibility
from channels.x.normalise import Included, Json, author_of, moment, read_post, read_private_message
from channels.x.texts import as_written, without_last_link

_KINDS = {"post.mention.create": "", "post.reply.create": "", "post.create": "", "post.quote.create": "quote"}


def read_webhook(body: Mapping[str, Any]) -> Iterable[tuple[str, str, Incoming]]:
    """Yield ("x", account id, event) for each item of a delivery; `data` is one envelope or a list of them."""
    data = body.get("data")
    envelopes = data if isinstance(data, list) else [data]
    for envelope in envelopes:
        if not isinstance(envelope, Mapping):
            yield "x", "", NotUnderstood("webhook: no envelope", body)
            continue
        account = _account_of(envelope.get("filter"))
        for event in _guarded(envelope, account):
            yield "x", account, event


def _account_of(holder: object) -> str:
    """Return whose event it is: the filter names the user, in an object or, seen now and then, by the bare id."""
    if isinstance(holder, list) and holder:
        holder = holder[0]
    user = holder.get("user_id") if isinstance(holder, Mapping) else holder
    return str(user) if isinstance(user, str | int) and str(user).isdigit() else ""


def _guarded(envelope: Json, account: str) -> list[Incoming]:
    event_type, payload = str(envelope.get("event_type") or ""), envelope.get("payload")
    if not isinstance(payload, Mapping):
        return [NotUnderstood(f"webhook: {event_type}", envelope)]
    try:
        return list(_events(event_type, payload, envelope, account))
    except STRANGE as error:
        return [NotUnderstood(f"webhook: {event_type}: {type(error).__name__}", envelope)]


def _events(event_type: str, payload: Json, envelope: Json, account: str) -> Iterator[Incoming]:
    included = Included.of(envelope)
    if event_type in _KINDS:
        yield from read_post(payload, included, account, kind=_KINDS[event_type])
    elif event_type == "post.delete":
        yield Removal(
            str(payload.get("id") or payload["tweet_id"]), _time(payload) or _time(envelope) or datetime.now(UTC)
        )
    elif event_type in ("dm.received", "dm.sent"):
        yield from _private(payload, included, account)
    else:
        yield NotUnderstood(f"webhook: {event_type or 'no type'}", envelope)


def _private(payload: Json, included: Included, account: str) -> Iterator[Incoming]:
    if "direct_message_events" not in payload:
        yield read_private_message(payload, included, account)
        return
    # Seen with and without a `data` around each user.
    users = {str(key): user.get("data", user) for key, user in (payload.get("users") or {}).items()}
    users |= dict(included.users)
    for event in payload["direct_message_events"]:
        if event.get("type", "message_create") != "message_create":
            yield NotUnderstood(f"dm: {event.get('type')}", event)
            continue
        yield _older_shape(event, users, account)


def _older_shape(event: Json, users: Mapping[str, Json], account: str) -> IncomingMessage:
    """Read a private message in the shape of API v1.1, which the Activity API keeps: times are text in milliseconds."""
    made = event["message_create"]
    data = made["message_data"]
    sender, recipient = str(made["sender_id"]), str(made["target"]["recipient_id"])
    ours = sender == account
    other = recipient if ours else sender
    attached = data.get("attachment") or {}
    medium = attached.get("media")
    entities = data.get("entities") or {}
    text = as_written(
        str(data.get("text") or ""),
        [*(entities.get("urls") or ()), *([{"url": medium.get("url"), "media_key": ""}] if medium else ())],
    )
    return IncomingMessage(
        external_id=str(event["id"]),
        kind="dm",
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        visibility=Visibility.PRIVATE,
        sent_at=datetime.fromtimestamp(int(event["created_timestamp"]) / 1000, UTC),
        text=without_last_link(text) if medium else text,
        author=None if ours else author_of(sender, users.get(sender)),
        customer=author_of(other, users.get(other)) if ours else None,
        thread_id="-".join(sorted((account, other), key=int)),
        attachments=tuple(_older_attachments(attached)),
        raw=dict(event),
    )


def _older_attachments(attached: Json) -> Iterator[Attachment]:
    if attached.get("media"):
        yield _older_medium(attached["media"])
    if attached.get("location"):
        yield _place(attached["location"])


def _older_medium(medium: Json) -> Attachment:
    films = [
        variant
        for variant in (medium.get("video_info") or {}).get("variants") or ()
        if variant.get("content_type") == "video/mp4"
    ]
    best = max(films, key=lambda film: int(film.get("bitrate") or 0), default=None)
    key = str(medium.get("media_key") or medium.get("id_str") or "")
    if best:
        return Attachment(kind="video", url=str(best["url"]), external_id=key, mime_type="video/mp4")
    return Attachment(
        kind="image", url=str(medium.get("media_url_https") or medium.get("media_url") or ""), external_id=key
    )


def _place(location: Json) -> Attachment:
    """Read where somebody is: a point (longitude first, as GeoJSON has it), or a place that X knows by name."""
    point: Sequence[Any] = ((location.get("shared_coordinate") or {}).get("coordinates") or {}).get("coordinates") or ()
    if len(point) == 2:
        return Attachment("location", text=f"{point[1]}, {point[0]}")
    place = (location.get("shared_place") or {}).get("place") or {}
    return Attachment("location", text=str(place.get("full_name") or place.get("name") or ""))


def _time(item: Json) -> datetime | None:
    for name in ("deleted_at", "created_at"):
        if item.get(name):
            return moment(str(item[name]))
    stamp = str(item.get("timestamp_ms") or "")
    return datetime.fromtimestamp(int(stamp) / 1000, UTC) if stamp.isdigit() else None

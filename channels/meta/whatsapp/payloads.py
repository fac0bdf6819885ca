"""WhatsApp's webhook shapes. A person may come with a number (wa_id), with a business-scoped user id, or with both."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from channels.meta.payloads import Moment, Payload


class Metadata(Payload):
    """Which of our numbers it concerns."""

    phone_number_id: str = ""


class Profile(Payload):
    """What somebody calls themselves."""

    name: str = ""
    username: str = ""


class Contact(Payload):
    """Who wrote. `user_id` is the business-scoped id; `wa_id` is absent for people who hide their number."""

    profile: Profile = Field(default_factory=Profile)
    wa_id: str = ""
    user_id: str = ""


class Context(Payload):
    """What a message answers."""

    id: str = ""


class MediaPart(Payload):
    """A file within a message: its bytes are asked for by id."""

    id: str = ""
    mime_type: str = ""
    caption: str = ""
    filename: str = ""


class MessagePayload(Payload):
    """One item of `messages` or `message_echoes`; the part named like its type stays raw until it is read."""

    id: str
    type: str
    timestamp: Moment
    from_: str = Field(default="", alias="from")
    from_user_id: str = ""
    user_id: str = ""
    to: str = ""
    to_user_id: str = ""
    context: Context | None = None


class StatusError(Payload):
    """Why a message could not be delivered."""

    code: int = 0
    title: str = ""
    message: str = ""
    error_data: dict[str, Any] = Field(default_factory=dict)


class Status(Payload):
    """How far one of our messages got."""

    id: str
    status: str
    timestamp: Moment
    recipient_id: str = ""
    recipient_user_id: str = ""
    biz_opaque_callback_data: str = ""
    errors: list[StatusError] = Field(default_factory=list)

"""WhatsApp: the Cloud API of one phone number. Messages come by webhook only; nothing can be read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_noop

from channels.base import AccountProfile, CredentialField
from channels.errors import ChannelError, RateLimited
from channels.file_type import OPUS
from channels.meta.connector import (
    APP_FIELDS,
    MOST_BYTES,
    GraphConnector,
    check_one_message,
    kind_of,
    opened,
)
from channels.meta.graph import after_cursor
from channels.meta.messaging import STANDARD_WINDOW
from channels.meta.whatsapp import normalise
from channels.meta.whatsapp.templates import components_of, read_template
from channels.types import (
    ON_PEOPLE,
    Action,
    Attachment,
    Blocked,
    Capabilities,
    Incoming,
    OutgoingFile,
    OutgoingReply,
    Page,
    Route,
    RouteRules,
    SendResult,
    Template,
)

MEGABYTE = 1024 * 1024
CAPTION = 1024
TEMPLATE_PAGES = 100  # of a hundred: an account has at most 6000


# WhatsApp Cloud API reference, "Supported media types" (2026): sound in Ogg is Opus, and nothing else.
FILE_TYPES = {
    "image": ("image/jpeg", "image/png"),
    "video": ("video/mp4", "video/3gpp"),
    "audio": ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", OPUS),
    "file": (
        "application/pdf",
        "text/plain",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}


class WhatsAppConnector(GraphConnector):
    """One WhatsApp business number."""

    platform: ClassVar[str] = "whatsapp"
    summary = "Messages to your business number"
    streams: ClassVar[Sequence[str]] = ()
    scopes: ClassVar[Sequence[str]] = ("whatsapp_business_messaging", "whatsapp_business_management")
    webhook_fields: ClassVar[Sequence[str]] = ("messages",)
    capabilities: ClassVar[Capabilities] = Capabilities(
        answers_a_minute=30,
        routes={
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=4096,
                window=STANDARD_WINDOW,
                max_files=1,
                file_kinds=("image", "video", "audio", "file"),
                file_types=FILE_TYPES,
                max_file_bytes={
                    "image": 5 * MEGABYTE,
                    "video": 16 * MEGABYTE,
                    "audio": 16 * MEGABYTE,
                    "file": 100 * MEGABYTE,
                },
                captions=dict.fromkeys(("image", "video", "file"), CAPTION),
                choices=10,
            ),
            Route.TEMPLATE: RouteRules(limit=1024),
        },
        actions=ON_PEOPLE,
        blocks=Blocked.EVERYTHING,
        block_within=STANDARD_WINDOW,
        polls=False,
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField(
            "phone_number_id", "Phone number ID", help="Meta for Developers → your app → WhatsApp → API setup."
        ),
        CredentialField("waba_id", "WhatsApp Business account ID", help="On the same page."),
        CredentialField(
            "access_token",
            "System user's access token",
            secret=True,
            help="With whatsapp_business_messaging and whatsapp_business_management; choose “never expires”.",
        ),
        *APP_FIELDS,
    )

    @property
    def number_id(self) -> str:
        """The phone number's id."""
        return self.credentials.get("phone_number_id") or self.external_id

    @property
    def waba_id(self) -> str:
        """The id of the WhatsApp Business account the number belongs to."""
        return self.credentials.get("waba_id", "")

    def identify(self) -> AccountProfile:
        """Ask which number this is."""
        found = self.graph.read(self.number_id, fields="id,verified_name,display_phone_number")
        number = str(found.get("display_phone_number") or "")
        return AccountProfile(str(found["id"]), str(found.get("verified_name") or number or found["id"]))

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """There is no stream to fetch. Raises KeyError."""
        raise KeyError(stream)

    def send(self, reply: OutgoingReply) -> SendResult:
        """Send a text, a file with a caption, or an approved template."""
        if reply.route == Route.TEMPLATE:
            return self._post(reply, {"type": "template", "template": _template(reply)})
        if reply.choices:
            return self._post(reply, {"type": "interactive", "interactive": _list(reply)})
        text = {"type": "text", "text": {"body": reply.text, "preview_url": True}}
        if not reply.files:
            return self._post(reply, text)
        file = reply.files[0]
        kind = kind_of(file)
        if kind == "audio" or len(reply.text) > CAPTION:
            check_one_message(reply)
        # Upload first: it changes nothing for the customer when it fails.
        return self._post(reply, self._media(file, kind, self._upload(file), reply.text))

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Say that it cannot be looked up: only a status webhook, which carries our code, tells that it was sent."""
        raise ChannelError("WhatsApp does not let us look this message up.", permanent=True, unknown=True)

    def act(self, action: Action, external_id: str) -> None:
        """Block a person, or let them back in (WhatsApp Business Platform, "Block users").

        Only somebody who wrote in the last 24 hours can be blocked.
        """
        if action not in ON_PEOPLE:
            super().act(action, external_id)
        body = {"messaging_product": "whatsapp", "block_users": [{"user": external_id}]}
        method = "POST" if action is Action.BLOCK else "DELETE"
        try:
            self.graph.write_json(f"{self.number_id}/block_users", body, method=method)
        except ChannelError as error:
            if error.reason != "window_closed":
                raise
            raise ChannelError(str(error), permanent=True, code=error.code, reason="too_late_to_block") from None

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Open a file by its media id: its address holds for minutes and wants our token."""
        if not attachment.external_id:
            return super().open_attachment(attachment)
        found = self.graph.read(attachment.external_id, phone_number_id=self.number_id)
        return self.graph.download(str(found["url"]), max_bytes=MOST_BYTES, with_token=True)

    def templates(self) -> Sequence[Template]:
        """Return all templates of the business account, by name and language."""
        found: list[Template] = []
        page: Mapping[str, Any] = {}
        for page in self.graph.pages(
            f"{self.waba_id}/message_templates",
            most=TEMPLATE_PAGES,
            fields="name,language,status,category,parameter_format,components",
            limit=100,
        ):
            found += [read_template(raw) for raw in page.get("data", [])]
        if after_cursor(page):
            raise RateLimited(
                "The list of templates could not be read to its end.",
                retry_at=self.graph.rest_until or datetime.now(UTC),
            )
        return sorted(found, key=lambda template: (template.name, template.language))

    def subscribe(self) -> str:
        """Make sure the account's webhooks reach our app; without them nothing comes in."""
        if self._fields_told():
            return ""
        done = self.graph.write(f"{self.waba_id}/subscribed_apps")
        return (
            ""
            if done.get("success")
            else gettext_noop("Meta did not switch on webhooks for this number: nothing will come in.")
        )

    @property
    def subscription(self) -> str:
        """The WhatsApp account: its numbers are told of together."""
        return self.waba_id

    def _fields_told(self) -> tuple[str, ...]:
        """Return all fields or none: Meta tells of a WhatsApp account only whether our app listens."""
        app_id = self.credentials.get("app_id", "")
        found = self.graph.read(f"{self.waba_id}/subscribed_apps").get("data", [])
        apps = {str((app.get("whatsapp_business_api_data") or app).get("id") or "") for app in found}
        return tuple(self.webhook_fields) if apps and (app_id in apps or not app_id) else ()

    @classmethod
    def parse_webhook(cls, body: Mapping[str, Any]) -> Iterable[tuple[str, str, Incoming]]:
        """Yield the events of a body of object `whatsapp_business_account`."""
        for number_id, event in normalise.read_webhook(body):
            yield cls.platform, number_id, event

    def _post(self, reply: OutgoingReply, content: Mapping[str, Any]) -> SendResult:
        body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", **content}
        # A number is written to with `to`, somebody who hides it by business-scoped id with `recipient`.
        body["to" if reply.recipient_id.lstrip("+").isdigit() else "recipient"] = reply.recipient_id.lstrip("+")
        body["biz_opaque_callback_data"] = reply.reference
        if reply.reply_to_id and reply.route != Route.TEMPLATE:
            body["context"] = {"message_id": reply.reply_to_id}
        made = self.graph.write_json(f"{self.number_id}/messages", body)
        messages = made.get("messages")
        if not isinstance(messages, list) or not messages:
            raise ChannelError("WhatsApp took the message without naming it.", unknown=True)
        return SendResult(str(messages[0]["id"]))

    def _upload(self, file: OutgoingFile) -> str:
        with opened(file) as handle:
            made = self.graph.write(
                f"{self.number_id}/media", files={"file": handle}, type=file.mime_type, messaging_product="whatsapp"
            )
        return str(made["id"])

    def _media(self, file: OutgoingFile, kind: str, media_id: str, caption: str) -> dict[str, Any]:
        name = "document" if kind == "file" else kind
        content = {"id": media_id}
        if caption:
            content["caption"] = caption
        if name == "document":
            content["filename"] = file.filename or "document"
        return {"type": name, name: content}


def _list(reply: OutgoingReply) -> dict[str, Any]:
    """The words with a list to pick from (Cloud API reference, "Interactive list messages"): buttons are three."""
    rows = [{"id": one.key, "title": one.title} for one in reply.choices]
    action = {"button": reply.choose, "sections": [{"rows": rows}]}
    return {"type": "list", "body": {"text": reply.text}, "action": action}


def _template(reply: OutgoingReply) -> dict[str, Any]:
    chosen = reply.template or {}
    built: dict[str, Any] = {"name": chosen.get("name", ""), "language": {"code": chosen.get("language", "")}}
    components = components_of(chosen.get("values") or (), named=bool(chosen.get("named")))
    return built | ({"components": components} if components else {})

"""WhatsApp: the Cloud API of one phone number. Messages come by webhook only; nothing can be read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_noop

from channels.base import AccountProfile, CredentialField, Template
from channels.errors import ChannelError
from channels.graph_connector import APP_FIELDS, MOST_BYTES, GraphConnector, check_one_message, kind_of, opened
from channels.graph_messaging import STANDARD_WINDOW
from channels.types import (
    Attachment,
    Capabilities,
    Incoming,
    OutgoingFile,
    OutgoingReply,
    Page,
    Route,
    RouteRules,
    SendResult,
)
from channels.whatsapp import normalise

MEGABYTE = 1024 * 1024
CAPTION = 1024
TEMPLATE_PAGES = 10
PLACEHOLDER = re.compile(r"\{\{\s*([\w]+)\s*\}\}")


class WhatsAppConnector(GraphConnector):
    """One WhatsApp business number."""

    platform: ClassVar[str] = "whatsapp"
    title: ClassVar[str] = "WhatsApp"
    summary = "Messages to your business number"
    streams: ClassVar[Sequence[str]] = ()
    capabilities: ClassVar[Capabilities] = Capabilities(
        routes={
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=4096,
                window=STANDARD_WINDOW,
                max_files=1,
                file_kinds=("image", "video", "audio", "file"),
                max_file_bytes={
                    "image": 5 * MEGABYTE,
                    "video": 16 * MEGABYTE,
                    "audio": 16 * MEGABYTE,
                    "file": 100 * MEGABYTE,
                },
                captions=dict.fromkeys(("image", "video", "file"), CAPTION),
            ),
            Route.TEMPLATE: RouteRules(limit=1024),
        },
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

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Open a file by its media id: its address holds for minutes and wants our token."""
        if not attachment.external_id:
            return super().open_attachment(attachment)
        found = self.graph.read(attachment.external_id, phone_number_id=self.number_id)
        return self.graph.download(str(found["url"]), max_bytes=MOST_BYTES, with_token=True)

    def templates(self) -> Sequence[Template]:
        """Return the approved templates, by name and language."""
        found: list[Template] = []
        for page in self.graph.pages(
            f"{self.waba_id}/message_templates",
            most=TEMPLATE_PAGES,
            fields="name,language,status,category,components",
            limit=100,
        ):
            for raw in page.get("data", []):
                if raw.get("status") == "APPROVED":
                    body = _body_of(raw)
                    count = len(set(PLACEHOLDER.findall(body)))
                    found.append(Template(raw["name"], raw["language"], body, count, str(raw.get("category") or "")))
        return sorted(found, key=lambda template: (template.name, template.language))

    def subscribe(self) -> str:
        """Make sure the account's webhooks reach our app; without them nothing comes in."""
        app_id = self.credentials.get("app_id", "")
        found = self.graph.read(f"{self.waba_id}/subscribed_apps").get("data", [])
        apps = {str((app.get("whatsapp_business_api_data") or app).get("id") or "") for app in found}
        if apps and (app_id in apps or not app_id):
            return ""
        done = self.graph.write(f"{self.waba_id}/subscribed_apps")
        return (
            ""
            if done.get("success")
            else gettext_noop("Meta did not switch on webhooks for this number: nothing will come in.")
        )

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


def _template(reply: OutgoingReply) -> dict[str, Any]:
    chosen = reply.template or {}
    parameters = [{"type": "text", "text": str(value)} for value in chosen.get("parameters") or ()]
    built: dict[str, Any] = {"name": chosen.get("name", ""), "language": {"code": chosen.get("language", "")}}
    if parameters:
        built["components"] = [{"type": "body", "parameters": parameters}]
    return built


def _body_of(raw: Mapping[str, Any]) -> str:
    parts = raw.get("components") or []
    return next((str(part.get("text") or "") for part in parts if str(part.get("type")).upper() == "BODY"), "")

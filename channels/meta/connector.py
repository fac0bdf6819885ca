"""What the connectors of Facebook, Instagram and WhatsApp have in common: one token, one Graph, one app."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.utils.translation import gettext_noop

from channels.base import Connector, CredentialField, Inspection
from channels.errors import ChannelError
from channels.meta.access import read_access
from channels.meta.graph import Graph
from channels.meta.messaging import HUMAN_AGENT_WINDOW, STANDARD_WINDOW
from channels.types import Attachment, OutgoingFile, OutgoingReply, SendResult

MOST_BYTES = 100 * 1024 * 1024
PICTURES = ("image/jpeg", "image/png", "image/gif")  # what Messenger, comments and Instagram show as a picture
HUMAN_AGENT = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
FilePart = tuple[str, BinaryIO, str]  # name, bytes, mime type: one part of a form as requests sends it

APP_FIELDS = (
    CredentialField("app_id", "App ID", help="Meta for Developers → your app → App settings → Basic."),
    CredentialField(
        "app_secret",
        "App secret",
        secret=True,
        help="On the same page, behind “Show”. It proves that webhooks come from Meta and calls from your app.",
    ),
)


class GraphConnector(Connector):
    """A connector whose platform is reached over the Graph API."""

    webhook_product = "meta"
    scopes: ClassVar[Sequence[str]] = ()  # permissions that all we do needs
    webhook_fields: ClassVar[Sequence[str]] = ()

    @cached_property
    def graph(self) -> Graph:
        """The Graph API with this account's token."""
        return Graph(self.credentials.get("access_token", ""), app_secret=self.credentials.get("app_secret", ""))

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Open an attachment by its signed address."""
        if not attachment.url:
            raise ChannelError("The platform gave no address for this file.", permanent=True, reason="media_refused")
        return self.graph.download(attachment.url, max_bytes=MOST_BYTES)

    def close(self) -> None:
        """Let go of the connections."""
        if "graph" in self.__dict__:
            self.graph.close()

    def inspect(self) -> Inspection:
        """Ask what the token may do and until when, and which webhooks reach our app."""
        access = read_access(self.credentials)
        told = self._fields_told()
        return Inspection(
            access.valid_until,
            access.scopes,
            access.lacking(self.scopes),
            told,
            tuple(sorted(set(self.webhook_fields).difference(told))),
            self.graph.used,
        )

    @property
    def subscription(self) -> str:
        """The page whose events our app is told of, an Instagram account's too."""
        return self.credentials.get("page_id") or self.external_id

    def unsubscribe(self) -> None:
        """Take our app off the page or WhatsApp account. Graph API reference, Page subscribed_apps, DELETE."""
        self.graph.remove(f"{self.subscription}/subscribed_apps")

    def _fields_told(self) -> tuple[str, ...]:
        """Return the webhook fields our app is told of."""
        ours = self._subscribed(self.subscription) or {}
        return tuple(sorted(map(str, ours.get("subscribed_fields") or ())))

    def _subscribed(self, page_id: str) -> Mapping[str, Any] | None:
        app_id = self.credentials.get("app_id", "")
        found = self.graph.read(f"{page_id}/subscribed_apps", fields="id,name,subscribed_fields").get("data", [])
        return next((app for app in found if str(app.get("id")) == app_id or not app_id), None)

    def _subscribe_page(self, page_id: str, fields: Sequence[str]) -> str:
        """Make sure the page sends our app these webhook fields; add what is missing to what is there.

        Graph API reference, Page subscribed_apps: a POST replaces the list of fields. Meta drops a subscription after
        an hour of failures, so this is repeated; what was missed meanwhile is polled.
        """
        ours = self._subscribed(page_id)
        subscribed = set((ours or {}).get("subscribed_fields") or ())
        if ours is not None and subscribed.issuperset(fields):
            return ""
        done = self.graph.write(
            f"{page_id}/subscribed_apps", subscribed_fields=",".join(sorted(subscribed.union(fields)))
        )
        return "" if done.get("success") else gettext_noop("Meta did not switch on webhooks for this account.")

    def _send_private(
        self, page_id: str, reply: OutgoingReply, recipient: Mapping[str, str], *, names_type: bool
    ) -> SendResult:
        """Send one private message by Messenger's Send API: a text or a file, which travel apart there.

        `names_type`: Messenger wants a messaging_type, Instagram's examples leave it out. Beyond 24 hours the message
        is tagged "Human Agent", which Meta allows for seven days.
        """
        check_one_message(reply)
        options = _messaging_type(reply, names_type=names_type) if "id" in recipient else {}
        content = {"recipient": dict(recipient), **options}
        message: dict[str, Any] = {"metadata": reply.reference}
        if not reply.files:
            quick = [{"content_type": "text", "title": one.title, "payload": one.key} for one in reply.choices]
            choices = {"quick_replies": quick} if quick else {}
            return self._named({**content, "message": {"text": reply.text, **choices, **message}}, page_id)
        file = reply.files[0]
        message["attachment"] = {"type": kind_of(file), "payload": {"is_reusable": False}}
        with opened(file) as part:
            return self._named({**content, "message": message}, page_id, {"filedata": part})

    def _named(self, content: dict[str, Any], page_id: str, files: Mapping[str, FilePart] | None = None) -> SendResult:
        return SendResult(str(self._say(page_id, content, files).get("message_id") or ""))

    def _say(
        self, page_id: str, content: dict[str, Any], files: Mapping[str, FilePart] | None = None
    ) -> dict[str, Any]:
        try:
            return self.graph.write(f"{page_id}/messages", files=files, **content)
        except ChannelError as error:
            if error.reason != "window_closed" or "tag" in content or "id" not in content["recipient"]:
                raise
        # Around the twenty-fourth hour Meta's clock decides, not ours.
        for _, handle, _ in (files or {}).values():
            handle.seek(0)
        return self.graph.write(f"{page_id}/messages", files=files, **{**content, **HUMAN_AGENT})


def _messaging_type(reply: OutgoingReply, *, names_type: bool) -> dict[str, str]:
    age = datetime.now(UTC) - reply.last_inbound_at if reply.last_inbound_at else timedelta()
    if STANDARD_WINDOW <= age <= HUMAN_AGENT_WINDOW:
        return HUMAN_AGENT
    return {"messaging_type": "RESPONSE"} if names_type else {}


def check_one_message(reply: OutgoingReply) -> None:
    """Raise ChannelError for more than one message: sending half of it again would double the other half."""
    if len(reply.files) + bool(reply.text) > 1:
        raise ChannelError("A file and a text are two messages here.", permanent=True, reason="media_refused")


def kind_of(file: OutgoingFile) -> str:
    """Return image, video, audio or file, which is how both Messenger and WhatsApp sort files."""
    kind = (file.mime_type or mimetypes.guess_type(file.filename or file.path)[0] or "").split("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


@contextmanager
def opened(file: OutgoingFile) -> Iterator[FilePart]:
    """Open a file as one part of a form."""
    path = Path(file.path)
    try:
        handle = path.open("rb")
    except OSError:
        raise ChannelError(
            "The file to send along is no longer there.", permanent=True, reason="media_refused"
        ) from None
    with handle:
        yield file.filename or path.name, handle, file.mime_type or "application/octet-stream"

"""Files customers sent."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from inbox.models import Attachment, Conversation, Message, User
from tests.inbox.views.conftest import signed_in


def _attached(conversation: Conversation, name: str, mime: str, body: bytes = b"bytes") -> Attachment:
    attachment = Attachment(
        message=conversation.messages.get(), kind="file", state="stored", filename=name, mime_type=mime
    )
    attachment.file.save(name, ContentFile(body))
    return attachment


def test_nobody_gets_a_file_without_signing_in(client: Client, conversation: Conversation) -> None:
    attachment = _attached(conversation, "kast.png", "image/png")
    assert client.get(f"/files/{attachment.code}/").status_code == 302


def test_somebody_limited_to_other_accounts_gets_none(outsider: User, conversation: Conversation) -> None:
    attachment = _attached(conversation, "kast.png", "image/png")
    assert signed_in(outsider).get(f"/files/{attachment.code}/").status_code == 404


def test_a_picture_is_shown_and_never_guessed_at(page: Client, conversation: Conversation) -> None:
    attachment = _attached(conversation, "kast.png", "image/png")
    response = page.get(f"/files/{attachment.code}/")
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == b"bytes"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "mime"), [("x.svg", "image/svg+xml"), ("x.html", "text/html"), ("x.pdf", "application/pdf"), ("x", "")]
)
def test_anything_that_could_carry_a_script_is_a_download(
    page: Client, conversation: Conversation, name: str, mime: str
) -> None:
    response = page.get(f"/files/{_attached(conversation, name, mime).code}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    response.close()


def test_the_file_of_a_removed_message_is_gone(page: Client, conversation: Conversation) -> None:
    attachment = _attached(conversation, "kast.png", "image/png")
    Message.objects.filter(pk=attachment.message_id).update(removed_at=timezone.now())
    assert page.get(f"/files/{attachment.code}/").status_code == 404

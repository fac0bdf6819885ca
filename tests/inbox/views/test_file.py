"""Files customers sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from inbox.models import Attachment, Conversation, Message, User
from tests.support.pages import signed_in


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


PARTS = [
    ("bytes=0-1", "bytes 0-1/10", b"01"),  # how Safari asks whether parts can be had
    ("bytes=0-0", "bytes 0-0/10", b"0"),
    ("bytes=4-", "bytes 4-9/10", b"456789"),
    ("bytes=-3", "bytes 7-9/10", b"789"),
    ("bytes=8-900", "bytes 8-9/10", b"89"),
    ("bytes=-900", "bytes 0-9/10", b"0123456789"),
]


@pytest.mark.parametrize(("asked", "content_range", "body"), PARTS)
def test_a_player_gets_the_part_it_asks_for(
    page: Client, conversation: Conversation, asked: str, content_range: str, body: bytes
) -> None:
    attachment = _attached(conversation, "stem.mp3", "audio/mpeg", b"0123456789")
    response = page.get(f"/files/{attachment.code}/", headers={"Range": asked})
    assert (response.status_code, response["Content-Range"]) == (206, content_range)
    assert (_body(response), response["Content-Length"]) == (body, str(len(body)))
    assert response["Content-Type"] == "audio/mpeg"
    _is_guarded(response)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_part_the_file_does_not_have_is_refused(page: Client, conversation: Conversation, asked: str) -> None:
    attachment = _attached(conversation, "stem.mp3", "audio/mpeg", b"0123456789")
    response = page.get(f"/files/{attachment.code}/", headers={"Range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")
    _is_guarded(response)


@pytest.mark.parametrize("asked", ["", "bytes=0-1,4-5", "bytes=5-2", "lines=1-2", "bytes=-", "bytes", "bytes=a-b"])
def test_what_is_no_single_part_is_answered_whole(page: Client, conversation: Conversation, asked: str) -> None:
    attachment = _attached(conversation, "stem.mp3", "audio/mpeg", b"0123456789")
    response = page.get(f"/files/{attachment.code}/", headers={"Range": asked})
    assert (response.status_code, _body(response), response["Content-Length"]) == (200, b"0123456789", "10")
    assert response["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in response


def test_a_part_of_another_version_is_answered_whole(page: Client, conversation: Conversation) -> None:
    attachment = _attached(conversation, "film.mp4", "video/mp4", b"0123456789")
    address = f"/files/{attachment.code}/"
    first = page.get(address)
    assert (_body(first), first["Content-Length"]) == (b"0123456789", "10")
    same = page.get(address, headers={"Range": "bytes=0-1", "If-Range": first["ETag"]})
    assert (same.status_code, _body(same)) == (206, b"01")
    for other in ('"another"', "W/" + first["ETag"], "Sat, 29 Oct 1994 19:43:31 GMT"):
        whole = page.get(address, headers={"Range": "bytes=0-1", "If-Range": other})
        assert (whole.status_code, _body(whole)) == (200, b"0123456789")
    known = page.get(address, headers={"If-None-Match": first["ETag"], "Range": "bytes=0-1"})
    assert known.status_code == 304
    _is_guarded(known)


def test_who_asks_for_the_head_alone_hears_of_the_whole_file(page: Client, conversation: Conversation) -> None:
    attachment = _attached(conversation, "film.mp4", "video/mp4", b"0123456789")
    head = page.head(f"/files/{attachment.code}/", headers={"Range": "bytes=0-1"})
    assert (head.status_code, head["Content-Length"], head["Accept-Ranges"]) == (200, "10", "bytes")
    head.close()


def test_a_part_of_a_download_is_a_download_too(page: Client, conversation: Conversation) -> None:
    attachment = _attached(conversation, "x.html", "text/html", b"<script>")
    response = page.get(f"/files/{attachment.code}/", headers={"Range": "bytes=0-3"})
    assert (response.status_code, _body(response)) == (206, b"<scr")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    _is_guarded(response)


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def _is_guarded(response: Any) -> None:
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"

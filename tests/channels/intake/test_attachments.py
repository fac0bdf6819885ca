"""Files are fetched while they can be, checked for what they are, and kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO
from unittest.mock import patch

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from channels.errors import ChannelError, RateLimited
from channels.file_type import read_type
from channels.intake import attachments, polling
from channels.models import Account
from channels.types import Attachment as Told
from channels.x.connector import XConnector
from inbox.ingest.receive import receive
from inbox.models import Attachment
from sandbox.testing import Running
from tests.factories import incoming, make_account
from tests.support.files import boxed, picture
from tests.support.sandbox_accounts import say

PDF = b"%PDF-1.7\n" + b"0" * 100


def png(width: int = 3, height: int = 2) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, "PNG")
    return file.getvalue()


def opening(content: bytes) -> Callable[..., tuple[BinaryIO, str]]:
    return lambda *args, **kwargs: (io.BytesIO(content), "application/octet-stream")


@pytest.fixture
def waiting(db: None) -> Attachment:
    picture = Told("image", url="https://pbs.twimg.com/media/a.jpg")
    receive(make_account("x"), [incoming(attachments=(picture,))])
    return Attachment.objects.get()


def fetch(row: Attachment, content: bytes) -> Attachment:
    with patch.object(XConnector, "open_attachment", side_effect=opening(content)):
        attachments.fetch([row.pk])
    row.refresh_from_db()
    return row


def fail(row: Attachment, error: ChannelError) -> Attachment:
    Attachment.objects.filter(pk=row.pk).update(retry_at=None)
    with patch.object(XConnector, "open_attachment", side_effect=error):
        attachments.fetch([row.pk])
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("private", [False, True])
def test_a_customers_picture_is_stored(platforms: Running, brand: Account, private: bool) -> None:
    kind, stream = ("dm", "dms") if private else ("post", "mentions")
    say(platforms, "x", kind, "karin", "@veldhuis kijk", to="veldhuis", media=[{"type": "image"}])
    polling.poll(brand.streams.get(name=stream).pk)
    attachments.fetch(attachments.due())
    row = Attachment.objects.get()
    assert (row.state, row.kind, row.error) == ("stored", "image", "")
    assert (row.mime_type.startswith("image/"), (row.width or 0) > 0, (row.height or 0) > 0) == (True, True, True)
    assert row.file.size == row.size


def test_width_height_size_and_type_are_those_of_the_file_itself(waiting: Attachment) -> None:
    row = fetch(waiting, png(30, 20))
    assert (row.state, row.mime_type, row.width, row.height) == ("stored", "image/png", 30, 20)
    assert str(row.file.name).endswith(".png")
    assert row.retry_at is None


def test_what_pretends_to_be_a_picture_is_stored_as_what_it_is(waiting: Attachment) -> None:
    row = fetch(waiting, PDF)
    assert (row.state, row.kind, row.mime_type) == ("stored", "file", "application/pdf")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + b"\x00" * 100,
        b"<html><script>",
        b"  <svg xmlns='x'/>",
        b"PK\x03\x04 evil.exe" + b"\x00" * 50,
        png()[:40],
    ],
)
def test_files_we_do_not_keep_are_refused(waiting: Attachment, content: bytes) -> None:
    row = fetch(waiting, content)
    assert (row.state, row.error, bool(row.file)) == ("refused", "Not a kind of file we keep.", False)


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_photo_browsers_do_not_show_becomes_one_they_do(waiting: Attachment, form: str) -> None:
    Attachment.objects.update(filename="IMG_1.HEIC", mime_type="video/mp4")
    row = fetch(waiting, picture(form, (80, 60), placed=True))
    assert (row.state, row.kind, row.mime_type, row.width, row.height) == ("stored", "image", "image/jpeg", 80, 60)
    assert (row.filename, str(row.file.name)[-4:], row.file.size) == ("IMG_1.jpg", ".jpg", row.size)
    with row.file.open("rb") as stored:
        assert b"Geheim" not in stored.read()


def test_a_photo_that_cannot_be_opened_is_refused(waiting: Attachment) -> None:
    row = fetch(waiting, picture("HEIF")[:300])
    assert (row.state, row.error) == ("refused", "Not a picture that can be opened.")


def test_a_voice_note_is_a_sound_whatever_its_container(waiting: Attachment) -> None:
    row = fetch(waiting, boxed(b"isom", b"mp42", tracks=(b"soun",)))
    assert (row.state, row.kind, row.mime_type) == ("stored", "audio", "audio/mp4")


def test_a_file_that_is_too_large_is_refused(waiting: Attachment) -> None:
    with patch.dict(attachments.MOST_BYTES, {"image": 10}):
        assert fetch(waiting, png()).state == "refused"


def test_a_picture_with_absurd_dimensions_is_refused() -> None:
    with patch("channels.file_type.MOST_PIXELS", 5):
        assert read_type(io.BytesIO(png())) is None


def test_a_failure_is_tried_again_later_and_given_up_in_the_end(waiting: Attachment) -> None:
    broken = ChannelError("No connection.", reason="unreachable")
    waits = []
    for _ in attachments.TRIES:
        row = fail(waiting, broken)
        assert row.state == "waiting"
        assert row.retry_at is not None
        waits.append(row.retry_at - timezone.now())
    assert waits == sorted(waits)
    assert attachments.due() == []
    row = fail(waiting, broken)
    assert (row.state, row.error) == ("failed", "No connection.")


def test_a_limit_does_not_count_as_a_try(waiting: Attachment) -> None:
    later = timezone.now() + timedelta(minutes=9)
    row = fail(waiting, RateLimited("slower", retry_at=later))
    assert (row.state, row.attempts, row.retry_at) == ("waiting", 0, later)


@pytest.mark.parametrize(("reason", "state"), [("media_refused", "refused"), ("message_gone", "failed")])
def test_a_refusal_is_final(waiting: Attachment, reason: str, state: str) -> None:
    assert fail(waiting, ChannelError("No.", permanent=True, reason=reason)).state == state


def test_file_of_a_withdrawn_message_is_not_kept(waiting: Attachment) -> None:
    def withdraw(*args: object, **kwargs: object) -> tuple[BinaryIO, str]:
        Attachment.objects.all().delete()
        return io.BytesIO(png()), ""

    with patch.object(XConnector, "open_attachment", side_effect=withdraw):
        attachments.fetch([waiting.pk])
    assert not default_storage.exists(f"attachments/{timezone.now():%Y/%m}/{waiting.code}.png")


def test_two_workers_fetch_a_file_once(waiting: Attachment) -> None:
    assert attachments._claim(waiting.pk)
    with patch.object(XConnector, "open_attachment") as opened:
        attachments.fetch([waiting.pk])
    opened.assert_not_called()


def test_a_file_with_no_address_is_no_file(waiting: Attachment) -> None:
    Attachment.objects.update(source_url="")
    attachments.fetch([waiting.pk])
    waiting.refresh_from_db()
    assert waiting.state == "none"

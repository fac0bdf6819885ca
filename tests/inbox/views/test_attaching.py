"""What goes along with an answer: made fit for the platform, or refused in words before anything leaves."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from channels.types import Visibility
from inbox.models import Attachment, Conversation, Message
from tests import factories
from tests.support.composer import reply_address, reply_form
from tests.support.files import boxed, moving, ogg, picture, webm
from tests.support.pages import HTMX
from tests.support.profiles import share_of

MB = 1024 * 1024
pytestmark = pytest.mark.thorough
OPUS = ogg(b"OpusHead" + bytes(20))


@pytest.fixture(params=share_of(["whatsapp", "x", "facebook", "instagram"]))
def chat(request: pytest.FixtureRequest, db: None) -> Conversation:
    """A private chat on one platform, in a thorough run on each."""
    return chat_on(request.param)


def chat_on(platform: str) -> Conversation:
    kind = "text" if platform == "whatsapp" else "dm"
    made = factories.make_inbound(factories.make_account(platform), kind=kind, visibility=Visibility.PRIVATE)
    assert made.conversation is not None
    return made.conversation


def send(page: Client, chat: Conversation, *files: tuple[str, bytes], tab: str = "private") -> str:
    attached = [SimpleUploadedFile(name, content, "application/octet-stream") for name, content in files]
    form = reply_form(chat, tab=tab, attached=attached)
    return page.post(reply_address(chat), form, **HTMX).content.decode()


def only_kept() -> Attachment:
    return Attachment.objects.get(message__direction="outbound")


def content_of(kept: Attachment) -> bytes:
    with kept.file.open("rb") as opened:
        content: bytes = opened.read()
    return content


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_heic_leaves_as_a_jpeg_everywhere(page: Client, chat: Conversation, form: str) -> None:
    send(page, chat, ("IMG_0001.HEIC", picture(form, (80, 60))))
    kept = only_kept()
    assert (kept.kind, kept.mime_type, kept.filename) == ("image", "image/jpeg", "IMG_0001.jpg")
    with Image.open(io.BytesIO(content_of(kept))) as image:
        assert (image.format, image.size) == ("JPEG", (80, 60))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_where_a_photo_was_taken_does_not_leave(page: Client, chat: Conversation, form: str) -> None:
    send(page, chat, ("foto", picture(form, (80, 60), placed=True, turned=form == "JPEG")))
    kept = only_kept()
    content = content_of(kept)
    assert kept.mime_type == f"image/{form.lower()}"
    assert b"Geheim" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == ((60, 80) if form == "JPEG" else (80, 60))
        assert not image.getexif()


def test_a_photo_without_remarks_leaves_as_it_is(page: Client, chat: Conversation) -> None:
    plain = picture("PNG")
    send(page, chat, ("foto.png", plain))
    assert content_of(only_kept()) == plain


@pytest.mark.parametrize(
    ("platform", "name", "content", "titles"),
    [
        ("whatsapp", "a.gif", moving("GIF"), "JPEG, PNG"),
        ("whatsapp", "a.webp", moving("WEBP"), "JPEG, PNG"),
        ("whatsapp", "a.mov", boxed(b"qt  ", tracks=(b"vide",)), "MP4, 3GP"),
        ("whatsapp", "a.webm", webm(b"V_VP9"), "MP4, 3GP"),
        ("whatsapp", "a.wav", b"RIFF" + bytes(4) + b"WAVE" + bytes(40), "AAC, AMR, MP3, M4A, OGG"),
        ("whatsapp", "a.ogg", ogg(b"\x01vorbis" + bytes(20)), "AAC, AMR, MP3, M4A, OGG"),
        ("x", "a.pdf", b"%PDF-1.7 " + bytes(40), "JPEG, PNG, WEBP, GIF, MP4, MOV"),
        ("x", "a.webm", webm(b"V_VP9"), "MP4, MOV"),
        ("instagram", "a.ogg", OPUS, "AAC, M4A, WAV"),
        ("instagram", "a.txt", b"Hallo daar", "PDF"),
        ("facebook", "a.amr", b"#!AMR" + bytes(40), "MP3, AAC, M4A, WAV"),
    ],
)
def test_a_file_the_platform_refuses_is_refused_in_words(
    page: Client, platform: str, name: str, content: bytes, titles: str
) -> None:
    html = send(page, chat_on(platform), (name, content))
    assert f"“{name}” cannot go to" in html
    assert f"It takes {titles}." in html
    assert not Message.objects.filter(direction="outbound").exists()


@pytest.mark.parametrize(
    ("platform", "name", "content"),
    [
        ("whatsapp", "a.ogg", OPUS),
        ("whatsapp", "a.m4a", boxed(b"M4A ")),
        ("whatsapp", "a.mp4", boxed(b"isom", tracks=(b"vide", b"soun"))),
        pytest.param("x", "a.gif", moving("GIF"), id="gif"),
        ("instagram", "a.webm", webm(b"V_VP9")),
    ],
)
def test_a_file_the_platform_takes_goes_along(page: Client, platform: str, name: str, content: bytes) -> None:
    send(page, chat_on(platform), (name, content))
    assert content_of(only_kept()) == content


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_a_still_in_a_format_whatsapp_lacks_becomes_a_jpeg(page: Client, form: str) -> None:
    send(page, chat_on("whatsapp"), (f"a.{form.lower()}", picture(form)))
    assert (only_kept().mime_type, only_kept().filename) == ("image/jpeg", "a.jpg")


def test_a_photo_that_is_too_large_is_made_to_fit(page: Client) -> None:
    file = io.BytesIO()
    Image.effect_noise((2400, 2400), 100).save(file, "PNG")
    assert len(file.getvalue()) > 5 * MB
    send(page, chat_on("whatsapp"), ("groot.png", file.getvalue()))
    assert (only_kept().mime_type, (only_kept().size or 0) <= 5 * MB) == ("image/jpeg", True)


def test_a_film_that_is_too_large_is_refused_with_the_limit(page: Client) -> None:
    html = send(page, chat_on("whatsapp"), ("film.mp4", boxed(b"isom", tracks=(b"vide",)) + bytes(17 * MB)))
    assert "“film.mp4” is too large. WhatsApp takes 16 MB of this kind." in html


def test_on_x_a_gif_goes_alone_and_pictures_by_four(page: Client, conversation: Conversation) -> None:
    html = send(page, conversation, ("a.png", picture()), ("b.gif", moving()), tab="public")
    assert "“b.gif” has to go alone on X." in html
    html = send(page, conversation, *[(f"{n}.png", picture()) for n in range(5)], tab="public")
    assert "X takes 4 files in one message." in html
    large = moving() + bytes(6 * MB)  # above the limit of a photo, below that of a moving picture
    send(page, conversation, ("c.gif", large), tab="public")
    assert only_kept().size == len(large)

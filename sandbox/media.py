"""Small files made on the spot, for messages that need an attachment but were given none."""

from __future__ import annotations

import io
import struct
import wave
from functools import lru_cache

from PIL import Image, ImageDraw


@lru_cache
def placeholder(kind: str) -> tuple[bytes, str]:
    """Bytes and MIME type of a tiny file of this kind (image, sticker, audio, video, document)."""
    if kind == "image":
        return _picture("JPEG"), "image/jpeg"
    if kind == "sticker":
        return _picture("WEBP"), "image/webp"
    if kind == "audio":
        return _sound(), "audio/wav"
    if kind == "video":
        return _film(), "video/mp4"
    return _document(), "application/pdf"


def _picture(form: str) -> bytes:
    picture = Image.new("RGB", (320, 240), "#d8c7a0")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 90, 260, 200), fill="#8a5a34", outline="#5b3a20", width=4)
    draw.line((60, 145, 260, 120), fill="#2c1a0d", width=3)
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()


def _sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 800)
    return file.getvalue()


def _film() -> bytes:
    """The smallest thing that calls itself an MP4: its type box and an empty data box."""
    kind = b"ftypisom\x00\x00\x02\x00isomiso2mp41"
    return struct.pack(">I", len(kind) + 4) + kind + struct.pack(">I", 8) + b"mdat"


def _document() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )

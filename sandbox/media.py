"""Small files made on the spot, for messages that need an attachment but were given none."""

from __future__ import annotations

import io
import struct
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
        return _sound(), "audio/ogg"
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
    """A voice message: one second of silence, as Opus in Ogg (RFC 7845)."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 7) + b"sandbox" + struct.pack("<I", 0)
    silence = [b"\xf8\xff\xfe"] * 50  # 20 ms each
    pages = ((2, 0, [head]), (0, 0, [tags]), (4, 50 * 960, silence))
    return b"".join(_page(kind, until, number, packets) for number, (kind, until, packets) in enumerate(pages))


def _page(kind: int, until: int, number: int, packets: list[bytes]) -> bytes:
    """One page of Ogg with its checksum (RFC 3533 §6)."""
    sizes = bytes(len(packet) for packet in packets)
    start = struct.pack("<4sBBqII", b"OggS", 0, kind, until, 1, number)
    rest = bytes([len(sizes)]) + sizes + b"".join(packets)
    checksum = 0
    for byte in start + b"\0\0\0\0" + rest:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1) ^ (0x04C11DB7 if checksum & 0x80000000 else 0)
        checksum &= 0xFFFFFFFF
    return start + struct.pack("<I", checksum) + rest


def _film() -> bytes:
    """The smallest thing that calls itself an MP4: its type box and an empty data box."""
    kind = b"ftypisom\x00\x00\x02\x00isomiso2mp41"
    return struct.pack(">I", len(kind) + 4) + kind + struct.pack(">I", 8) + b"mdat"


def _document() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )

"""Small files of every kind that people send, made on the spot."""

from __future__ import annotations

import base64
import io
import struct

import pillow_heif
from PIL import Image

# A PNG of one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), *, turned: bool = False, placed: bool = False) -> bytes:
    """A picture in a format of Pillow's or HEIF; `turned` on its side by EXIF, `placed` with a place in it."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    if placed:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x010F] = "Geheim"
    file = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(image).save(file, quality=90, exif=exif.tobytes() if turned or placed else None)
    else:
        image.save(file, form, **({"exif": exif} if turned or placed else {}))
    return file.getvalue()


def moving(form: str = "GIF") -> bytes:
    """A picture with two frames."""
    file = io.BytesIO()
    first = Image.new("RGB", (8, 6), "red")
    first.save(file, form, save_all=True, append_images=[Image.new("RGB", (8, 6), "blue")])
    return file.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    """One box of an ISO container."""
    return struct.pack(">I", len(content) + 8) + kind + content


def boxed(major: bytes, *compatible: bytes, tracks: tuple[bytes, ...] = (), index_last: bool = True) -> bytes:
    """An ISO container with these brands, and tracks with these handlers."""
    head = box(b"ftyp", major + b"\0\0\2\0" + b"".join(compatible))
    handlers = b"".join(box(b"trak", box(b"hdlr", bytes(8) + track + bytes(13))) for track in tracks)
    index, data = box(b"moov", handlers), box(b"mdat", bytes(100_000))
    return head + (data + index if index_last else index + data)


def ogg(packet: bytes) -> bytes:
    """The first page of an Ogg stream."""
    return b"OggS" + bytes(22) + bytes([1, len(packet)]) + packet


def webm(*codecs: bytes) -> bytes:
    """The beginning of a WebM."""
    return b"\x1a\x45\xdf\xa3" + bytes(20) + b"webm" + bytes(20) + b"".join(codecs)

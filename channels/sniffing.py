"""What a file is by its contents, whatever its sender called it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

HEAD = 4096
MOST_PIXELS = 60_000_000
_IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
    "video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm", "video/3gpp": ".3gp",
    "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/aac": ".aac",
    "audio/amr": ".amr", "audio/wav": ".wav",
    "application/pdf": ".pdf", "text/plain": ".txt",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}  # fmt: skip
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file turned out to be. `kind` is image, video, audio or file."""

    kind: str
    mime_type: str
    width: int | None = None
    height: int | None = None

    @property
    def extension(self) -> str:
        """The ending its name gets."""
        return EXTENSIONS[self.mime_type]


def sniff(file: BinaryIO) -> Sniffed | None:
    """Say what a file is, from its first bytes and Pillow; None for what we do not keep. Rewinds the file."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    image = _image(file)
    file.seek(0)
    if image is not None:
        return image
    mime = _media(head) or _document(head)
    return Sniffed("file" if mime.startswith(("application/", "text/")) else mime.split("/")[0], mime) if mime else None


def _image(file: BinaryIO) -> Sniffed | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(_IMAGES)) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    return None
                return Sniffed("image", _IMAGES[str(image.format)], width, height)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


def _media(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand.startswith(b"M4A"):
            return "audio/mp4"
        return "video/quicktime" if brand == b"qt  " else "video/3gpp" if brand.startswith(b"3g") else "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0):
        return "audio/mpeg"
    return ""


def _document(head: bytes) -> str:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "application/msword"
    if head.startswith(b"PK\x03\x04"):
        return next((mime for part, mime in _OFFICE.items() if part in head), "")
    # Markup can carry scripts; only text that is plainly text is kept.
    if not head or b"\x00" in head or head.lstrip().startswith(b"<"):
        return ""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return "text/plain" if error.start > len(head) - 4 else ""
    return "text/plain"

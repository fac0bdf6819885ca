"""What a file is: by its contents first, then by what the platform said, never by its name."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

HEAD = 64 * 1024
MOST_PIXELS = 60_000_000
_MOST_BOXES, _MOST_INDEX = 200, 4 * 1024 * 1024  # of an MP4: how far its index of tracks is looked for, and read
_LONGEST = 1 << 40  # bytes; a box that claims more is no box
_ORIENTATION = 0x0112  # EXIF; from 5 on the picture lies on its side
_IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
OPUS, VORBIS = "audio/ogg; codecs=opus", "audio/ogg; codecs=vorbis"
EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
    "image/heic": ".heic", "image/heif": ".heif", "image/avif": ".avif",
    "video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm", "video/3gpp": ".3gp", "video/ogg": ".ogv",
    "audio/mpeg": ".mp3", OPUS: ".ogg", VORBIS: ".ogg", "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/aac": ".aac",
    "audio/amr": ".amr", "audio/wav": ".wav", "audio/webm": ".weba", "audio/3gpp": ".3ga",
    "application/pdf": ".pdf", "text/plain": ".txt",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}  # fmt: skip
# Photos that browsers or platforms do not show; they become JPEG (channels/pictures.py).
CONVERTED = frozenset({"image/heic", "image/heif", "image/avif"})
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Brands of the ISO container (ISO/IEC 14496-12 and the list kept at mp4ra.org).
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF = frozenset({b"avif", b"avis"})
_HEIF = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})
_SOUND = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})
_OGG = {b"OpusHead": OPUS, b"\x01vorbis": VORBIS, b"\x80theora": "video/ogg"}


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file turned out to be. `kind` is image, video, audio or file."""

    kind: str
    mime_type: str
    width: int | None = None
    height: int | None = None

    @property
    def extension(self) -> str:
        """The ending its name gets."""
        return EXTENSIONS[self.mime_type]


def read_type(file: BinaryIO, claimed_type: str = "") -> FileType | None:
    """Return what a file is; None for what we do not keep. Rewinds the file.

    `claimed_type` is the type its sender named. It decides only where the contents leave two readings.
    """
    file.seek(0)
    head = file.read(HEAD)
    mime = _boxed(file, head, claimed_type) if head[4:8] == b"ftyp" else ""
    file.seek(0)
    if not mime:
        image = _image(file)
        file.seek(0)
        if image is not None:
            return image
    mime = mime or _media(head, claimed_type) or _document(head)
    return (
        FileType("file" if mime.startswith(("application/", "text/")) else mime.split("/")[0], mime) if mime else None
    )


def _image(file: BinaryIO) -> FileType | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(_IMAGES)) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    return None
                if image.format == "JPEG" and image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8):
                    width, height = height, width
                return FileType("image", _IMAGES[str(image.format)], width, height)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


def _boxed(file: BinaryIO, head: bytes, claimed_type: str) -> str:
    """Return what an ISO container holds: its first brand, then the others, then its tracks, then what was said."""
    end = min(max(int.from_bytes(head[:4], "big"), 16), 512)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    for brand in brands:
        if brand in _HEIC:
            return "image/heic"
        if brand in _AVIF:
            return "image/avif"
        if brand in _SOUND:
            return "audio/mp4"
        if brand not in _HEIF:
            break  # a film may name a picture's brand among the others, and the other way round
    if brands[0] in _HEIF:
        rest = frozenset(brands)
        return "image/avif" if rest & _AVIF else "image/heic" if rest & _HEIC else "image/heif"
    if brands[0] == b"qt  ":
        return "video/quicktime"
    family = "3gpp" if brands[0].startswith(b"3g") else "mp4"
    tracks = frozenset(_tracks(file))
    sounds = b"vide" not in tracks and (b"soun" in tracks or claimed_type.startswith("audio/"))
    return f"{'audio' if sounds else 'video'}/{family}"


def _tracks(file: BinaryIO) -> Iterator[bytes]:
    """The handlers of an MP4's tracks: "vide", "soun" and others. Its index may stand behind all the rest."""
    at = 0
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or (size < 8 and kind != b"moov") or size > _LONGEST:
            return
        if kind == b"moov":
            file.seek(at)
            index = file.read(min(size, _MOST_INDEX) if size else _MOST_INDEX)
            # A handler box: its name, four bytes of version and flags, four of the older kind, then the handler.
            found = index.find(b"hdlr")
            while found >= 0:
                yield index[found + 12 : found + 16]
                found = index.find(b"hdlr", found + 4)
            return
        at += size


def _media(head: bytes, claimed_type: str) -> str:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _webm(head, claimed_type)
    if head.startswith(b"OggS"):
        begin = 27 + head[26] if len(head) > 26 else 0
        return next((mime for mark, mime in _OGG.items() if head.startswith(mark, begin)), "audio/ogg")
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0):
        return "audio/mpeg"
    return ""


def _webm(head: bytes, claimed_type: str) -> str:
    """WebM by the codecs its tracks name: a V_ makes it a film."""
    shows = any(codec in head for codec in (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG"))
    sounds = b"A_OPUS" in head or b"A_VORBIS" in head or claimed_type.startswith("audio/")
    return "audio/webm" if sounds and not shows else "video/webm"


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

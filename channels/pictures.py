"""Pictures made fit to be shown and sent: upright, as JPEG where others cannot read them, and without where and when.

Never call this inside a transaction: it takes a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from webcare.lib import picture_process

MOST_SECONDS = 30
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# Where cameras and programs write the place, the time, the owner: EXIF, XMP, IPTC, and PNG's own remarks.
_MARKS = (
    b"Exif\x00\x00", b"EXIF", b"eXIf", b"http://ns.adobe.com/xap", b"XMP ", b"8BIM", b"Photoshop 3.0",
    b"tEXt", b"iTXt", b"zTXt", b"<x:xmpmeta",
)  # fmt: skip


class UnusablePicture(Exception):
    """This picture cannot be read, or not be made small enough."""


def has_metadata(content: bytes) -> bool:
    """Whether a picture says more than what it shows. A doubtful one counts as if it did."""
    return any(mark in content for mark in _MARKS)


def without_metadata(content: bytes, mime_type: str = "image/jpeg", most_bytes: int = 1 << 40) -> bytes:
    """Return the picture upright, without metadata, as this type and within this size. Raises Unusable."""
    options = json.dumps({"format": _FORMATS[mime_type], "most_bytes": most_bytes})
    command = [sys.executable, "-I", str(Path(picture_process.__file__)), options]
    try:
        ended = subprocess.run(  # noqa: S603  our own file, with our own words
            command, input=content, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        raise UnusablePicture from None
    if ended.returncode or not ended.stdout:
        raise UnusablePicture
    return ended.stdout

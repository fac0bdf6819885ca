"""Remakes one picture, in a process with limits of its own.

Run by path, with nothing of ours loaded. A picture comes on standard input, its remake leaves on standard output.
Decoders of strangers' files are where attacks begin; what breaks or swells here harms nobody else.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
from typing import Any

SECONDS, MEMORY = 20, 2 * 1024**3
MOST_PIXELS = 60_000_000
QUALITIES = (90, 82, 74, 66)
SMALLEST = 320
# A profile names the colours it is of in its head: one for print's inks makes wrong colours of light's.
SPACES = {"RGB": b"RGB ", "RGBA": b"RGB ", "L": b"GRAY", "LA": b"GRAY"}


def limit() -> None:
    """Take little: time, memory, and no file of any size."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(5)


def main() -> int:
    """Return 0 when a picture was written, 2 for one that is too large or broken."""
    limit()
    import pillow_heif  # noqa: PLC0415  under the limits
    from PIL import Image, ImageOps  # noqa: PLC0415

    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    options: dict[str, Any] = json.loads(sys.argv[1])
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read())) as image:
            if image.width * image.height > MOST_PIXELS:
                return 2
            profile = image.info.get("icc_profile")
            upright = ImageOps.exif_transpose(image)
            made = _saved(_plain(upright, options["format"]), options, profile)
    except Exception:  # whatever a decoder raises: the picture is not one we can use
        return 2
    if not made:
        return 2
    sys.stdout.buffer.write(made)
    return 0


def _plain(image: Any, form: str) -> Any:
    """A JPEG has no see-through parts and no palette: what shows through is white."""
    if form != "JPEG":
        return image.convert("RGBA") if image.mode in ("P", "PA") else image
    if image.mode in ("RGBA", "LA", "PA", "P"):
        from PIL import Image  # noqa: PLC0415

        shown = image.convert("RGBA")
        paper = Image.new("RGB", shown.size, "white")
        paper.paste(shown, mask=shown.getchannel("A"))
        return paper
    return image if image.mode in ("RGB", "L") else image.convert("RGB")


def _saved(image: Any, options: dict[str, Any], profile: bytes | None) -> bytes:
    """Save within the size that is allowed, coarser and then smaller; nothing but pixels and colours goes along."""
    from PIL import Image  # noqa: PLC0415

    kept = profile if profile and profile[16:20] == SPACES.get(image.mode) else None
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    while True:
        for quality in QUALITIES if options["format"] != "PNG" else QUALITIES[:1]:
            file = io.BytesIO()
            clean.save(file, options["format"], quality=quality, optimize=True, icc_profile=kept)
            if file.tell() <= options["most_bytes"]:
                return file.getvalue()
        if min(clean.size) * 3 // 4 < SMALLEST:
            return b""
        clean = clean.resize((clean.width * 3 // 4, clean.height * 3 // 4), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    sys.exit(main())

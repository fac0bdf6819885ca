"""Files made fit for the way they leave: converted where that helps, refused in words where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from channels import pictures
from channels.file_type import CONVERTED, EXTENSIONS
from channels.platforms import platform_title
from inbox.outbox.checks import (
    Refused,
    check_files,
    kind_of,
    mime_of,
)

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from channels.models import Account
    from channels.types import RouteRules

_STILL = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", *CONVERTED})
_KEPT = ("image/jpeg", "image/png", "image/webp")  # a picture stays what it is where the platform takes that


def prepare_files(
    files: Sequence[UploadedFile[Any]], rules: RouteRules | None, account: Account
) -> list[UploadedFile[Any]]:
    """Return the files as they can leave. Raises outbox.Refused, and takes its time: not for a transaction."""
    if rules is None:
        return list(files)
    fitting = [_fitting(file, rules, account) for file in files]
    if fitting:
        check_files(fitting, rules, account)
    if rules.ratios:
        for file in fitting:
            _check_ratio(file, rules.ratios, account)
    return fitting


def _check_ratio(file: UploadedFile[Any], ratios: tuple[float, float], account: Account) -> None:
    """Raise Refused for a picture that is too tall or too wide for the platform."""
    try:
        with Image.open(BytesIO(_read(file)), formats=("GIF", "WEBP", "PNG", "JPEG")) as image:
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return  # the platform says itself what it does not take
    if ratios[0] <= width / height <= ratios[1]:
        return
    words = (
        _("“%(name)s” is too tall for %(platform)s: crop it to 4 by 5, or wider.")
        if width / height < ratios[0]
        else _("“%(name)s” is too wide for %(platform)s: crop it to 1.91 by 1, or narrower.")
    )
    raise Refused("media_refused", words % {"name": file.name, "platform": platform_title(account.platform)})


def _fitting(file: UploadedFile[Any], rules: RouteRules, account: Account) -> UploadedFile[Any]:
    """Return a picture without place and time, as JPEG or smaller where needed."""
    kind, mime = kind_of(file), mime_of(file)
    if mime not in _STILL or kind not in rules.file_kinds or (file.size or 0) > _LARGEST:
        return file
    content = _read(file)
    most = rules.most_bytes(kind, mime)
    fits = rules.takes(kind, mime) and mime not in CONVERTED and (most is None or len(content) <= most)
    if fits and not pictures.has_metadata(content):
        return file
    if mime not in CONVERTED and _is_animated(content):
        return file  # a still of it would be something else
    kept = mime if fits and mime in _KEPT else "image/jpeg"
    if not rules.takes(kind, kept):
        return _as_it_is(file, content, rules, account)
    try:
        made = pictures.without_metadata(content, kept, rules.most_bytes(kind, kept) or _LARGEST)
    except pictures.UnusablePicture:
        return _as_it_is(file, content, rules, account)
    name = f"{Path(file.name or 'picture').stem}{EXTENSIONS[kept]}" if kept != mime else file.name or "picture"
    return SimpleUploadedFile(name, made, kept)


def _as_it_is(file: UploadedFile[Any], content: bytes, rules: RouteRules, account: Account) -> UploadedFile[Any]:
    """Return a picture that could not be remade. Raises Refused where it may say where it was taken."""
    if pictures.has_metadata(content):
        check_files([file], rules, account)  # what else stops it is said first
        explanation = _(
            "“%(name)s” may say where it was taken, and we cannot take that out. Send a screenshot of it instead."
        )
        raise Refused("media_refused", explanation % {"name": file.name})
    return file


_LARGEST = 50 * 1024 * 1024


def _read(file: UploadedFile[Any]) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    file.seek(0)
    return content


def _is_animated(content: bytes) -> bool:
    """Whether a picture has more than one frame."""
    try:
        with Image.open(BytesIO(content), formats=("GIF", "WEBP", "PNG", "JPEG")) as image:
            return bool(getattr(image, "is_animated", False)) and image.format != "JPEG"
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False

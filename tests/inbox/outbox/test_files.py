"""Pictures on their way out: without where they were taken, or not at all."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from channels import pictures
from channels.types import RouteRules
from inbox.outbox import checks, files
from tests import factories
from tests.support.files import picture

pytestmark = pytest.mark.django_db


def rules(*types: str, most_bytes: int = 1_000_000) -> RouteRules:
    return RouteRules(
        limit=100, max_files=1, file_kinds=("image",), file_types={"image": types}, max_file_bytes={"image": most_bytes}
    )


def photo(form: str = "JPEG", *, placed: bool = True) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"tuin.{form.lower()}", picture(form, placed=placed), f"image/{form.lower()}")


def test_a_placed_photo_that_cannot_be_cleaned_stays_here() -> None:
    with (
        patch.object(pictures, "MOST_SECONDS", 0.001),
        pytest.raises(checks.Refused, match="waar de foto is gemaakt"),
    ):
        files.prepare_files([photo()], rules("image/jpeg"), factories.make_account())


def test_a_placed_photo_stays_here_where_its_remake_is_refused() -> None:
    gif = SimpleUploadedFile("tuin.gif", picture("GIF") + b"XMP DataXMP", "image/gif")
    with pytest.raises(checks.Refused, match="waar de foto is gemaakt"):
        files.prepare_files([gif], rules("image/gif"), factories.make_account())


def test_what_else_stops_a_photo_is_said_first() -> None:
    with pytest.raises(checks.Refused) as refused:
        files.prepare_files([photo()], rules("image/jpeg", most_bytes=10), factories.make_account())
    assert "waar de foto is gemaakt" not in refused.value.message


def test_a_photo_that_says_nothing_leaves_as_it_is() -> None:
    plain = photo(placed=False)
    with patch.object(pictures, "MOST_SECONDS", 0.001):
        assert files.prepare_files([plain], rules("image/jpeg"), factories.make_account()) == [plain]

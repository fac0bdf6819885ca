"""What a file is: brands and tracks inside the container, then what the platform said."""

from __future__ import annotations

import io
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from channels import pictures
from channels.file_type import CONVERTED, EXTENSIONS, OPUS, VORBIS, FileType, read_type
from channels.platforms import PLATFORMS, connector_class
from channels.types import Capabilities
from tests.support.files import boxed, moving, ogg, picture, webm
from webcare.lib import picture_process


def kind(content: bytes, said: str = "") -> tuple[str, str]:
    found = read_type(io.BytesIO(content), said)
    assert found is not None
    return found.kind, found.mime_type


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (picture("HEIF"), "image/heic"),
        (picture("AVIF"), "image/avif"),
        (boxed(b"heic", b"mif1", b"heic"), "image/heic"),
        (boxed(b"heix", b"mif1"), "image/heic"),
        (boxed(b"mif1", b"mif1", b"heic", b"MiHB"), "image/heic"),
        (boxed(b"msf1", b"hevc"), "image/heic"),
        (boxed(b"mif1", b"avif"), "image/avif"),
        (boxed(b"avis", b"msf1"), "image/avif"),
        (boxed(b"mif1"), "image/heif"),
    ],
)
def test_a_photo_in_a_container_is_a_photo(content: bytes, mime: str) -> None:
    assert kind(content, "video/mp4") == ("image", mime)


@pytest.mark.parametrize(
    ("content", "said", "found"),
    [
        (boxed(b"isom", b"mp42", tracks=(b"soun",)), "", ("audio", "audio/mp4")),
        (boxed(b"isom", b"mp42", tracks=(b"soun",), index_last=False), "video/mp4", ("audio", "audio/mp4")),
        (boxed(b"mp42", tracks=(b"soun", b"vide")), "audio/mp4", ("video", "video/mp4")),
        (boxed(b"M4A ", b"mp42"), "", ("audio", "audio/mp4")),
        (boxed(b"isom", b"heic", tracks=(b"vide",)), "", ("video", "video/mp4")),
        (boxed(b"isom", b"M4A "), "", ("video", "video/mp4")),
        (boxed(b"mp42"), "audio/mp4", ("audio", "audio/mp4")),
        (boxed(b"mp42"), "video/mp4", ("video", "video/mp4")),
        (boxed(b"qt  ", tracks=(b"vide",)), "", ("video", "video/quicktime")),
        (boxed(b"3gp4", tracks=(b"vide",)), "", ("video", "video/3gpp")),
        (boxed(b"3gp4", tracks=(b"soun",)), "", ("audio", "audio/3gpp")),
        (ogg(b"OpusHead\x01\x01"), "video/ogg", ("audio", OPUS)),
        (ogg(b"\x01vorbis"), "", ("audio", VORBIS)),
        (ogg(b"\x80theora"), "", ("video", "video/ogg")),
        (webm(b"V_VP9", b"A_OPUS"), "audio/webm", ("video", "video/webm")),
        (webm(b"A_OPUS"), "", ("audio", "audio/webm")),
        (webm(), "audio/webm", ("audio", "audio/webm")),
        (webm(), "", ("video", "video/webm")),
    ],
)
def test_sound_and_film_are_told_apart(content: bytes, said: str, found: tuple[str, str]) -> None:
    assert kind(content, said) == found


def test_a_turned_photo_has_the_size_it_is_shown_in() -> None:
    assert read_type(io.BytesIO(picture("JPEG", (8, 6), turned=True))) == FileType("image", "image/jpeg", 6, 8)


STARTS = (b"", b"\0\0\0\x18ftyp", b"\0\0\0\1ftyp", b"OggS", b"\x1a\x45\xdf\xa3")


@given(st.binary(max_size=300), st.sampled_from(STARTS))
def test_any_bytes_have_a_type_or_none(content: bytes, start: bytes) -> None:
    found = read_type(io.BytesIO(start + content), "audio/mp4")
    assert found is None or found.extension.startswith(".")


def test_endless_boxes_end() -> None:
    assert kind(boxed(b"isom") + b"\0\0\0\x08free" * 100_000) == ("video", "video/mp4")


@pytest.mark.parametrize("form", ["HEIF", "AVIF", "JPEG", "PNG", "WEBP"])
def test_a_remade_photo_is_upright_and_says_nothing_else(form: str) -> None:
    source = picture(form, (80, 60), turned=form == "JPEG", placed=True)
    assert pictures.has_metadata(source)
    made = pictures.without_metadata(source)
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size) == ("JPEG", (60, 80) if form == "JPEG" else (80, 60))
        assert not image.getexif()
    assert b"Geheim" not in made
    assert not pictures.has_metadata(made)


def test_a_remade_photo_is_made_to_fit() -> None:
    noise = Image.effect_noise((900, 900), 100)
    file = io.BytesIO()
    noise.save(file, "PNG")
    made = pictures.without_metadata(file.getvalue(), "image/jpeg", 100_000)
    assert 0 < len(made) <= 100_000
    with pytest.raises(pictures.UnusablePicture):
        pictures.without_metadata(file.getvalue(), "image/jpeg", 100)


@pytest.mark.parametrize(("mode", "space"), [("CMYK", b"CMYK"), ("RGB", b"CMYK"), ("L", b"RGB "), ("LA", b"GRAY")])
def test_a_profile_of_other_colours_does_not_go_along(mode: str, space: bytes) -> None:
    file, form = io.BytesIO(), "PNG" if mode == "LA" else "JPEG"
    profile = bytes(16) + space + bytes(108)
    Image.new(mode, (8, 8)).save(file, form, icc_profile=profile)
    assert profile in file.getvalue() or form == "PNG"
    with Image.open(io.BytesIO(pictures.without_metadata(file.getvalue()))) as image:
        assert "icc_profile" not in image.info


def test_a_profile_of_the_same_colours_goes_along() -> None:
    file, profile = io.BytesIO(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (8, 8)).save(file, "JPEG", icc_profile=profile)
    with Image.open(io.BytesIO(pictures.without_metadata(file.getvalue()))) as image:
        assert image.info["icc_profile"] == profile


def bomb() -> bytes:
    """A picture of 40,000 by 40,000 in a few bytes."""
    return b"P1 40000 40000\n"


@pytest.mark.parametrize("content", [b"", b"no picture", picture("HEIF")[:200], picture("JPEG")[:60], bomb()])
def test_what_cannot_be_opened_is_not_remade(content: bytes) -> None:
    with pytest.raises(pictures.UnusablePicture):
        pictures.without_metadata(content)


def test_a_bomb_ends_in_its_own_process() -> None:
    file = io.BytesIO()
    Image.new("L", (picture_process.MOST_PIXELS // 1000 + 1, 1000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    with pytest.raises(pictures.UnusablePicture):
        pictures.without_metadata(file.getvalue())


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with patch.object(pictures, "MOST_SECONDS", 0.001), pytest.raises(pictures.UnusablePicture):
        pictures.without_metadata(picture("HEIF"))


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_every_platform_names_types_that_we_know(platform: str) -> None:
    capabilities: Capabilities = connector_class(platform).capabilities
    for rules in capabilities.routes.values():
        assert set(rules.file_types) <= set(rules.file_kinds)
        named = {mime for types in rules.file_types.values() for mime in types}
        assert named <= set(EXTENSIONS)
        assert not named & CONVERTED
        if "image" in rules.file_kinds:
            assert rules.takes("image", "image/jpeg")


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_a_moving_picture_is_an_image(form: str) -> None:
    assert kind(moving(form)) == ("image", f"image/{form.lower()}")

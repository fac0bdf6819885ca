"""The sandbox refuses files as platforms do, and we blame the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from channels.connectors import connector_for
from channels.errors import ChannelError
from channels.types import OutgoingFile, OutgoingReply
from tests.support.files import boxed, ogg, picture, webm
from tests.support.sandbox_accounts import connect, said, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("platform", "name", "content", "mime"),
    [
        *(
            (platform, "a.heic", picture("HEIF"), "video/mp4")
            for platform in ("x", "whatsapp", "facebook", "instagram")
        ),
        ("whatsapp", "a.gif", picture("GIF"), "image/gif"),
        ("whatsapp", "a.mov", boxed(b"qt  "), "video/quicktime"),
        ("whatsapp", "a.webm", webm(b"V_VP9"), "video/webm"),
        ("whatsapp", "a.ogg", ogg(b"\x01vorbis" + bytes(9)), "audio/ogg"),
        ("whatsapp", "a.wav", b"RIFF" + bytes(4) + b"WAVE" + bytes(40), "audio/wav"),
        ("x", "a.webm", webm(b"V_VP9"), "video/webm"),
        ("instagram", "a.webp", picture("WEBP"), "image/webp"),
        ("whatsapp", "a.png", picture("PNG") + bytes(6 * 1024 * 1024), "image/png"),
        ("x", "a.png", picture("PNG") + bytes(6 * 1024 * 1024), "image/png"),
    ],
)
def test_the_platform_refuses_the_file(
    platforms: Running, tmp_path: Path, platform: str, name: str, content: bytes, mime: str
) -> None:
    account = connect(platforms, platform)
    kind = {"x": "dm", "whatsapp": "text"}.get(platform, "message")
    say(platforms, platform, kind, "karin", "hallo", to=account.external_id)
    (asked,) = said(platforms, platform=platform)
    path = tmp_path / name
    path.write_bytes(content)
    reply = OutgoingReply(
        "private_message", "", "ref-1", recipient_id=asked["from"]["id"], files=(OutgoingFile(str(path), mime, name),)
    )
    connector = connector_for(account)
    with pytest.raises(ChannelError) as refused:
        connector.send(reply)
    connector.close()
    assert (refused.value.reason, refused.value.permanent, refused.value.unknown) == ("media_refused", True, False)
    assert len(said(platforms, platform=platform)) == 1

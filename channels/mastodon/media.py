"""Uploads to a Mastodon server. Mastodon API, "media" (2026-09): what is large is worked on for a while."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from channels.errors import ChannelError
from channels.mastodon.client import MastodonClient
from channels.types import OutgoingFile

PROCESSING_SECONDS = 90
LONGEST_DESCRIPTION = 1500


def upload(client: MastodonClient, files: Sequence[OutgoingFile]) -> list[str]:
    """Upload files and return their ids in order.

    Raises as the client does, but never `unknown`: what was uploaded and not posted is seen by nobody.
    """
    try:
        return [_upload_one(client, file) for file in files]
    except ChannelError as error:
        error.unknown = False
        if error.permanent and error.reason == "other":
            error.reason = "media_refused"
        raise


def _upload_one(client: MastodonClient, file: OutgoingFile) -> str:
    path = Path(file.path)
    with path.open("rb") as content:
        made = client.ask(
            "media_post", content, file.mime_type, description=file.alt_text[:LONGEST_DESCRIPTION] or None,
            file_name=file.filename or path.name,
        )  # fmt: skip
    media_id = _id_of(made)
    ends = time.monotonic() + PROCESSING_SECONDS
    while isinstance(made, Mapping) and not made.get("url"):
        if time.monotonic() > ends:
            raise ChannelError("Mastodon is still processing the file.", reason="unreachable")
        time.sleep(1)
        made = client.ask("media", media_id)
    return media_id


def _id_of(made: Any) -> str:
    found = str(made.get("id") or "") if isinstance(made, Mapping) else ""
    if not found:
        raise ChannelError("Mastodon took the file, but did not say which one it is.", reason="unreachable")
    return found

"""Uploads to X: one request for a picture, in parts for a film. X API v2 reference, "Media upload" (2026-08)."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from channels.errors import ChannelError
from channels.types import OutgoingFile
from channels.x.client import XClient

log = logging.getLogger(__name__)

PART = 4 * 1024 * 1024
PROCESSING_SECONDS = 90


def upload(client: XClient, files: Sequence[OutgoingFile], *, private: bool) -> list[str]:
    """Upload files and return their media ids in order.

    Raises as the client does, but never `unknown`: what was uploaded and not posted is seen by nobody.
    """
    try:
        return [_upload_one(client, file, private=private) for file in files]
    except ChannelError as error:
        error.unknown = False
        if error.permanent and error.reason == "other":
            error.reason = "media_refused"
        raise


def _upload_one(client: XClient, file: OutgoingFile, *, private: bool) -> str:
    kind = "gif" if file.mime_type == "image/gif" else file.mime_type.split("/")[0]
    if kind not in ("image", "gif", "video"):
        raise ChannelError(f"X takes no {file.mime_type}.", permanent=True, reason="media_refused")
    category = f"{'dm' if private else 'tweet'}_{kind}"
    path = Path(file.path)
    media_id = _in_one(client, path, file, category) if kind == "image" else _in_parts(client, path, file, category)
    if file.alt_text:
        _describe(client, media_id, file.alt_text)
    return media_id


def _describe(client: XClient, media_id: str, alt_text: str) -> None:
    metadata = {"id": media_id, "metadata": {"alt_text": {"text": alt_text[:1000]}}}
    try:
        client.call("POST", "/2/media/metadata", json=metadata)
    except ChannelError:
        # The answer is worth more than its picture's description.
        log.warning("X did not take the description of a picture.")


def _in_one(client: XClient, path: Path, file: OutgoingFile, category: str) -> str:
    with path.open("rb") as content:
        response = client.call(
            "POST",
            "/2/media/upload",
            data={"media_category": category, "media_type": file.mime_type},
            files={"media": (file.filename or path.name, content, file.mime_type)},
        )
    return str(response.json()["data"]["id"])


def _in_parts(client: XClient, path: Path, file: OutgoingFile, category: str) -> str:
    description = {"media_category": category, "media_type": file.mime_type, "total_bytes": path.stat().st_size}
    media_id = str(client.call("POST", "/2/media/upload/initialize", json=description).json()["data"]["id"])
    with path.open("rb") as content:
        for index, part in enumerate(iter(lambda: content.read(PART), b"")):
            client.call(
                "POST",
                f"/2/media/upload/{media_id}/append",
                data={"segment_index": str(index)},
                files={"media": (file.filename or path.name, part, "application/octet-stream")},
            )
    finished = client.call("POST", f"/2/media/upload/{media_id}/finalize").json()["data"]
    _wait_until_processed(client, media_id, finished.get("processing_info"))
    return media_id


def _wait_until_processed(client: XClient, media_id: str, processing: dict[str, Any] | None) -> None:
    deadline = time.monotonic() + PROCESSING_SECONDS
    while processing and processing.get("state") not in (None, "succeeded"):
        if processing.get("state") == "failed":
            raise ChannelError("X could not process the film.", permanent=True, reason="media_refused")
        if time.monotonic() > deadline:
            raise ChannelError("X is still processing the film.", reason="unreachable")
        time.sleep(min(max(int(processing.get("check_after_secs") or 1), 1), 10))
        answer = client.call("GET", "/2/media/upload", params={"command": "STATUS", "media_id": media_id})
        processing = answer.json()["data"].get("processing_info")

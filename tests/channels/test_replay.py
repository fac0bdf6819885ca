from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from channels import contexts, polling
from channels.models import Stream
from inbox.models import Message
from sandbox.testing import Running
from tests.sandbox_accounts import said

RECORDINGS = os.environ.get("WEBCARE_RECORDINGS", "")
needs_recordings = pytest.mark.skipif(
    not RECORDINGS, reason="WEBCARE_RECORDINGS names no folder of recorded conversations"
)


def poll_until_quiet() -> None:
    """Poll every stream and load threads until nothing new comes in."""
    for _ in range(10):
        Stream.objects.update(next_poll_at="2020-01-01T00:00:00Z")
        new = sum(polling.poll(pk) for pk in Stream.objects.values_list("pk", flat=True))
        wanted = list(Message.objects.filter(context_state="wanted").values_list("pk", flat=True))
        contexts.load(wanted)
        if not new and not wanted:
            return


@needs_recordings
@pytest.mark.django_db
def test_real_conversations_come_in_once_and_again_nothing_changes(platforms: Running) -> None:
    recordings = Path(RECORDINGS) / "x-support.json"
    call_command("replay", str(recordings))
    poll_until_quiet()
    posts = said(platforms, platform="x")
    assert len(posts) == 1205
    print(
        Message.objects.count(),
        Message.objects.filter(direction="inbound").count(),
        Message.objects.filter(direction="outbound").count(),
        Message.objects.filter(direction="context").count(),
        Message.objects.filter(direction="outbound", conversation=None).count(),
    )
    stored = set(Message.objects.values_list("external_id", flat=True))
    missing = [p for p in posts if p["id"] not in stored]
    print(len(missing), missing[:3])
    before = list(Message.objects.order_by("pk").values_list("pk", "external_id", "conversation_id", "direction"))
    call_command("replay", str(recordings))
    poll_until_quiet()
    assert (
        list(Message.objects.order_by("pk").values_list("pk", "external_id", "conversation_id", "direction")) == before
    )

"""A planned post on X and Facebook, by the real SDKs: published, looked for, and answered by people."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from channels.models import Account
from inbox.models import Conversation, Message
from inbox.outbox import posts
from tests.factories import make_user
from tests.support.files import picture as made
from tests.support.sandbox_accounts import connect, fault, said, say
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
WORDS = "Nieuwe collectie! Kijk op https://veldhuis.example/nieuw & kom langs"


# Where each takes a post, and what brings in its comments.
POSTED = {
    "x": "POST /2/tweets", "facebook": "POST */feed", "mastodon": "POST */statuses", "bluesky": "POST *putRecord",
}  # fmt: skip
STREAMS = {
    "x": ("mentions", "timeline"), "facebook": ("feed",), "mastodon": ("notifications", "statuses"),
    "bluesky": ("notifications", "posts"),
}  # fmt: skip


@pytest.fixture(params=list(POSTED))
def brand(request: pytest.FixtureRequest, sandbox: Running, settings: Settings) -> Account:
    """An account of each platform that may publish."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = settings.MEDIA_SANDBOX = sandbox.url
    name = "veldhuis.bsky.example" if request.param == "bluesky" else "veldhuis"
    account = connect(sandbox, request.param, username=name)
    Account.objects.filter(pk=account.pk).update(mode="publish")
    return Account.objects.get(pk=account.pk)


def plan(brand: Account, *, pictures: int = 0) -> Message:
    """Queue a post for this very moment."""
    files = [SimpleUploadedFile(f"kast{n}.png", made(), "image/png") for n in range(pictures)]
    alt_texts = ["Een kast", "Een bank"][:pictures]
    return posts.queue(brand, make_user(), WORDS, timezone.now(), files, alt_texts)


def stands_there(sandbox: Running, brand: Account) -> list[dict[str, object]]:
    """What the brand has on its timeline or page."""
    return [item for item in said(sandbox, platform=brand.platform) if item["kind"] == "post"]


def test_it_stands_there_once_and_people_answer_it(sandbox: Running, brand: Account) -> None:
    row = work(plan(brand))
    [there] = stands_there(sandbox, brand)
    assert (row.state, row.thread_id, there["text"]) == ("sent", row.external_id, WORDS)
    assert str(there["id"]) in str(row.external_id)
    kind = "comment" if brand.platform == "facebook" else "post"
    words = f"@{brand.handle.partition('@')[0]} mooi!"
    say(sandbox, brand.platform, kind, "karin", words, in_reply_to=str(there["id"]))
    poll(brand, *STREAMS[brand.platform])
    inbound = Message.objects.get(direction="inbound")
    assert (inbound.parent_external_id, inbound.thread_id) == (row.external_id, row.external_id)
    assert Conversation.objects.get().visibility == "public"
    poll(brand, *STREAMS[brand.platform])
    assert Message.objects.exclude(direction="inbound").get() == row  # its own timeline adds nothing


def test_pictures_go_along(sandbox: Running, brand: Account, tmp_path: Path) -> None:
    row = work(plan(brand, pictures=2))
    [there] = stands_there(sandbox, brand)
    assert row.state == "sent"
    assert len(there["media"]) == 2  # type: ignore[arg-type]  # a list, as JSON
    if brand.platform == "mastodon":
        status = requests.get(
            f"{sandbox.url}/api/v1/statuses/{row.external_id}", headers=bearer(brand), timeout=10
        ).json()
        assert [one["description"] for one in status["media_attachments"]] == ["Een kast", "Een bank"]
    elif brand.platform == "bluesky":
        named = {"repo": brand.external_id, "collection": "app.bsky.feed.post", "rkey": str(there["id"])}
        address = f"{sandbox.url}/xrpc/com.atproto.repo.getRecord"
        record = requests.get(address, params=named, headers=bearer(brand), timeout=10).json()
        assert [one["alt"] for one in record["value"]["embed"]["images"]] == ["Een kast", "Een bank"]


def bearer(brand: Account) -> dict[str, str]:
    """Return the header that an account's calls have."""
    return {"Authorization": f"Bearer {brand.credentials['access_token']}"}


def test_a_lost_answer_is_found_and_not_said_twice(sandbox: Running, brand: Account) -> None:
    row = plan(brand)
    fault(sandbox, "reset_after_accept", POSTED[brand.platform])
    assert work(row).state == "unknown"
    assert work(row, timedelta(minutes=1)).state == "sent"
    [there] = stands_there(sandbox, brand)
    assert str(there["id"]) in str(row.external_id)


def test_given_up_in_doubt_and_let_go_it_is_looked_for_first(sandbox: Running, brand: Account) -> None:
    row = plan(brand)
    fault(sandbox, "reset_after_accept", POSTED[brand.platform])
    assert work(row).state == "unknown"
    # The platform showed it nowhere yet, and the last try was refused.
    Message.objects.filter(pk=row.pk).update(state="failed", retry_at=None, lookups=2)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert not posts.move(row.pk, timezone.now() + timedelta(days=1))
        assert posts.release(row.pk, make_user("admin"))
        assert work(row).state == "sent"
    [there] = stands_there(sandbox, brand)
    row.refresh_from_db()
    assert str(there["id"]) in str(row.external_id)


def test_let_go_after_hours_and_not_found_it_is_sent(sandbox: Running, brand: Account) -> None:
    row = plan(brand)
    Message.objects.filter(pk=row.pk).update(state="failed", lookups=2, claimed_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert posts.release(row.pk, make_user("admin"))
        assert work(row).state == "unknown"
    with time_machine.travel(timezone.now() + timedelta(hours=3, minutes=2)):
        assert work(row).state == "retry"
        assert work(row).state == "sent"
    assert len(stands_there(sandbox, brand)) == 1

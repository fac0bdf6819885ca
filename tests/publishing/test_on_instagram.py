"""A planned post on Instagram, by the real SDK: the simulated platform fetches its pictures from us by real HTTP."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from channels.errors import ChannelError
from channels.meta.errors import error_from
from channels.meta.instagram.posts import publish
from channels.models import Account, Checkup
from channels.types import OutgoingFile, OutgoingReply
from inbox.models import Attachment, Message
from inbox.outbox import fetched_files, posts
from inbox.outbox.checks import Refused
from inbox.outbox.files import prepare_files
from publishing.forms import PostForm
from tests.factories import make_account, make_user
from tests.support.sandbox_accounts import connect, fault, said, say
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from channels.meta.graph import Graph
    from sandbox.testing import Running

WORDS = "Nieuwe collectie! Kom kijken in de winkel."


@pytest.fixture
def brand(sandbox: Running, settings: Settings) -> Account:
    """An Instagram account that may publish."""
    settings.GRAPH_API_BASE = settings.MEDIA_SANDBOX = sandbox.url
    account = connect(sandbox, "instagram")
    Account.objects.filter(pk=account.pk).update(mode="publish")
    return Account.objects.get(pk=account.pk)


def picture(width: int = 80, height: int = 80, kind: str = "JPEG") -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (width, height), "peru").save(made, kind)
    return SimpleUploadedFile(f"kast.{kind.lower()}", made.getvalue(), f"image/{kind.lower()}")


def plan(brand: Account, pictures: int = 1) -> Message:
    """Queue a post for this very moment."""
    files = [picture() for _number in range(pictures)]
    return posts.queue(brand, make_user(), WORDS, timezone.now(), files, ["Een kast"] * pictures)


def stands_there(sandbox: Running) -> list[dict[str, object]]:
    """What the brand has on its profile."""
    return [item for item in said(sandbox, platform="instagram") if item["kind"] == "media"]


@pytest.mark.django_db(transaction=True)
def test_posts_stand_there_once_and_people_answer_them(
    sandbox: Running, brand: Account, live_server: LiveServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = live_server.url
    row = work(plan(brand))
    [there] = stands_there(sandbox)
    assert (row.state, row.external_id, row.thread_id, there["text"]) == ("sent", there["id"], there["id"], WORDS)
    assert row.permalink.startswith("https://www.instagram.com/p/")
    say(sandbox, "instagram", "comment", "karin", "Mooi!", in_reply_to=row.external_id)
    poll(brand, "comments")
    assert Message.objects.get(direction="inbound").thread_id == row.external_id
    album = plan(brand, pictures=3)
    fault(sandbox, "reset_after_accept", "POST */media_publish")
    assert work(album).state == "unknown"
    album = work(album, timedelta(minutes=1))
    second = stands_there(sandbox)[-1]
    assert (album.state, album.external_id, len(second["media"])) == ("sent", second["id"], 3)  # type: ignore[arg-type]
    assert len(stands_there(sandbox)) == 2


@pytest.mark.django_db
def test_a_picture_that_cannot_be_fetched_is_tried_again(sandbox: Running, brand: Account, settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    row = work(plan(brand))
    assert (row.state, row.error_reason, stands_there(sandbox)) == ("retry", "not_fetched", [])
    assert "could not be fetched" in row.error and "127.0.0.1" not in row.error  # the address is a key


@pytest.mark.django_db
def test_a_picture_is_fetched_only_while_its_post_leaves(settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    row = plan(make_account("instagram", mode="publish"))
    address = fetched_files.address_of(row.attachments.get())
    anybody = Client()
    assert anybody.get(address).status_code == 404  # it waits for its moment
    Message.objects.filter(pk=row.pk).update(state="sending")
    answer = anybody.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]  # a file's answer
    assert anybody.get(address[:-1] + ("A" if address[-1] != "A" else "B")).status_code == 404
    Message.objects.filter(pk=row.pk).update(route="private_message")
    assert anybody.get(address).status_code == 404  # of nobody's private words
    Message.objects.filter(pk=row.pk).update(route="post")
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert anybody.get(address).status_code == 404


class Failing:
    """Instagram as it takes pictures, and then answers with an error."""

    def __init__(self, error: ChannelError) -> None:
        self.error = error

    def write(self, path: str, **_args: Any) -> dict[str, str]:
        if path.endswith("media_publish"):
            raise self.error
        return {"id": "1"}

    def read(self, _path: str, **_args: Any) -> dict[str, str]:
        return {"status_code": "FINISHED"}


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (error_from({"code": 2, "is_transient": True}), True),
        (error_from({"code": 9007, "error_subcode": 2207027}), True),
        (error_from({"code": 24, "error_subcode": 2207006}), False),
        (error_from({"code": 4}), False),
        (error_from({"code": 190}), False),
    ],
)
def test_a_passing_error_may_have_published_it(error: ChannelError, unknown: bool) -> None:
    file = OutgoingFile("", "image/jpeg", address="https://webcare.example/kast")
    reply = OutgoingReply("post", WORDS, "ref-1", files=(file,))
    with pytest.raises(ChannelError) as raised:
        publish(cast("Graph", Failing(error)), "17", reply)
    assert raised.value.unknown == unknown


@pytest.mark.django_db
@translation.override("en")
def test_what_instagram_would_refuse_is_told_before() -> None:
    account = make_account("instagram", mode="publish")
    author = make_user(language="en")
    rules = posts.rules_for(account)
    [sent] = prepare_files([picture(kind="PNG")], rules, account)
    assert sent.content_type == "image/jpeg"
    for width, height, why in ((100, 200, "too tall"), (200, 100, "too wide")):
        with pytest.raises(Refused, match=why):
            prepare_files([picture(width, height)], rules, account)
    with pytest.raises(Refused, match="needs a picture"):
        posts.check(account, author, WORDS, [])
    Checkup.objects.create(account=account, at=timezone.now(), scopes=["instagram_basic"])
    with pytest.raises(Refused, match="instagram_content_publish"):
        posts.check(account, author, WORDS, [picture()])
    form = PostForm({"accounts": [str(account.code)], "text": WORDS, "clock": "2031-07-01T09:30"}, accounts=[account])
    [words] = form.errors["accounts"]
    assert str(words).count(account.at_handle) == 1
    assert not Attachment.objects.exists()

"""A new platform is one folder and one entry: it is connected, heard and answered, and no code of ours names it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from channels.intake import polling
from channels.models import Account, Stream
from channels.platforms import PLATFORMS, Platform, connector_class
from inbox.models import Conversation, Message
from inbox.outbox import deliver
from tests.factories import make_user
from tests.support.html import text_of
from tests.support.pigeon.connector import PigeonConnector

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pigeon(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[PigeonConnector]]:
    """The made-up platform, and a letter that waits in its loft."""
    entry = Platform("Pigeon post", "tests.support.pigeon.connector.PigeonConnector")
    monkeypatch.setitem(PLATFORMS, "pigeon", entry)
    letter = {"id": "l-1", "at": timezone.now().isoformat(), "words": "Waar blijft mijn kast?", "from": "p-1"}
    monkeypatch.setattr(PigeonConnector, "loft", [letter | {"name": "Noor Vermeer"}])
    monkeypatch.setattr(PigeonConnector, "flown", [])
    yield PigeonConnector
    connector_class.cache_clear()


@pytest.fixture
def admin(client: Client) -> Client:
    """A browser of an admin who reads English."""
    client.force_login(make_user("admin", language="en"))
    return client


def connect(admin: Client) -> Account:
    admin.post("/accounts/add/pigeon/", {"ring": "NL-26-1"})
    return Account.objects.get(platform="pigeon")


def test_it_is_offered_and_connected_by_the_page(admin: Client) -> None:
    offered = admin.get("/accounts/add/").content.decode()
    assert "Pigeon post" in offered and "Letters that come in by pigeon" in offered
    assert "Ring number" in admin.get("/accounts/add/pigeon/").content.decode()
    account = connect(admin)
    assert (account.external_id, account.name) == ("loft-1", "Veldhuis Wonen")
    assert list(account.streams.values_list("name", flat=True)) == ["letters"]


def test_its_messages_come_in_and_its_answers_leave(admin: Client) -> None:
    account = connect(admin)
    assert polling.poll(Stream.objects.get(account=account).pk) == 1
    conversation = Conversation.objects.get()
    shown = admin.get(conversation.get_absolute_url()).content.decode()
    assert "Waar blijft mijn kast?" in text_of(shown) and "Pigeon post" in shown
    newest = Message.objects.get()
    form = {"tab": "public", "text": "Morgen, Noor.", "code": str(uuid.uuid4()), "seen": newest.pk}
    admin.post(f"/inbox/{conversation.code}/reply/", form | {"reply_to": str(newest.code)})
    answer = Message.objects.get(direction=Message.Direction.OUTBOUND)
    Message.objects.filter(pk=answer.pk).update(send_after=None)
    deliver.deliver(answer.pk)
    answer.refresh_from_db()
    assert (answer.state, answer.external_id) == (Message.State.SENT, "flown-1")
    assert PigeonConnector.flown[0].text.startswith("Morgen, Noor.")


def test_its_badge_filter_and_texts_follow(admin: Client) -> None:
    connect(admin)
    page = admin.get("/inbox/").content.decode()
    assert 'id="p-pigeon"' in page and ">P</text>" in page
    assert 'value="pigeon"' in page and "Pigeon post" in text_of(page)
    assert "Pigeon post" in admin.get("/settings/canned/new/").content.decode()

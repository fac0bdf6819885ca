"""One unreadable item never changes what becomes of the others."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.intake import deliveries
from channels.models import Account, Delivery, Stream, UnreadItem
from channels.x.normalise import read_posts, read_private_messages
from inbox.ingest.receive import receive
from inbox.models import Message
from tests.factories import make_account
from tests.support.json_paths import places, put
from tests.support.poison import MARK, POISON
from tests.support.profiles import examples
from webcare.lib.text import read_json

pytestmark = pytest.mark.django_db

OWN = {"x": "22", "facebook": "101881046288004", "instagram": "17841400000000001", "whatsapp": "106540352242922"}
ITEMS = 4
# As it stands in a body. Nothing of it has to be understood; none of it may touch the others.


def x_post(number: int) -> dict[str, Any]:
    post = str(1_990_000_000_000_001_000 + number)
    return {
        "id": post,
        "author_id": f"70{number}",
        "conversation_id": post,
        "created_at": f"2026-11-02T09:0{number}:00.000Z",
        "edit_history_tweet_ids": [post],
        "text": f"@veldhuis vraag {number}",
        "entities": {
            "urls": [{"url": "https://t.co/a", "expanded_url": "https://example.com"}],
            "mentions": [{"id": "22", "username": "veldhuis"}],
        },
        "referenced_tweets": [{"type": "quoted", "id": "1990000000000000001"}],
        "attachments": {"media_keys": [f"3_{number}"]},
    }


def x_user(number: int) -> dict[str, Any]:
    return {
        "id": f"70{number}",
        "name": f"Klant {number}",
        "username": f"klant{number}",
        "public_metrics": {"followers_count": 10},
        "verified": False,
        "location": "Utrecht",
        "profile_image_url": "https://pbs.twimg.com/a_normal.jpg",
    }


def x_media(number: int) -> dict[str, Any]:
    return {"media_key": f"3_{number}", "type": "photo", "url": "https://pbs.twimg.com/a.jpg", "alt_text": "een kast"}


def x_dm(number: int) -> dict[str, Any]:
    return {
        "id": str(1_990_000_000_000_002_000 + number),
        "event_type": "MessageCreate",
        "sender_id": f"70{number}",
        "dm_conversation_id": f"22-70{number}",
        "created_at": f"2026-11-02T09:0{number}:00.000Z",
        "text": f"vraag {number}",
    }


def x_delivery() -> tuple[Any, list[list[Any]]]:
    envelopes = [
        {
            "event_type": "post.mention.create",
            "filter": {"user_id": OWN["x"]},
            "payload": x_post(number),
            "includes": {"users": [x_user(number)], "media": [x_media(number)]},
        }
        for number in range(ITEMS)
    ]
    return {"data": envelopes}, [[("data", number)] for number in range(ITEMS)]


def x_page() -> tuple[Any, list[list[Any]]]:
    numbers = range(ITEMS)
    body = {
        "data": [x_post(number) for number in numbers],
        "includes": {"users": [x_user(number) for number in numbers], "media": [x_media(number) for number in numbers]},
        "meta": {"result_count": ITEMS},
    }
    return body, [[("data", n), ("includes", "users", n), ("includes", "media", n)] for n in numbers]


def x_chats() -> tuple[Any, list[list[Any]]]:
    numbers = range(ITEMS)
    body = {"data": [x_dm(number) for number in numbers], "includes": {"users": [x_user(number) for number in numbers]}}
    return body, [[("data", number), ("includes", "users", number)] for number in numbers]


def whatsapp_delivery() -> tuple[Any, list[list[Any]]]:
    numbers = range(ITEMS)
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": OWN["whatsapp"]},
        "contacts": [{"profile": {"name": f"Klant {number}"}, "wa_id": f"3161234567{number}"} for number in numbers],
        "messages": [
            {
                "from": f"3161234567{number}",
                "id": f"wamid.{number}",
                "timestamp": str(1_793_600_000 + number),
                "type": "text",
                "text": {"body": f"vraag {number}"},
                "context": {"id": "wamid.old"},
            }
            for number in numbers
        ],
    }
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}],
    }
    inside = ("entry", 0, "changes", 0, "value")
    return body, [[(*inside, "messages", number), (*inside, "contacts", number)] for number in numbers]


def meta_delivery(platform: str, object_: str) -> tuple[Any, list[list[Any]]]:
    messaging = [
        {
            "sender": {"id": f"400{number}"},
            "recipient": {"id": OWN[platform]},
            "timestamp": 1_793_600_000_000 + number,
            "message": {
                "mid": f"m_{number}",
                "text": f"vraag {number}",
                "attachments": [{"type": "image", "payload": {"url": "https://scontent.xx.fbcdn.net/a.jpg"}}],
            },
        }
        for number in range(2)
    ]
    comments = [comment_of(platform, number) for number in range(2, ITEMS)]
    field = "feed" if platform == "facebook" else "comments"
    body = {
        "object": object_,
        "entry": [
            {"id": OWN[platform], "time": 1_793_600_000, "messaging": messaging},
            {"id": OWN[platform], "time": 1_793_600_000, "changes": [{"field": field, "value": v} for v in comments]},
        ],
    }
    inside = [[("entry", 0, "messaging", number)] for number in range(2)]
    return body, [*inside, *([("entry", 1, "changes", number, "value")] for number in range(ITEMS - 2))]


def comment_of(platform: str, number: int) -> dict[str, Any]:
    if platform == "instagram":
        return {
            "id": f"1789000{number}",
            "from": {"id": f"600{number}", "username": f"klant{number}"},
            "text": f"vraag {number}",
            "media": {"id": "17910001", "media_product_type": "FEED"},
        }
    return {
        "item": "comment",
        "verb": "add",
        "comment_id": f"777_88{number}",
        "post_id": f"{OWN['facebook']}_777",
        "parent_id": f"{OWN['facebook']}_777",
        "from": {"id": f"900{number}", "name": f"Klant {number}"},
        "message": f"vraag {number}",
        "created_time": 1_793_600_000 + number,
    }


def push(product: str) -> Callable[[Account, bytes], None]:
    def read(account: Account, raw: bytes) -> None:
        delivery = Delivery.objects.create(product=product, body=raw)
        deliveries.read(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.status, delivery.error) == ("read", "")

    return read


def poll(read: Callable[[Any, str], Any]) -> Callable[[Account, bytes], None]:
    def fetch(account: Account, raw: bytes) -> None:
        stream = Stream.objects.create(account=account, name="mentions")
        receive(account, read(read_json(raw), account.external_id), stream=stream, cursor={"since": "1"})
        stream.refresh_from_db()
        assert stream.cursor == {"since": "1"}

    return fetch


WAYS: dict[str, tuple[str, Callable[[], tuple[Any, list[list[Any]]]], Callable[[Account, bytes], None]]] = {
    "x by webhook": ("x", x_delivery, push("x")),
    "x by polling": ("x", x_page, poll(read_posts)),
    "x chats by polling": ("x", x_chats, poll(read_private_messages)),
    "whatsapp": ("whatsapp", whatsapp_delivery, push("meta")),
    "facebook": ("facebook", lambda: meta_delivery("facebook", "page"), push("meta")),
    "instagram": ("instagram", lambda: meta_delivery("instagram", "instagram"), push("meta")),
}


def poisoned(body: Any, place: tuple[Any, ...], poison: bytes) -> bytes:
    """Return a body with something in one place that no encoder would write."""
    return json.dumps(put(body, place, MARK)).encode().replace(json.dumps(MARK).encode(), poison)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what an example stored."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(account: Account, read: Callable[[Account, bytes], None], raw: bytes) -> dict[int, Any]:
    """Return what became of each item, by its number."""
    found = {}
    with undone():
        read(account, raw)
        for row in Message.objects.filter(account=account).select_related("identity"):
            for number in range(ITEMS):
                if row.text.endswith(f"vraag {number}") and row.identity is not None:
                    who = row.identity
                    found[number] = (row.external_id, row.text, row.direction, who.external_id, who.name, who.handle)
    return found


@pytest.fixture
def accounts() -> dict[str, Account]:
    return {platform: make_account(platform, external_id=own) for platform, own in OWN.items()}


@pytest.mark.parametrize("way", list(WAYS))
@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_unreadable_item_changes_nothing_for_others(way: str, data: st.DataObject, accounts: Any) -> None:
    platform, made, read = WAYS[way]
    body, items = made()
    expected = told(accounts[platform], read, json.dumps(body).encode())
    assert set(expected) == set(range(ITEMS))
    number = data.draw(st.integers(0, ITEMS - 1))
    roots = items[number]
    within = [(*root, *place) for root in roots for place in places(at(body, root))]
    place = data.draw(st.sampled_from([*roots, *within]))
    raw = poisoned(body, place, data.draw(st.sampled_from(POISON)))
    found = told(accounts[platform], read, raw)
    del expected[number]
    found.pop(number, None)
    assert found == expected


def at(body: Any, place: tuple[Any, ...]) -> Any:
    found = body
    for step in place:
        found = found[step]
    return copy.deepcopy(found)


@pytest.mark.parametrize("poison", [b'"slecht \\u0000 bericht"', b'"slecht \\ud800 bericht"', b'"slecht \xff bericht"'])
def test_poison_beside_good_leaves_both_in_once(accounts: dict[str, Account], poison: bytes) -> None:
    body, items = meta_delivery("facebook", "page")
    raw = poisoned(body, (*items[0][0], "message", "text"), poison)
    for _twice in range(2):
        push("meta")(accounts["facebook"], raw)
    texts = dict(Message.objects.values_list("external_id", "text"))
    assert len(texts) == ITEMS
    assert texts["m_0"].replace("\ufffd", "") == "slecht  bericht"
    assert texts["m_1"] == "vraag 1"
    assert not UnreadItem.objects.exists()


@pytest.mark.parametrize("field", ["id", "timestamp"])
def test_what_cannot_be_stored_is_kept_with_its_body(accounts: dict[str, Account], field: str) -> None:
    body, items = whatsapp_delivery()
    push("meta")(accounts["whatsapp"], poisoned(body, (*items[2][0], field), b'"' + b"9" * 3000 + b'"'))
    item = UnreadItem.objects.get()
    assert item.account == accounts["whatsapp"]
    assert item.body["text"] == {"body": "vraag 2"}
    assert Message.objects.count() == ITEMS - 1

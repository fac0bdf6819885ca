"""Facebook, Instagram and WhatsApp from the sandbox into the inbox: by webhook, by poll, and by both."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from channels.connectors import connector_for
from channels.intake import polling, profiles
from channels.models import Account, Stream, UnreadItem
from channels.types import Action, Route
from inbox.models import Conversation, Identity, Message
from tests.support.meta import World, answer
from tests.support.meta_door import Door, standing
from tests.support.sandbox_accounts import connect

if TYPE_CHECKING:
    from sandbox.testing import Running

PIET = {"id": "9001", "username": "piet", "name": "Piet de Vries"}
ANN = {"id": "1789001", "username": "ann", "name": "Ann"}
WIM = {"id": "31612345678", "name": "Wim"}


@pytest.fixture
def world(platforms: Running) -> World:
    return World(platforms.url)


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    with standing(world) as door:
        yield door


def poll_all(account: Account) -> None:
    for stream in account.streams.all():
        Stream.objects.filter(pk=stream.pk).update(next_poll_at=account.created_at)
        polling.poll(stream.pk)
    account.refresh_from_db()
    assert account.last_error == ""


@pytest.mark.django_db
def test_poll_after_a_facebook_webhook_changes_nothing(platforms: Running, world: World, door: Door) -> None:
    account = connect(platforms, "facebook")
    post = world.say("facebook", "post", "Nieuw!", {"id": account.external_id})
    comment = world.say("facebook", "comment", "Waar is mijn pakket?", PIET, in_reply_to=post)
    world.say("facebook", "message", "Hallo", PIET)
    door.let_in(3)
    assert set(Conversation.objects.values_list("visibility", flat=True)) == {"public", "private"}
    before = list(Message.objects.order_by("pk").values_list("external_id", "direction", "conversation_id", "text"))
    poll_all(account)
    assert (
        list(Message.objects.order_by("pk").values_list("external_id", "direction", "conversation_id", "text"))
        == before
    )
    world.control("PATCH", f"messages/{comment}", text="Waar blijft mijn pakket?")
    door.let_in(1)
    assert Message.objects.get(external_id=comment).text == "Waar blijft mijn pakket?"
    with contextlib.closing(connector_for(account)) as connector:
        connector.act(Action.HIDE, comment)
        door.let_in(1)
        assert Message.objects.get(external_id=comment).hidden_at
        connector.act(Action.UNHIDE, comment)
        connector.act(Action.LIKE, comment)
        door.let_in(2)
        assert not Message.objects.get(external_id=comment).hidden_at
    world.control("DELETE", f"messages/{comment}")
    door.let_in(1)
    assert Message.objects.get(external_id=comment).removed_at
    assert not UnreadItem.objects.exists()


@pytest.mark.django_db
def test_everything_comes_in_by_poll_alone(platforms: Running, world: World) -> None:
    facebook, instagram = connect(platforms, "facebook"), connect(platforms, "instagram")
    post = world.say("facebook", "post", "Nieuw!", {"id": facebook.external_id})
    comment = world.say("facebook", "comment", "Waar?", PIET, in_reply_to=post)
    world.say("facebook", "message", "Hallo", PIET)
    media = world.say("instagram", "media", "Foto", {"id": instagram.external_id})
    world.say("instagram", "comment", "Mooi", ANN, in_reply_to=media)
    world.say("instagram", "message", "Dag", ANN)
    poll_all(facebook)
    poll_all(instagram)
    assert Conversation.objects.count() == 4
    assert not Conversation.objects.filter(waiting_since=None).exists()
    world.say("facebook", "comment", "Onderweg", {"id": facebook.external_id}, in_reply_to=comment)
    poll_all(facebook)
    answered = Conversation.objects.get(messages__external_id=comment)
    assert answered.waiting_since is None


@pytest.mark.django_db
def test_whatsapp_comes_in_and_the_answers_way_is_told(platforms: Running, world: World, door: Door) -> None:
    account = connect(platforms, "whatsapp")
    world.say("whatsapp", "text", "Hoi", WIM)
    world.say("whatsapp", "location", "", WIM)
    door.let_in(2)
    conversation = Conversation.objects.get()
    assert (conversation.identity.name, conversation.identity.phone) == ("Wim", "+31612345678")
    assert conversation.account == account and conversation.window_closes_at
    assert Message.objects.filter(conversation=conversation, direction="inbound").count() == 2


@pytest.mark.django_db
def test_name_stays_when_they_write_again_after_our_answer(platforms: Running, world: World, door: Door) -> None:
    account = connect(platforms, "whatsapp")
    world.say("whatsapp", "text", "Hoi", WIM)
    door.let_in(1)
    with contextlib.closing(connector_for(account)) as connector:
        connector.send(answer("Dag Wim", Route.PRIVATE_MESSAGE, recipient_id=WIM["id"]))
    world.say("whatsapp", "text", "Nog iets", {"id": WIM["id"]})
    door.let_in(2)
    assert Identity.objects.get().name == "Wim"


@pytest.mark.django_db
def test_instagram_mention_is_looked_up_from_its_webhook(platforms: Running, world: World, door: Door) -> None:
    account = connect(platforms, "instagram")
    elsewhere = world.say("instagram", "tag", "Op pad", ANN, to=account.external_id)
    mention = world.say("instagram", "mention", "kijk eens", {"id": "1789002", "username": "bo"}, in_reply_to=elsewhere)
    door.let_in(1)
    row = Message.objects.get(external_id=mention)
    assert (row.kind, row.direction, row.thread_id) == ("mention", "inbound", elsewhere)
    assert Message.objects.get(external_id=elsewhere).direction == "context"
    poll_all(account)  # the tag itself is for us as well
    assert Message.objects.get(external_id=elsewhere).direction == "inbound"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("platform", "person", "name"), [("facebook", PIET, "Piet de Vries"), ("instagram", ANN, "Ann")]
)
def test_who_writes_in_private_gets_a_name(
    platforms: Running, world: World, door: Door, platform: str, person: dict[str, str], name: str
) -> None:
    account = connect(platforms, platform)
    world.say(platform, "message", "Hallo", person)
    door.let_in(1)
    assert Identity.objects.get().name == ""
    profiles.load(account.pk, [person["id"]])
    assert Identity.objects.get().name == name


def test_the_sandbox_signs_the_bytes_it_sends(world: World, door: Door) -> None:
    page = world.connect("facebook")
    world.say("facebook", "message", "café ☕", PIET)
    ((body, headers),) = door.bodies(1)
    made = hmac.new(page.credentials["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={made}"
    assert body.isascii() and json.loads(body)["object"] == "page"
    assert door.is_quiet()


@pytest.mark.django_db
def test_what_the_sandbox_shows_beside_words_is_stored(platforms: Running, world: World, door: Door) -> None:
    for platform in ("whatsapp", "facebook", "instagram"):
        connect(platforms, platform)
    form = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"rating": "4"}'}}
    world.say("whatsapp", "interactive", "", WIM, interactive=form)
    world.say("whatsapp", "text", "Deze", WIM, referred_product={"catalog_id": "1", "product_retailer_id": "LAMP-7"})
    world.say("whatsapp", "text", "Groep", WIM, group_id="G1")
    world.say("whatsapp", "text", "", WIM, lost=131051)
    world.say("facebook", "message", "", PIET, product={"title": "Lamp Fjord", "retailer_id": "LAMP-7"})
    world.say("instagram", "message", "Mooi", ANN, story={"id": "s1"})
    door.let_in(6)
    shown = {part["kind"] for shown in Message.objects.values_list("shown", flat=True) for part in shown}
    assert shown == {"form", "product", "story"}
    assert Message.objects.filter(attachments__state="failed").count() == 1
    assert not Message.objects.filter(text="Groep").exists() and UnreadItem.objects.count() == 1

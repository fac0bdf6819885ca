from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import requests
import tweepy

from sandbox import testing
from tests.sandbox.clients import Control, Graph, Json, Receiver, until
from tests.support.whatsapp_sender import JAN, Sender


def of_type(receiver: Receiver, type: str) -> Callable[[], Json | None]:
    return lambda: next((event for event in receiver.events if event["event_type"] == type), None)


def value_of(receiver: Receiver, field: str, **match: object) -> Callable[[], Json | None]:
    def find() -> Json | None:
        values = (change["value"] for change in receiver.changes if change["field"] == field)
        return next((v for v in values if all(v.get(key) == value for key, value in match.items())), None)

    return find


def item_with(receiver: Receiver, key: str) -> Callable[[], Json | None]:
    return lambda: next((item for item in receiver.messaging if key in item), None)


def whatsapp_values(receiver: Receiver, key: str) -> list[Json]:
    return [row for change in receiver.changes for row in change["value"].get(key, ())]


# -- handshakes ------------------------------------------------------------------------------------------------------
def test_a_webhook_must_answer_the_handshake(control: Control, page: Json, brand: Json) -> None:
    receiver = Receiver("right")
    try:
        wrong = {"product": "meta", "url": receiver.url, "verify_token": "wrong"}
        assert "403" in control.call("POST", "webhooks", wrong, status=400)["error"]
        assert "response_token" in control.call("POST", "webhooks", {"product": "x", "url": receiver.url}, 400)["error"]
        control.call("POST", "webhooks", {"product": "meta", "url": receiver.url, "verify_token": "right"})
        shown = control.call("GET", "webhooks")["webhooks"]
        assert shown == [{"product": "meta", "url": receiver.url}]
    finally:
        receiver.stop()


def test_webhooks_are_registered_through_the_platforms_own_apis(control: Control, page: Json, brand: Json) -> None:
    receiver = Receiver()
    receiver.meta_secret, receiver.x_secret = page["credentials"]["app_secret"], brand["credentials"]["consumer_secret"]
    keys = page["credentials"]
    app = Graph(control.url, f"{keys['app_id']}|{keys['app_secret']}")
    bearer = {"Authorization": f"Bearer {brand['credentials']['bearer_token']}"}
    try:
        data = {"object": "page", "callback_url": receiver.url, "verify_token": "verify me"}
        assert app.post(f"{keys['app_id']}/subscriptions", **data) == {"success": True}
        assert app.failure(lambda: app.post(f"{keys['app_id']}/subscriptions", **data | {"verify_token": "no"}))
        assert app.get(f"{keys['app_id']}/subscriptions")["data"][0]["callback_url"] == receiver.url
        made = requests.post(f"{control.url}/2/webhooks", json={"url": receiver.url}, headers=bearer, timeout=5)
        assert made.status_code == 201
        listed = requests.get(f"{control.url}/2/webhooks", headers=bearer, timeout=5).json()
        assert listed["data"][0]["url"] == receiver.url
    finally:
        receiver.stop()


# -- X ---------------------------------------------------------------------------------------------------------------
def test_x_tells_of_mentions_replies_and_private_messages(
    receiver: Receiver, control: Control, x: tweepy.Client, brand: Json
) -> None:
    id = control.say("x", "post", "@veldhuis hé 🎉")
    event = until(of_type(receiver, "post.mention.create"))
    assert event["filter"] == {"user_id": brand["id"]}
    assert (event["payload"]["id"], event["payload"]["text"]) == (id, "@veldhuis hé 🎉")
    assert event["includes"]["users"][0]["username"] == "jan"
    own = x.create_tweet(text="Nieuw").data["id"]
    assert until(of_type(receiver, "post.create"))["payload"]["id"] == own
    reply = control.say("x", "post", "Mooi", in_reply_to=own)
    assert until(of_type(receiver, "post.reply.create"))["payload"]["id"] == reply
    x.delete_tweet(own)
    assert until(of_type(receiver, "post.delete"))["payload"] == {"id": own, "author_id": brand["id"]}
    private = control.say("x", "dm", "psst", {"id": "17", "username": "piet"})
    [received] = until(of_type(receiver, "dm.received"))["payload"]["direct_message_events"]
    assert (received["id"], received["message_create"]["message_data"]["text"]) == (private, "psst")
    assert received["created_timestamp"].isdigit()
    x.create_direct_message(participant_id="17", text="ja?")
    [sent] = until(of_type(receiver, "dm.sent"))["payload"]["direct_message_events"]
    assert sent["message_create"]["target"]["recipient_id"] == "17"
    assert len({event["event_uuid"] for event in receiver.events}) == len(receiver.events)


def test_x_asks_its_challenge_again_and_gives_up_after_28_hours(receiver: Receiver, control: Control) -> None:
    receiver.challenges = 0
    control.advance(hours=1.1)
    until(lambda: receiver.challenges)
    receiver.x_secret = "forgotten"
    control.advance(hours=29)
    until(lambda: [hook["product"] for hook in control.call("GET", "webhooks")["webhooks"]] == ["meta"])


def test_no_webhook_tells_of_what_happens_on_youtube(receiver: Receiver, control: Control) -> None:
    control.account("youtube")
    control.say("youtube", "upload", "Onze winkel", "veldhuis")
    control.say("youtube", "comment", "Mooie kast!")
    control.say("facebook", "visitor_post", "Wanneer zijn jullie open?")
    until(lambda: receiver.raw and not control.call("GET", "webhooks")["pending"])
    assert {change["field"] for change in receiver.changes} == {"feed"}
    assert len(receiver.raw) == 1


# -- Facebook --------------------------------------------------------------------------------------------------------
def test_bodies_are_escaped_and_signed_twice(receiver: Receiver, control: Control) -> None:
    control.say("facebook", "visitor_post", "Café 🎉")
    until(lambda: receiver.raw)
    assert b"Caf\\u00e9 \\ud83c\\udf89" in receiver.raw[0]
    assert receiver.headers[0]["x-hub-signature"].startswith("sha1=")
    assert receiver.forged == []


def test_feed_pushes_comments_edits_likes_hiding_and_removal(
    receiver: Receiver, control: Control, graph: Graph, page: Json
) -> None:
    post = control.say("facebook", "post", "Nieuw", "veldhuis")
    comment = control.say("facebook", "comment", "Pris?", in_reply_to=post)
    added = until(value_of(receiver, "feed", item="comment", verb="add"))
    assert (added["comment_id"], added["post_id"], added["parent_id"]) == (comment, post, post)
    assert added["from"]["name"] == "Jan"
    assert added["post"]["id"] == post
    control.edit(comment, "Prijs?")
    assert until(value_of(receiver, "feed", verb="edited"))["message"] == "Prijs?"
    graph.put_like(comment)
    assert until(value_of(receiver, "feed", item="reaction"))["from"]["id"] == page["id"]
    graph.post(comment, is_hidden=True)
    until(value_of(receiver, "feed", verb="hide"))
    own = graph.put_object(comment, "comments", message="€ 499")["id"]
    assert until(value_of(receiver, "feed", comment_id=own))["from"]["id"] == page["id"]
    control.remove(comment)
    assert "message" not in until(value_of(receiver, "feed", verb="remove", comment_id=comment))
    tagged = control.say("facebook", "tagged_post", "Bij Veldhuis")
    assert until(value_of(receiver, "mention"))["post_id"] == tagged


def test_messenger_pushes_messages_echoes_receipts_and_edits(
    receiver: Receiver, control: Control, graph: Graph, page: Json
) -> None:
    control.settings(delivered_after=0.05, read_after=0.1)
    mid = control.say("facebook", "message", "Hallo", media=[{"type": "image"}])
    item = until(item_with(receiver, "message"))
    assert item["message"]["mid"] == mid
    assert item["message"]["attachments"][0]["type"] == "image"
    assert len(str(item["timestamp"])) == 13
    jan = item["sender"]["id"]
    sent = graph.post("me/messages", recipient={"id": jan}, message={"text": "Dag", "metadata": "ons-7"})["message_id"]
    echo = until(lambda: next((i for i in receiver.messaging if i.get("message", {}).get("mid") == sent), None))
    assert (echo["sender"]["id"], echo["recipient"]["id"]) == (page["id"], jan)
    assert echo["message"]["is_echo"]
    assert echo["message"]["metadata"] == "ons-7"
    assert str(echo["message"]["app_id"]) == page["credentials"]["app_id"]
    assert until(item_with(receiver, "delivery"))["delivery"]["mids"] == [sent]
    assert "watermark" in until(item_with(receiver, "read"))["read"]
    typed = control.say("facebook", "message", "Vanuit de inbox", "veldhuis", to=jan)
    other = until(lambda: next((i for i in receiver.messaging if i.get("message", {}).get("mid") == typed), None))
    assert other["message"]["app_id"] == 263902037430900
    assert "metadata" not in other["message"]
    control.edit(mid, "Hallo!")
    edit = until(item_with(receiver, "message_edit"))["message_edit"]
    assert edit == {"mid": mid, "text": "Hallo!", "num_edit": 1}
    for emoji in ("👍", None):
        body = {"platform": "facebook", "message_id": sent, "from": {"id": jan}, "emoji": emoji}
        control.call("POST", "reactions", body)
    reactions = until(lambda: found if len(found := [i for i in receiver.messaging if "reaction" in i]) == 2 else None)
    assert [item["reaction"]["action"] for item in reactions] == ["react", "unreact"]


def test_instagram_pushes_comments_mentions_and_unsending(
    receiver: Receiver, control: Control, graph: Graph, instagram: Json
) -> None:
    control.settings(read_after=0.05)
    media = control.say("instagram", "media", "Nieuw", "veldhuis")
    comment = control.say("instagram", "comment", "Mooi", "els", in_reply_to=media)
    value = until(value_of(receiver, "comments", id=comment))
    assert (value["text"], value["media"]["id"], value["from"]["username"]) == ("Mooi", media, "els")
    own = graph.post(f"{comment}/replies", message="Dank")["id"]
    reply = until(value_of(receiver, "comments", id=own))
    assert (reply["parent_id"], reply["from"]["id"]) == (comment, instagram["id"])
    mention = control.say("instagram", "mention", "Kijk @veldhuis", "els")
    assert until(value_of(receiver, "mentions"))["comment_id"] == mention
    mid = control.say("instagram", "message", "Hoi", "els")
    item = until(lambda: next((i for i in receiver.messaging if i.get("message", {}).get("mid") == mid), None))
    sent = graph.post("me/messages", recipient={"id": item["sender"]["id"]}, message={"text": "Dag", "metadata": "m"})
    assert until(lambda: [i for i in receiver.messaging if i.get("message", {}).get("metadata") == "m"])
    assert until(item_with(receiver, "read"))["read"] == {"mid": sent["message_id"]}
    control.remove(mid)
    unsent = until(lambda: [i for i in receiver.messaging if i.get("message", {}).get("is_deleted")])
    assert unsent[0]["message"] == {"mid": mid, "is_deleted": True}
    assert {body["object"] for body in receiver.bodies} == {"instagram"}
    control.say("instagram", "story_mention", "", "els", media=[{"type": "image"}])
    until(lambda: any("story_mention" in json.dumps(i) for i in receiver.messaging))


# -- WhatsApp --------------------------------------------------------------------------------------------------------
def test_whatsapp_tells_of_every_type(receiver: Receiver, control: Control, number: Json) -> None:
    text = control.say("whatsapp", "text", "Hallo", JAN)
    kinds = ("image", "video", "audio", "document", "sticker", "location", "contacts", "button", "interactive", "order")
    for kind in (*kinds, "system", "unsupported"):
        control.say("whatsapp", kind, "tekst", JAN, media=[{"type": kind}] if kind in kinds[:5] else [])
    control.say("whatsapp", "reaction", "👍", JAN, in_reply_to=text)
    messages = until(lambda: rows if len(rows := whatsapp_values(receiver, "messages")) == 14 else None)
    assert messages[0]["text"] == {"body": "Hallo"}
    assert messages[0]["from"] == "31612345678"
    assert messages[0]["timestamp"].isdigit()
    by_type = {row["type"]: row for row in messages}
    assert set(by_type) == {"text", *kinds, "system", "unsupported", "reaction"}
    assert set(by_type["image"]["image"]) >= {"id", "mime_type", "sha256", "caption"}
    assert by_type["reaction"]["reaction"] == {"message_id": text, "emoji": "👍"}
    assert by_type["unsupported"]["errors"][0]["code"] == 131051
    value = receiver.changes[0]["value"]
    assert value["metadata"]["phone_number_id"] == number["id"]
    assert value["contacts"][0]["wa_id"] == "31612345678"
    control.edit(text, "Hallo!")
    control.remove(text)
    rows = until(lambda: rows if len(rows := whatsapp_values(receiver, "messages")) == 16 else None)
    assert rows[-2]["edit"]["original_message_id"] == text
    assert rows[-1]["revoke"] == {"original_message_id": text}


def test_a_person_without_a_number_has_no_from(receiver: Receiver, control: Control, number: Json) -> None:
    control.say("whatsapp", "text", "Hallo", {"username": "els.w", "name": "Els"})
    [message] = until(lambda: whatsapp_values(receiver, "messages"))
    assert "from" not in message
    contact = receiver.changes[0]["value"]["contacts"][0]
    assert "wa_id" not in contact
    assert contact["user_id"].startswith("NL.")
    assert contact["profile"]["username"] == "els.w"


def test_statuses_climb_sometimes_skip_and_sometimes_come_late(
    receiver: Receiver, control: Control, number: Json
) -> None:
    control.settings(delivered_after=0.05, read_after=0.1)
    control.say("whatsapp", "text", "Hallo", JAN)
    sender = Sender(control, number)
    ids = [sender.text(f"bericht {count}", biz_opaque_callback_data=f"ons-{count}") for count in range(35)]

    def orders() -> list[list[str]] | None:
        statuses = whatsapp_values(receiver, "statuses")
        found = [[row["status"] for row in statuses if row["id"] == id] for id in ids]
        return found if all("read" in states and "sent" in states for states in found) else None

    found = until(orders)
    assert ["sent", "delivered", "read"] in found
    assert ["sent", "read"] in found, "delivered is skipped now and then"
    assert any(states[-1] == "sent" for states in found), "sent comes late now and then"
    status = whatsapp_values(receiver, "statuses")[0]
    assert status["biz_opaque_callback_data"].startswith("ons-")
    assert status["recipient_id"] == "31612345678"
    assert status["pricing"]["pricing_model"] == "PMP"


def test_a_failure_that_comes_later_is_a_failed_status(receiver: Receiver, control: Control, number: Json) -> None:
    control.say("whatsapp", "text", "Hallo", JAN)
    control.advance(hours=25)
    id = Sender(control, number).text()
    [status] = until(lambda: whatsapp_values(receiver, "statuses"))
    assert (status["id"], status["status"], status["errors"][0]["code"]) == (id, "failed", 131047)


def test_what_an_agent_typed_on_a_phone_is_echoed(receiver: Receiver, control: Control, number: Json) -> None:
    control.say("whatsapp", "text", "Hallo", JAN)
    control.say("whatsapp", "text", "Dag Jan", "veldhuis", to=JAN["id"])
    [echo] = until(lambda: whatsapp_values(receiver, "message_echoes"))
    assert (echo["to"], echo["text"]["body"]) == ("31612345678", "Dag Jan")


# -- when it does not arrive -----------------------------------------------------------------------------------------
def test_meta_tries_again_until_it_is_accepted(receiver: Receiver, control: Control) -> None:
    receiver.status = 500
    control.say("facebook", "visitor_post", "Hoort u mij?")
    control.say("whatsapp", "text", "Hallo?", JAN)
    until(lambda: receiver.refused >= 4)
    receiver.status = 200
    control.advance(seconds=120)
    until(lambda: {body["object"] for body in receiver.bodies} == {"page", "whatsapp_business_account"})
    until(lambda: control.call("GET", "webhooks")["pending"] == [])


def test_failing_webhook_is_unsubscribed_and_resubscribed(
    receiver: Receiver, control: Control, graph: Graph, page: Json
) -> None:
    receiver.status = 503
    control.say("facebook", "message", "Hallo?")
    until(lambda: receiver.refused >= 2)
    control.advance(hours=1.1)
    until(lambda: graph.get(f"{page['id']}/subscribed_apps")["data"] == [])
    receiver.status = 200
    control.say("facebook", "message", "Nog steeds?")
    fields = "feed,messages,message_echoes"
    assert graph.post(f"{page['id']}/subscribed_apps", subscribed_fields=fields) == {"success": True}
    [app] = graph.get(f"{page['id']}/subscribed_apps")["data"]
    assert app["subscribed_fields"] == fields.split(",")
    last = control.say("facebook", "message", "En nu?")
    until(lambda: receiver.messaging)
    assert [item["message"]["mid"] for item in receiver.messaging] == [last]


def test_only_subscribed_fields_are_told(receiver: Receiver, control: Control, graph: Graph, page: Json) -> None:
    graph.post(f"{page['id']}/subscribed_apps", subscribed_fields="messages")
    control.say("facebook", "visitor_post", "Stil")
    control.say("facebook", "message", "Hoorbaar")
    until(lambda: receiver.messaging)
    assert receiver.changes == []


def test_a_raw_body_is_signed_and_delivered(receiver: Receiver, control: Control) -> None:
    body = {"object": "page", "entry": [{"id": "1", "changes": [{"field": "hologram", "value": {}}]}]}
    control.call("POST", "push", {"product": "meta", "body": body})
    assert until(lambda: receiver.bodies) == [body]


def test_lost_deliveries_never_come(receiver: Receiver, control: Control) -> None:
    control.fault("lost", n=1)
    control.say("facebook", "visitor_post", "verloren")
    control.say("facebook", "visitor_post", "gevonden")
    until(lambda: receiver.changes)
    assert [change["value"]["message"] for change in receiver.changes] == ["gevonden"]
    [fault] = control.call("GET", "faults")["faults"]
    assert fault["hits"] == 1


def test_duplicates_come_twice(receiver: Receiver, control: Control) -> None:
    control.fault("duplicate", n=1)
    control.say("facebook", "visitor_post", "dubbel")
    until(lambda: len(receiver.raw) == 2)
    assert receiver.raw[0] == receiver.raw[1]


def test_a_reordered_delivery_is_overtaken(receiver: Receiver, control: Control) -> None:
    control.fault("reorder", n=1)
    control.say("facebook", "visitor_post", "eerst")
    control.say("facebook", "visitor_post", "daarna")
    until(lambda: len(receiver.changes) == 2)
    assert [change["value"]["message"] for change in receiver.changes] == ["daarna", "eerst"]


def test_a_delayed_delivery_comes_later(receiver: Receiver, control: Control) -> None:
    control.fault("delay", n=1, seconds=300)
    control.say("facebook", "visitor_post", "later")
    until(lambda: control.call("GET", "faults")["faults"][0]["hits"])
    assert receiver.raw == []
    control.advance(seconds=301)
    until(lambda: receiver.changes)


def test_a_wrong_signature_is_followed_by_a_right_one(receiver: Receiver, control: Control) -> None:
    control.fault("wrong_signature", n=1)
    control.say("facebook", "visitor_post", "vals")
    until(lambda: receiver.forged)
    until(lambda: receiver.changes)


def test_always_wrong_signatures_never_let_a_right_one_through(receiver: Receiver, control: Control) -> None:
    id = control.fault("wrong_signature", mode="always")
    control.say("facebook", "visitor_post", "vals")
    until(lambda: len(receiver.forged) >= 3)
    assert receiver.raw == []
    control.call("DELETE", f"faults/{id}")
    until(lambda: receiver.changes)


def test_several_events_travel_in_one_body(receiver: Receiver, control: Control) -> None:
    receiver.status = 500
    for count in range(4):
        control.say("facebook", "visitor_post", f"bericht {count}")
    until(lambda: receiver.refused >= 4)
    receiver.status = 200
    control.advance(seconds=120)
    until(lambda: len(receiver.changes) == 4)
    assert any(len(body["entry"]) > 1 for body in receiver.bodies)


def test_deliveries_survive_a_kill(tmp_path: Path) -> None:
    running = testing.start(tmp_path)
    receiver = Receiver()
    try:
        control = Control(running.url)
        page = control.account("facebook")
        receiver.meta_secret = page["credentials"]["app_secret"]
        control.call("POST", "webhooks", {"product": "meta", "url": receiver.url, "verify_token": "verify me"})
        receiver.status = 500
        id = control.say("facebook", "visitor_post", "Bewaar mij é", media=[{"type": "image"}])
        until(lambda: receiver.refused)
        running.kill()
        receiver.status = 200
        running = testing.start(tmp_path)
        control = Control(running.url)
        control.advance(seconds=60)
        until(lambda: receiver.changes)
        assert receiver.changes[0]["value"]["post_id"] == id
        assert control.message(id)["text"] == "Bewaar mij é"
        assert control.account("facebook") == page
    finally:
        running.stop()
        receiver.stop()

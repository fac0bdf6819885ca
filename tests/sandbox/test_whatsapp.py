from __future__ import annotations

import pytest
import requests

from sandbox.media import placeholder
from tests.sandbox.clients import Control, Graph, Json, until
from tests.support.whatsapp_sender import JAN, Sender


@pytest.fixture
def sender(control: Control, number: Json) -> Sender:
    return Sender(control, number)


def test_a_text_is_sent_and_climbs_to_read(sender: Sender, control: Control) -> None:
    question = control.say("whatsapp", "text", "Hallo", JAN)
    control.settings(delivered_after=0.1, read_after=0.2)
    answer = sender.send(to="+31 6 12345678", type="text", text={"body": "Dag Jan"}, context={"message_id": question})
    assert answer["contacts"] == [{"input": "+31 6 12345678", "wa_id": "31612345678"}]
    id = answer["messages"][0]["id"]
    assert id.startswith("wamid.")
    assert control.message(id)["in_reply_to"] == question
    until(lambda: control.message(id)["status"] == "read")


def test_a_text_outside_24_hours_is_accepted_and_fails(sender: Sender, control: Control) -> None:
    control.say("whatsapp", "text", "Hallo", JAN)
    control.advance(hours=25)
    late = sender.text()
    until(lambda: control.message(late)["status"] == "failed")
    control.settings(wa_window_sync=True)
    error = sender.send(type="text", text={"body": "Dag"})["error"]
    assert (error["code"], error["error_data"]["messaging_product"]) == (131047, "whatsapp")
    sent = sender.send(type="template", template={"name": "follow_up", "language": {"code": "nl"}})
    assert control.message(sent["messages"][0]["id"])["text"].startswith("Je stelde ons een vraag")


def test_templates_are_listed_and_checked(sender: Sender, number: Json, control: Control) -> None:
    graph = Graph(control.url, number["credentials"]["access_token"])
    rows = graph.get(f"{number['credentials']['waba_id']}/message_templates", limit=100)["data"]
    assert {row["status"] for row in rows} == {"APPROVED", "PAUSED", "DISABLED", "PENDING", "REJECTED"}
    short = graph.get(f"{number['credentials']['waba_id']}/message_templates", limit=3)
    assert len(short["data"]) == 3 and short["paging"]["next"], "paged"
    assert rows[0]["components"][0]["type"] == "BODY"

    def code(name: str, *values: str, language: str = "nl") -> int:
        part = {"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}
        template = {"name": name, "language": {"code": language}, "components": [part]}
        answer = sender.send(type="template", template=template)
        return int(answer["error"]["code"]) if "error" in answer else 0

    assert code("order_update", "Jan", "12") == 0
    assert code("order_update", "Jan") == 132000
    assert code("order_update", "Jan", "12", language="fr") == 132001
    assert code("delivery_moved", "dinsdag") == 132001
    assert code("autumn_sale", "Jan") == 132015
    assert code("spring_sale", "Jan") == 132016
    assert code("order_update", "Jan", "12\n13") == 132018
    assert code("delivery_slot", "Jan", "dinsdag", "9 en 10") == 132000, "the header wants a value too"


def test_a_template_is_made_and_used(sender: Sender, number: Json) -> None:
    body = {
        "name": "groet",
        "language": "nl",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hoi {{1}}"}],
    }
    made = sender.ask("POST", f"{number['credentials']['waba_id']}/message_templates", json=body).json()
    assert made["status"] == "APPROVED"
    part = {"type": "body", "parameters": [{"type": "text", "text": "Jan"}]}
    template = {"name": "groet", "language": {"code": "nl"}, "components": [part]}
    assert "messages" in sender.send(type="template", template=template)


def test_every_type_of_message_is_sent(sender: Sender, control: Control, number: Json) -> None:
    question = control.say("whatsapp", "text", "Hallo", JAN)
    content, mime = placeholder("image")
    form = {"messaging_product": "whatsapp", "type": mime}
    upload = sender.ask("POST", f"{number['id']}/media", data=form, files={"file": ("a.jpg", content, mime)})
    id = upload.json()["id"]
    buttons = {"buttons": [{"type": "reply", "reply": {"id": "ja", "title": "Ja"}}]}
    bodies: list[Json] = [
        {"type": "image", "image": {"id": id, "caption": "Kijk"}},
        {"type": "document", "document": {"id": id, "filename": "bon.pdf"}},
        {"type": "audio", "audio": {"link": "https://veldhuis.example/a.mp3"}},
        {"type": "location", "location": {"latitude": 52.1, "longitude": 5.1, "name": "Winkel"}},
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Winkel"}}]},
        {"type": "interactive", "interactive": {"type": "button", "body": {"text": "Goed zo?"}, "action": buttons}},
        {"type": "reaction", "reaction": {"message_id": question, "emoji": "👍"}},
    ]
    sent = [control.message(sender.send(**body)["messages"][0]["id"]) for body in bodies]
    assert [row["kind"] for row in sent] == [body["type"] for body in bodies]
    assert sent[0]["media"][0]["sha256"]
    assert list(control.message(question)["reactions"].values()) == ["👍"]


def test_received_picture_needs_the_token_within_five_minutes(sender: Sender, control: Control, number: Json) -> None:
    picture = control.message(control.say("whatsapp", "image", "Kapot", JAN, media=[{"type": "image"}]))["media"][0]
    found = sender.ask("GET", f"{picture['id']}?phone_number_id={number['id']}").json()
    assert (found["mime_type"], found["sha256"], found["file_size"]) == (
        "image/jpeg",
        picture["sha256"],
        picture["size"],
    )
    assert requests.get(found["url"], timeout=5).status_code == 401
    assert requests.get(found["url"], headers=sender.header, timeout=5).content == placeholder("image")[0]
    control.advance(seconds=301)
    assert requests.get(found["url"], headers=sender.header, timeout=5).status_code == 403


def test_person_without_number_is_addressed_by_user_id(sender: Sender, control: Control) -> None:
    hidden = control.message(control.say("whatsapp", "text", "Hallo", {"username": "els.w", "name": "Els"}))["from"][
        "id"
    ]
    assert hidden.startswith("NL.")
    answer = sender.send(to="", recipient=hidden, type="text", text={"body": "Dag"})
    assert answer["contacts"] == [{"input": hidden, "user_id": hidden}]


def test_a_message_is_marked_read(sender: Sender, control: Control) -> None:
    question = control.say("whatsapp", "text", "Hallo", JAN)
    assert sender.send(status="read", message_id=question, typing_indicator={"type": "text"}) == {"success": True}


def test_the_number_says_who_it_is(sender: Sender, number: Json) -> None:
    shown = sender.ask("GET", number["id"]).json()
    assert shown["verified_name"] == "Veldhuis"
    [listed] = sender.ask("GET", f"{number['credentials']['waba_id']}/phone_numbers").json()["data"]
    assert listed["id"] == number["id"]


def test_there_is_nothing_to_poll(sender: Sender, control: Control, number: Json) -> None:
    id = control.say("whatsapp", "text", "Hallo", JAN)
    assert sender.ask("GET", f"{number['id']}/messages").json()["error"]["code"] == 100
    assert sender.ask("GET", id).json()["error"]["code"] == 100


def test_texts_have_a_limit(sender: Sender, control: Control) -> None:
    control.say("whatsapp", "text", "Hallo", JAN)
    assert sender.send(type="text", text={"body": "a" * 4097})["error"]["code"] == 100
    assert sender.text("a" * 4096)

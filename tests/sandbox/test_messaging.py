from __future__ import annotations

import io
from typing import Any

import pytest

from sandbox.media import placeholder
from tests.sandbox.clients import Control, Graph, Json


def person(control: Control, id: str) -> str:
    return str(control.message(id)["from"]["id"])


def send(graph: Graph, to: str, text: str = "Dag", **more: Any) -> Json:
    sent: Json = graph.post("me/messages", recipient={"id": to}, message={"text": text}, **more)
    return sent


def test_a_conversation_is_read_with_its_messages(graph: Graph, control: Control, page: Json) -> None:
    first = control.say("facebook", "message", "Hallo é")
    answer = control.say("facebook", "message", "Dag Jan", "veldhuis", to="jan")
    fields = "id,updated_time,unread_count,can_reply,participants,messages.limit(20){id,created_time,from,to,message}"
    [found] = graph.get(f"{page['id']}/conversations", fields=fields)["data"]
    assert found["id"].startswith("t_")
    assert [row["id"] for row in found["messages"]["data"]] == [answer, first]
    assert found["messages"]["data"][1]["message"] == "Hallo é"
    assert found["messages"]["data"][1]["from"]["name"] == "Jan"
    assert found["messages"]["data"][1]["created_time"].endswith("+0000")
    assert {person["name"] for person in found["participants"]["data"]} == {"Jan", "Veldhuis"}
    assert (found["unread_count"], found["can_reply"]) == (0, True)


def test_conversations_are_sorted_by_activity_found_by_person(graph: Graph, control: Control, page: Json) -> None:
    jan = person(control, control.say("facebook", "message", "een"))
    control.say("facebook", "message", "twee", "piet")
    control.say("facebook", "message", "drie")
    found = graph.get(f"{page['id']}/conversations", fields="participants")["data"]
    assert [row["participants"]["data"][0]["name"] for row in found] == ["Jan", "Piet"]
    assert len(graph.get(f"{page['id']}/conversations", user_id=jan)["data"]) == 1


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_only_the_twenty_newest_messages_are_readable(
    graph: Graph, control: Control, page: Json, instagram: Json, platform: str
) -> None:
    ids = [control.say(platform, "message", f"bericht {count}") for count in range(22)]
    asked = "messenger" if platform == "facebook" else "instagram"
    fields = "messages.limit(50){id,message}"
    [found] = graph.get(f"{page['id']}/conversations", platform=asked, fields=fields)["data"]
    rows = found["messages"]["data"]
    assert [row["id"] for row in rows] == ids[::-1]
    assert [row.get("message") for row in rows[19:]] == ["bericht 2", None, None]
    assert graph.get(ids[2], fields="message")["message"] == "bericht 2"
    assert graph.failure(lambda: graph.get(ids[1], fields="message"))["code"] == 100


def test_an_answer_is_sent_within_a_day(graph: Graph, control: Control) -> None:
    jan = person(control, control.say("facebook", "message", "Hallo"))
    sent = send(graph, jan, messaging_type="RESPONSE")
    assert sent["recipient_id"] == jan
    assert control.message(sent["message_id"])["text"] == "Dag"
    control.advance(hours=24.1)
    error = graph.failure(lambda: send(graph, jan, "Nog iets"))
    assert (error["code"], error["error_subcode"]) == (10, 2018278)
    send(graph, jan, "Nog iets", messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    control.advance(days=7)
    assert graph.failure(lambda: send(graph, jan, tag="HUMAN_AGENT"))["error_subcode"] == 2018278


def test_tags_that_ended_are_refused(graph: Graph, control: Control) -> None:
    jan = person(control, control.say("facebook", "message", "Hallo"))
    assert graph.failure(lambda: send(graph, jan, tag="ACCOUNT_UPDATE"))["code"] == 100


def test_texts_that_are_too_long_are_refused(graph: Graph, control: Control, instagram: Json) -> None:
    jan = person(control, control.say("facebook", "message", "Hallo"))
    els = person(control, control.say("instagram", "message", "Hallo", "els"))
    send(graph, jan, "é" * 2000)
    assert graph.failure(lambda: send(graph, jan, "é" * 2001))["code"] == 100
    send(graph, els, "é" * 500)
    assert graph.failure(lambda: send(graph, els, "é" * 501))["code"] == 100


def test_nobody_of_that_name_is_an_error(graph: Graph) -> None:
    error = graph.failure(lambda: send(graph, "123"))
    assert (error["code"], error["error_subcode"]) == (100, 2018001)


def test_a_picture_is_sent_as_a_file(graph: Graph, control: Control) -> None:
    jan = person(control, control.say("facebook", "message", "Heb je een foto?"))
    sent = graph.post(
        "me/messages",
        files={"filedata": ("bank.jpg", io.BytesIO(placeholder("image")[0]), "image/jpeg")},
        recipient={"id": jan},
        message={"attachment": {"type": "image", "payload": {}}},
    )
    assert control.message(sent["message_id"])["media"][0]["filename"] == "bank.jpg"


def test_a_picture_received_has_an_address(graph: Graph, control: Control) -> None:
    id = control.say("facebook", "message", "", media=[{"type": "image"}, {"type": "document", "filename": "bon.pdf"}])
    picture, file = graph.get(id, fields="attachments")["attachments"]["data"]
    assert picture["image_data"]["url"].startswith(control.url)
    assert (file["name"], "file_url" in file) == ("bon.pdf", True)


def test_profiles_are_given_to_those_who_were_written_to(graph: Graph, control: Control, instagram: Json) -> None:
    jan = person(control, control.say("facebook", "message", "Hallo", {"username": "jan", "name": "Jan Vos"}))
    assert graph.get(jan, fields="first_name,last_name,profile_pic")["last_name"] == "Vos"
    control.say("instagram", "media", "Nieuw", "veldhuis")
    els = person(control, control.say("instagram", "comment", "Mooi", "els"))
    assert graph.failure(lambda: graph.get(els, fields="name,username"))["code"] == 230
    control.say("instagram", "message", "Hoi", "els")
    assert graph.get(els, fields="username,follower_count")["username"] == "els"


def test_instagram_messages_are_read_and_answered(graph: Graph, control: Control, page: Json, instagram: Json) -> None:
    received = control.say("instagram", "message", "Hoi", "els")
    els = person(control, received)
    sent = send(graph, els, "Dag Els")
    fields = "participants,messages{id,from,message}"
    [found] = graph.get(f"{page['id']}/conversations", platform="instagram", fields=fields)["data"]
    assert [row["id"] for row in found["messages"]["data"]] == [sent["message_id"], received]
    assert found["messages"]["data"][1]["from"] == {"username": "els", "id": els}
    control.advance(days=2)
    error = graph.failure(lambda: send(graph, els))
    assert (error["code"], error["error_subcode"]) == (10, 2534022)


def test_an_unsent_message_is_gone(graph: Graph, control: Control, page: Json, instagram: Json) -> None:
    id = control.say("instagram", "message", "Oeps", "els")
    control.remove(id)
    assert graph.failure(lambda: graph.get(id))["error_subcode"] == 33
    [found] = graph.get(f"{page['id']}/conversations", platform="instagram", fields="messages{id}")["data"]
    assert "messages" not in found


def test_a_story_mention_is_a_message_with_a_link(graph: Graph, control: Control, instagram: Json) -> None:
    id = control.say("instagram", "story_mention", "", "els", media=[{"type": "image"}])
    assert graph.get(id, fields="story")["story"]["mention"]["link"].startswith(control.url)


def test_a_reaction_opens_the_window_again(graph: Graph, control: Control) -> None:
    jan = person(control, control.say("facebook", "message", "Hallo"))
    sent = send(graph, jan)["message_id"]
    control.advance(days=2)
    assert graph.failure(lambda: send(graph, jan, "Nog daar?"))["code"] == 10
    control.call("POST", "reactions", {"platform": "facebook", "message_id": sent, "from": {"id": jan}, "emoji": "👍"})
    send(graph, jan, "Nog daar?")


def test_seen_and_typing_are_taken(graph: Graph, control: Control) -> None:
    jan = person(control, control.say("facebook", "message", "Hallo"))
    for action in ("mark_seen", "typing_on", "typing_off"):
        answer = graph.post("me/messages", recipient={"id": jan}, sender_action=action)
        assert answer == {"recipient_id": jan}

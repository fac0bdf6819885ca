from __future__ import annotations

import io
from typing import Any

import pytest
import requests
import requests_oauthlib
import tweepy

from sandbox.media import placeholder
from sandbox.x.weight import weight
from tests.sandbox.clients import Control, Json, Rebased


def test_a_reply_is_created_and_seen_by_the_customer(x: tweepy.Client, control: Control) -> None:
    question = control.say("x", "post", "@veldhuis open?")
    answer = x.create_tweet(text="@jan Ja, tot 18 uur & zondag ook! é", in_reply_to_tweet_id=question)
    assert x.session.last.status_code == 201
    assert set(answer.data) == {"id", "text", "edit_history_tweet_ids"}
    seen = control.message(answer.data["id"])
    assert (seen["text"], seen["in_reply_to"]) == ("@jan Ja, tot 18 uur & zondag ook! é", question)
    assert seen["by_brand"]
    assert seen["via_api"]


def test_the_same_text_twice_is_refused(x: tweepy.Client, control: Control) -> None:
    question = control.say("x", "post", "@veldhuis open?")
    x.create_tweet(text="@jan Ja", in_reply_to_tweet_id=question)
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        x.create_tweet(text="@jan Ja", in_reply_to_tweet_id=question)


def test_a_post_of_more_than_280_is_refused_as_x_counts(x: tweepy.Client, control: Control) -> None:
    question = control.say("x", "post", "@veldhuis open?")
    link = "https://veldhuis.example/" + "a" * 300
    x.create_tweet(text="@jan " + "a" * 256 + " " + link, in_reply_to_tweet_id=question)
    with pytest.raises(tweepy.Forbidden, match="too long"):
        x.create_tweet(text="@jan " + "é" * 278 + "🎉🎉", in_reply_to_tweet_id=question)
    with pytest.raises(tweepy.Forbidden, match="too long"):
        x.create_tweet(text="漢" * 141)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        *(("plain", 5), ("é" * 5, 5), ("漢字かな", 8), ("👨‍👩‍👧‍👦 familie", 10), ("👍🏽", 2), ("🇳🇱 vlag", 7)),
        *(("zie https://veldhuis.nl/banken?x=1 nu", 30), ("veldhuis.nl", 23), ("a…b – c", 8), ("مرحبا بك", 8)),
        *(("1️⃣ stap", 7), ("❤️ dank", 7), ("“aanhaling”", 11), ("e\u0301", 1)),
    ],
)
def test_length_is_counted_in_x_own_way(text: str, length: int) -> None:
    assert weight(text) == length


def test_an_answer_nobody_asked_for_is_refused(x: tweepy.Client, control: Control) -> None:
    other = control.say("x", "post", "Ik zoek een bank")
    with pytest.raises(tweepy.Forbidden, match="not been mentioned"):
        x.create_tweet(text="Kom langs!", in_reply_to_tweet_id=other)
    control.settings(summon_rule=False)
    x.create_tweet(text="Kom langs!", in_reply_to_tweet_id=other)


def test_a_deleted_post_cannot_be_answered(x: tweepy.Client, control: Control) -> None:
    question = control.say("x", "post", "@veldhuis open?")
    control.remove(question)
    with pytest.raises(tweepy.Forbidden, match="deleted or not visible"):
        x.create_tweet(text="Ja", in_reply_to_tweet_id=question)


def test_own_posts_can_be_deleted_and_no_others(x: tweepy.Client, control: Control) -> None:
    own = x.create_tweet(text="Oeps").data["id"]
    assert x.delete_tweet(own).data == {"deleted": True}
    assert control.message(own)["deleted"]
    with pytest.raises(tweepy.Forbidden):
        x.delete_tweet(control.say("x", "post", "@veldhuis hoi"))


def test_replies_in_an_own_conversation_can_be_hidden(x: tweepy.Client, control: Control) -> None:
    own = control.say("x", "post", "Nieuw!", "veldhuis")
    reply = control.say("x", "post", "Lelijk", in_reply_to=own)
    assert x.hide_reply(reply).data == {"hidden": True}
    assert control.message(reply)["hidden"]
    assert x.unhide_reply(reply).data == {"hidden": False}
    with pytest.raises(tweepy.Forbidden):
        x.hide_reply(control.say("x", "post", "@veldhuis elders"))


def test_a_post_is_liked_and_unliked(x: tweepy.Client, control: Control, brand: Json) -> None:
    id = control.say("x", "post", "@veldhuis top!")
    assert x.like(id).data == {"liked": True}
    assert control.message(id)["likes"] == [brand["id"]]
    assert x.unlike(id).data == {"liked": False}
    assert control.message(id)["likes"] == []


def test_private_messages_go_both_ways(x: tweepy.Client, control: Control, brand: Json) -> None:
    received = control.say("x", "dm", "Mijn ordernummer is 12", {"id": "17", "username": "jan"})
    asked = ["sender_id", "created_at", "dm_conversation_id", "attachments"]
    [event] = x.get_direct_message_events(dm_event_fields=asked, expansions=["sender_id"]).data
    assert (str(event.id), event.text, event.event_type) == (received, "Mijn ordernummer is 12", "MessageCreate")
    assert event.dm_conversation_id == f"17-{brand['id']}"
    sent = x.create_direct_message(participant_id="17", text="Dank!").data
    assert x.session.last.status_code == 201
    assert sent["dm_conversation_id"] == f"17-{brand['id']}"
    events = x.get_direct_message_events(participant_id="17", dm_event_fields=asked).data
    assert [(str(e.id), str(e.sender_id)) for e in events] == [(sent["dm_event_id"], brand["id"]), (received, "17")]


def test_private_messages_are_paged_and_end_after_30_days(x: tweepy.Client, control: Control) -> None:
    for count in range(7):
        control.say("x", "dm", str(count))
    pages = list(tweepy.Paginator(x.get_direct_message_events, max_results=3))
    assert [event.text for page in pages for event in page.data] == list("6543210")
    control.advance(days=31)
    assert x.get_direct_message_events().data is None


def test_a_closed_inbox_refuses_private_messages(x: tweepy.Client, control: Control) -> None:
    who = {"id": "17", "username": "jan", "profile": {"receives_dm": False}}
    control.say("x", "post", "@veldhuis bel me", who)
    assert not x.get_user(id="17", user_fields=["receives_your_dm"]).data["receives_your_dm"]
    with pytest.raises(tweepy.Forbidden):
        x.create_direct_message(participant_id="17", text="Dag")


# tweepy imports a module that Python 3.13 drops.
old_module = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def upload_api(control: Control, brand: Json) -> tweepy.API:
    keys = brand["credentials"]
    auth = tweepy.OAuth1UserHandler(
        keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
    )
    api = tweepy.API(auth)
    api.session = Rebased("https://upload.twitter.com", control.url)
    return api


@old_module
def test_a_picture_is_uploaded_and_posted(x: tweepy.Client, control: Control, brand: Json) -> None:
    api = upload_api(control, brand)
    media = api.media_upload("bank.jpg", file=io.BytesIO(placeholder("image")[0]))
    sent = x.create_tweet(text="Kijk", media_ids=[media.media_id]).data["id"]
    [item] = control.message(sent)["media"]
    assert (item["id"], item["mime"]) == (media.media_id_string, "image/jpeg")


@old_module
def test_a_film_is_uploaded_in_chunks(control: Control, brand: Json) -> None:
    media = upload_api(control, brand).media_upload(
        "film.mp4", file=io.BytesIO(placeholder("video")[0]), media_category="tweet_video", chunked=True
    )
    assert media.processing_info["state"] == "succeeded"


def test_a_picture_is_uploaded_by_v2(x: tweepy.Client, control: Control, brand: Json) -> None:
    def ask(path: str, **more: Any) -> requests.Response:
        answer: requests.Response = x.request("POST", path, user_auth=True, **more)
        return answer

    content = placeholder("image")[0]
    keys = brand["credentials"]
    signed = requests_oauthlib.OAuth1(
        keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
    )
    answer = requests.post(
        f"{control.url}/2/media/upload",
        auth=signed,
        files={"media": ("a.jpg", content, "image/jpeg")},
        data={"media_category": "dm_image"},
        timeout=5,
    )
    id = answer.json()["data"]["id"]
    control.say("x", "dm", "hoi", {"id": "17", "username": "jan"})
    sent = x.create_direct_message(participant_id="17", media_id=id).data["dm_event_id"]
    assert control.message(sent)["media"][0]["id"] == id
    started = ask("/2/media/upload/initialize", json={"media_type": "image/jpeg", "total_bytes": len(content)})
    chunk = started.json()["data"]["id"]
    requests.post(
        f"{control.url}/2/media/upload/{chunk}/append",
        auth=signed,
        files={"media": ("a", content)},
        data={"segment_index": "0"},
        timeout=5,
    ).raise_for_status()
    assert ask(f"/2/media/upload/{chunk}/finalize").json()["data"]["size"] == len(content)

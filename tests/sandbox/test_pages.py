from __future__ import annotations

import io

import pytest

from sandbox.media import placeholder
from tests.sandbox.clients import Control, Graph, Json

COMMENT = "id,message,from{id,name},parent{id},is_hidden,user_likes,can_reply_privately,permalink_url,attachment"


@pytest.fixture
def post(control: Control, page: Json) -> str:
    """A post of the page itself."""
    return control.say("facebook", "post", "Nieuwe banken!", "veldhuis")


def test_the_feed_holds_the_pages_and_visitors_posts(graph: Graph, control: Control, page: Json, post: str) -> None:
    visit = control.say("facebook", "visitor_post", "Zijn jullie open?")
    tagged = control.say("facebook", "tagged_post", "Top winkel, Veldhuis")

    def ids(edge: str) -> list[str]:
        return [row["id"] for row in graph.get(f"{page['id']}/{edge}")["data"]]

    assert ids("feed") == [visit, post]
    assert ids("visitor_posts") == [visit]
    assert ids("tagged") == [tagged]
    assert post.startswith(page["id"] + "_")


def test_comments_are_streamed_flat_or_by_level(graph: Graph, control: Control, post: str) -> None:
    first = control.say("facebook", "comment", "een", in_reply_to=post)
    nested = control.say("facebook", "comment", "twee", "piet", in_reply_to=first)
    deeper = control.say("facebook", "comment", "drie", "els", in_reply_to=nested)
    top = graph.get(f"{post}/comments", fields=COMMENT)["data"]
    flat = graph.get(f"{post}/comments", filter="stream", order="reverse_chronological", fields=COMMENT)["data"]
    assert [row["id"] for row in top] == [first]
    assert [row["id"] for row in flat] == [deeper, nested, first]
    assert flat[0]["parent"]["id"] == first, "a reply to a reply hangs under the top comment"
    assert "parent" not in flat[2]
    assert first.split("_")[0] == post.split("_")[1]


def test_a_person_who_hides_from_the_page_has_no_from(graph: Graph, control: Control, post: str) -> None:
    hidden = control.say("facebook", "comment", "anoniem", in_reply_to=post, anonymous=True)
    assert "from" not in graph.get(hidden, fields=COMMENT)


def test_a_comment_is_answered_and_the_answer_edited_and_deleted(graph: Graph, control: Control, post: str) -> None:
    comment = control.say("facebook", "comment", "Prijs?", in_reply_to=post)
    answer = graph.put_object(comment, "comments", message="€ 499 é")["id"]
    assert control.message(answer)["via_api"]
    assert graph.post(answer, message="€ 479")["success"]
    assert graph.get(answer)["message"] == "€ 479"
    assert graph.delete(answer) == {"success": True}
    assert control.message(answer)["deleted"]


def test_only_ones_own_words_can_be_edited(graph: Graph, control: Control, post: str) -> None:
    comment = control.say("facebook", "comment", "Prijs?", in_reply_to=post)
    assert graph.failure(lambda: graph.post(comment, message="Gratis!"))["code"] == 200


def test_a_comment_is_hidden_liked_and_removed(graph: Graph, control: Control, post: str, page: Json) -> None:
    comment = control.say("facebook", "comment", "Oplichters", in_reply_to=post)
    assert graph.post(comment, is_hidden=True) == {"success": True}
    assert graph.get(f"{post}/comments") == {"data": []}
    assert graph.get(f"{post}/comments", filter="stream", fields="is_hidden")["data"][0]["is_hidden"]
    graph.post(comment, is_hidden=False)
    assert graph.put_like(comment) == {"success": True}
    assert graph.get(comment, fields="user_likes,like_count") == {"user_likes": True, "like_count": 1, "id": comment}
    assert graph.delete(f"{comment}/likes") == {"success": True}
    assert control.message(comment)["likes"] == []
    graph.delete(comment)
    assert control.message(comment)["deleted"]


def test_a_comment_comes_with_its_picture(graph: Graph, control: Control, post: str) -> None:
    comment = control.say("facebook", "comment", "", in_reply_to=post, media=[{"type": "image"}])
    attachment = graph.get(comment, fields="attachment")["attachment"]
    assert attachment["type"] == "photo"
    assert attachment["media"]["image"]["src"].startswith(control.url)


def test_an_answer_can_carry_a_picture(graph: Graph, control: Control, post: str) -> None:
    comment = control.say("facebook", "comment", "Hoe ziet hij eruit?", in_reply_to=post)
    answer = graph.post(
        f"{comment}/comments", files={"source": ("a.jpg", io.BytesIO(placeholder("image")[0]), "image/jpeg")}
    )
    assert control.message(answer["id"])["media"][0]["mime"] == "image/jpeg"


def test_edit_changes_text_and_removal_takes_replies(graph: Graph, control: Control, post: str) -> None:
    comment = control.say("facebook", "comment", "Pris?", in_reply_to=post)
    reply = control.say("facebook", "comment", "Ja?", "piet", in_reply_to=comment)
    assert control.edit(comment, "Prijs?") == comment
    assert graph.get(comment)["message"] == "Prijs?"
    control.remove(comment)
    assert graph.failure(lambda: graph.get(comment))["error_subcode"] == 33
    assert control.message(reply)["deleted"]


def test_the_same_post_twice_is_refused(graph: Graph, page: Json) -> None:
    graph.post(f"{page['id']}/feed", message="Actie!")
    assert graph.failure(lambda: graph.post(f"{page['id']}/feed", message="Actie!"))["code"] == 506
    assert graph.failure(lambda: graph.post(f"{page['id']}/feed", message="a" * 8001))["code"] == 100


def test_a_comment_is_answered_in_private_once_within_seven_days(graph: Graph, control: Control, post: str) -> None:
    early = control.say("facebook", "comment", "Waar is mijn bestelling?", in_reply_to=post)
    late = control.say("facebook", "comment", "En de mijne?", "piet", in_reply_to=post)
    page = post.split("_")[0]

    def reply(id: str) -> Json:
        sent: Json = graph.post(f"{page}/messages", recipient={"comment_id": id}, message={"text": "We kijken mee"})
        return sent

    sent = reply(early)
    assert sent["message_id"].startswith("m_")
    assert control.message(sent["message_id"])["to"] == sent["recipient_id"]
    assert graph.failure(lambda: reply(early))["code"] == 10900
    assert not graph.get(early, fields="can_reply_privately")["can_reply_privately"]
    assert "private_reply_conversation" in graph.get(early, fields="private_reply_conversation")
    window = graph.failure(
        lambda: graph.post(f"{page}/messages", recipient={"id": sent["recipient_id"]}, message={"text": "En?"})
    )
    assert (window["code"], window["error_subcode"]) == (10, 2018278), "a private reply opens no window"
    control.advance(days=8)
    assert graph.failure(lambda: reply(late))["code"] == 10

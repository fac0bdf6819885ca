from __future__ import annotations

import pytest

from tests.sandbox.clients import Control, Graph, Json


@pytest.fixture
def media(control: Control, instagram: Json) -> str:
    """A post of the brand."""
    return control.say("instagram", "media", "Nieuwe lampen", "veldhuis", media=[{"type": "image"}])


def test_the_account_is_found_through_its_page(graph: Graph, page: Json, instagram: Json) -> None:
    found = graph.get(page["id"], fields="instagram_business_account{id,username}")
    assert found["instagram_business_account"] == {"id": instagram["id"], "username": "veldhuis"}


def test_media_come_with_their_newest_comments(graph: Graph, control: Control, instagram: Json, media: str) -> None:
    first = control.say("instagram", "comment", "Mooi", "els", in_reply_to=media)
    reply = control.say("instagram", "comment", "Vind ik ook", "piet", in_reply_to=first)
    second = control.say("instagram", "comment", "Prijs?", "jan", in_reply_to=media)
    fields = "id,caption,media_type,permalink,timestamp,comments_count"
    [item] = graph.get(f"{instagram['id']}/media", fields=fields)["data"]
    assert (item["id"], item["caption"], item["media_type"], item["comments_count"]) == (
        media,
        "Nieuwe lampen",
        "IMAGE",
        3,
    )
    fields = "id,text,username,from{id,username},hidden,media{id},replies{id,text,username}"
    top = graph.get(f"{media}/comments", fields=fields)["data"]
    assert [row["id"] for row in top] == [second, first]
    assert top[1]["from"]["username"] == "els"
    assert top[1]["media"]["id"] == media
    assert [row["id"] for row in top[1]["replies"]["data"]] == [reply]
    assert "replies" not in top[0]
    [nested] = graph.get(f"{first}/replies", fields="id,parent_id")["data"]
    assert nested == {"id": reply, "parent_id": first}


def test_at_most_fifty_comments_are_on_a_page(graph: Graph, control: Control, media: str) -> None:
    for count in range(52):
        control.say("instagram", "comment", str(count), "els", in_reply_to=media)
    page = graph.get(f"{media}/comments", limit=100)
    assert len(page["data"]) == 50
    rest = graph.get(f"{media}/comments", limit=100, after=page["paging"]["cursors"]["after"])
    assert len(rest["data"]) == 2


def test_a_comment_is_answered_hidden_and_removed(graph: Graph, control: Control, media: str, instagram: Json) -> None:
    comment = control.say("instagram", "comment", "Prijs?", "els", in_reply_to=media)
    answer = graph.post(f"{comment}/replies", message="€ 49")["id"]
    deeper = graph.post(f"{answer}/replies", message="of 2 voor € 89")["id"]
    assert control.message(answer)["from"]["id"] == instagram["id"]
    assert control.message(deeper)["in_reply_to"] == comment, "a reply to a reply is attached to the comment"
    assert graph.post(comment, hide=True) == {"success": True}
    assert graph.get(comment, fields="hidden")["hidden"]
    assert graph.failure(lambda: graph.post(f"{comment}/replies", message="Nog iets"))["code"] == 100
    graph.post(comment, hide=False)
    assert graph.delete(comment) == {"success": True}
    assert graph.failure(lambda: graph.get(comment))["error_subcode"] == 33


def test_the_brand_comments_on_its_own_media_up_to_2200(graph: Graph, media: str) -> None:
    assert graph.post(f"{media}/comments", message="a" * 2200)["id"]
    assert graph.failure(lambda: graph.post(f"{media}/comments", message="a" * 2201))["code"] == 100


def test_a_mention_is_read_by_the_id_that_was_told(graph: Graph, control: Control, instagram: Json) -> None:
    comment = control.say("instagram", "mention", "Kijk @veldhuis!", "els")
    media = control.message(comment)["thread"]
    asked = f"mentioned_comment.comment_id({comment}){{id,text,timestamp,username,from,media{{id,permalink}}}}"
    found = graph.get(instagram["id"], fields=asked)["mentioned_comment"]
    assert (found["id"], found["text"], found["username"], found["media"]["id"]) == (
        comment,
        "Kijk @veldhuis!",
        "els",
        media,
    )
    caption = control.say("instagram", "mention", "Mijn nieuwe lamp @veldhuis", "els", where="caption")
    asked = f"mentioned_media.media_id({caption}){{id,caption,username}}"
    assert graph.get(instagram["id"], fields=asked)["mentioned_media"]["caption"] == "Mijn nieuwe lamp @veldhuis"
    assert (
        graph.failure(lambda: graph.get(instagram["id"], fields="mentioned_comment.comment_id(1){id}"))["code"] == 100
    )
    answer = graph.post(f"{instagram['id']}/mentions", media_id=media, comment_id=comment, message="Staat goed!")["id"]
    assert control.message(answer)["in_reply_to"] == comment


def test_tagged_photos_are_listed(graph: Graph, control: Control, instagram: Json) -> None:
    tag = control.say("instagram", "tag", "Mijn woonkamer", "els", media=[{"type": "image"}])
    [found] = graph.get(f"{instagram['id']}/tags", fields="id,caption,username")["data"]
    assert found == {"id": tag, "caption": "Mijn woonkamer", "username": "els"}


def test_a_comment_is_answered_in_private_once(graph: Graph, control: Control, page: Json, media: str) -> None:
    comment = control.say("instagram", "comment", "Prijs?", "els", in_reply_to=media)
    sent = graph.post(f"{page['id']}/messages", recipient={"comment_id": comment}, message={"text": "€ 49"})
    assert control.message(sent["message_id"])["platform"] == "instagram"
    again = graph.failure(
        lambda: graph.post(f"{page['id']}/messages", recipient={"comment_id": comment}, message={"text": "€ 49"})
    )
    assert again["code"] == 10900


def test_comments_cannot_be_edited_by_customers(control: Control, media: str) -> None:
    comment = control.say("instagram", "comment", "Pris?", "els", in_reply_to=media)
    refused = control.call("PATCH", f"messages/{comment}", {"text": "Prijs?"}, status=400)
    assert "no editing" in refused["error"]

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import requests
import tweepy

from tests.sandbox.clients import Control, Json, Rebased, x_client

FIELDS = ["author_id", "created_at", "conversation_id", "in_reply_to_user_id", "referenced_tweets", "entities"]


def test_post_that_names_the_brand_is_a_mention(x: tweepy.Client, control: Control, brand: Json) -> None:
    id = control.say("x", "post", "@veldhuis waar blijft mijn bank? é 🎉")
    page = x.get_users_mentions(
        brand["id"], tweet_fields=FIELDS, expansions=["author_id"], user_fields=["public_metrics"], user_auth=True
    )
    [post] = page.data
    assert (str(post.id), post.text) == (id, "@veldhuis waar blijft mijn bank? é 🎉")
    assert datetime.now(UTC) - post.created_at < timedelta(minutes=1)
    assert str(post.conversation_id) == id
    [author] = page.includes["users"]
    assert (author.id, author.username) == (post.author_id, "jan")
    assert author.public_metrics["followers_count"] > 0
    assert page.meta == {"result_count": 1, "newest_id": id, "oldest_id": id}


def test_an_empty_page_has_no_data(x: tweepy.Client, brand: Json) -> None:
    page = x.get_users_mentions(brand["id"], user_auth=True)
    assert page.data is None
    assert page.meta == {"result_count": 0}
    assert "data" not in x.session.last.json()


def test_times_have_fractions_of_a_second(x: tweepy.Client, control: Control, brand: Json) -> None:
    control.say("x", "post", "@veldhuis hoi", at="2026-01-15T12:05:00Z")
    x.get_users_mentions(brand["id"], tweet_fields=["created_at"])
    assert x.session.last.json()["data"][0]["created_at"] == "2026-01-15T12:05:00.000Z"


def test_only_the_default_fields_are_given_unless_more_are_asked(
    x: tweepy.Client, control: Control, brand: Json
) -> None:
    control.say("x", "post", "@veldhuis hoi")
    x.get_users_mentions(brand["id"])
    assert set(x.session.last.json()["data"][0]) == {"id", "text", "edit_history_tweet_ids"}


def test_mentions_are_paged_newest_first(x: tweepy.Client, control: Control, brand: Json) -> None:
    ids = [control.say("x", "post", f"@veldhuis {count}") for count in range(12)]
    pages = list(tweepy.Paginator(x.get_users_mentions, brand["id"], max_results=5, user_auth=True))
    assert [str(post.id) for page in pages for post in page.data] == ids[::-1]
    assert [len(page.data) for page in pages] == [5, 5, 2]
    assert "next_token" not in pages[-1].meta
    assert "previous_token" in pages[-1].meta


def test_since_id_gives_only_what_came_after(x: tweepy.Client, control: Control, brand: Json) -> None:
    ids = [control.say("x", "post", f"@veldhuis {count}") for count in range(3)]
    page = x.get_users_mentions(brand["id"], since_id=ids[0], until_id=ids[2])
    assert [str(post.id) for post in page.data] == [ids[1]]


def test_a_start_time_leaves_older_posts_out(x: tweepy.Client, control: Control, brand: Json) -> None:
    control.say("x", "post", "@veldhuis oud", at="2026-01-01T00:00:00Z")
    control.say("x", "post", "@veldhuis nieuw", at="2026-02-01T00:00:00Z")
    page = x.get_users_mentions(brand["id"], start_time="2026-01-15T00:00:00Z")
    assert [post.text for post in page.data] == ["@veldhuis nieuw"]


@pytest.mark.parametrize("size", ["4", "101", "many"])
def test_a_page_size_beyond_the_limits_is_refused(x: tweepy.Client, brand: Json, size: str) -> None:
    with pytest.raises(tweepy.BadRequest, match="max_results"):
        x.get_users_mentions(brand["id"], max_results=size)


def test_answer_to_the_brand_is_a_mention_without_naming_it(x: tweepy.Client, control: Control, brand: Json) -> None:
    own = control.say("x", "post", "Nieuwe banken!", "veldhuis")
    answer = control.say("x", "post", "Mooi", in_reply_to=own)
    [post] = x.get_users_mentions(brand["id"], tweet_fields=FIELDS).data
    assert str(post.id) == answer
    assert str(post.in_reply_to_user_id) == brand["id"]
    assert str(post.referenced_tweets[0].id) == own
    assert str(post.conversation_id) == own


def test_a_parent_comes_along_and_a_deleted_one_is_an_error(x: tweepy.Client, control: Control, brand: Json) -> None:
    first = control.say("x", "post", "Wie kent een goede winkel?", "piet")
    control.say("x", "post", "@veldhuis misschien?", in_reply_to=first)
    page = x.get_users_mentions(brand["id"], expansions=["referenced_tweets.id"])
    assert [str(post.id) for post in page.includes["tweets"]] == [first]
    control.remove(first)
    page = x.get_users_mentions(brand["id"], expansions=["referenced_tweets.id"])
    assert page.errors[0]["resource_id"] == first
    assert page.errors[0]["parameter"] == "referenced_tweets.id"


def test_search_finds_threads_names_words_and_alternatives(x: tweepy.Client, control: Control, brand: Json) -> None:
    first = control.say("x", "post", "Mijn pakket is kwijt", "piet")
    second = control.say("x", "post", "@piet vraag het @veldhuis", in_reply_to=first)
    third = control.say("x", "post", "bezorging was top, veldhuis", "els")
    answer = control.say("x", "post", "Dank je", "veldhuis", in_reply_to=third)

    def found(query: str) -> list[str]:
        return [str(post.id) for post in x.search_recent_tweets(query).data or []]

    assert found(f"conversation_id:{first}") == [second, first]
    assert found("@veldhuis") == [second]
    assert found("to:piet") == [second]
    assert found("from:veldhuis") == [answer]
    assert found("bezorging OR pakket") == [third, first]
    assert found("(bezorging OR pakket) -kwijt") == [third]
    assert found('"pakket is kwijt"') == [first]
    assert found("is:reply -from:veldhuis") == [second]
    assert found("onvindbaar") == []


def test_search_reaches_seven_days_back(x: tweepy.Client, control: Control, brand: Json) -> None:
    control.say("x", "post", "veldhuis lang geleden")
    control.advance(days=8)
    assert x.search_recent_tweets("veldhuis").data is None


def test_lookup_gives_what_exists_and_errors_for_what_does_not(x: tweepy.Client, control: Control, brand: Json) -> None:
    kept, gone = control.say("x", "post", "blijft"), control.say("x", "post", "verdwijnt")
    control.remove(gone)
    answer = x.get_tweets([kept, gone])
    assert [str(post.id) for post in answer.data] == [kept]
    assert [error["resource_id"] for error in answer.errors] == [gone]
    alone = x.get_tweet(gone)
    assert alone.data is None
    assert alone.errors[0]["title"] == "Not Found Error"


def test_an_edit_is_a_new_post_with_its_history(x: tweepy.Client, control: Control, brand: Json) -> None:
    first = control.say("x", "post", "@veldhuis helpp")
    second = control.edit(first, "@veldhuis help")
    assert int(second) > int(first)
    [post] = x.get_users_mentions(brand["id"]).data
    assert (str(post.id), post.text) == (second, "@veldhuis help")
    assert [str(id) for id in post.edit_history_tweet_ids] == [first, second]
    control.remove(second)
    assert x.get_users_mentions(brand["id"]).data is None
    assert len(x.get_tweets([first, second]).errors) == 2


def test_a_longer_post_is_cut_and_whole_in_its_note(x: tweepy.Client, control: Control, brand: Json) -> None:
    text = "@veldhuis " + "lang verhaal " * 60
    control.say("x", "post", text)
    [post] = x.get_users_mentions(brand["id"], tweet_fields=["note_tweet"]).data
    assert len(post.text) == 280
    assert post.note_tweet["text"] == text


def test_picture_is_media_that_can_be_fetched_and_expires(x: tweepy.Client, control: Control, brand: Json) -> None:
    control.say("x", "post", "@veldhuis kapot", media=[{"type": "image"}])
    page = x.get_users_mentions(brand["id"], expansions=["attachments.media_keys"], media_fields=["url", "type"])
    [picture] = page.includes["media"]
    assert (picture.type, picture.media_key[:2]) == ("photo", "3_")
    answer = requests.get(picture.url, timeout=5)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content.startswith(b"\xff\xd8")
    control.advance(days=10)
    assert requests.get(picture.url, timeout=5).status_code == 403


def test_users_are_found_by_id_and_name(x: tweepy.Client, control: Control, brand: Json) -> None:
    control.say("x", "post", "hoi", {"id": "4455", "username": "els", "name": "Els"})
    assert x.get_me().data.username == "veldhuis"
    assert x.get_user(username="els").data.name == "Els"
    answer = x.get_users(ids=["4455", "99"], user_fields=["profile_image_url"])
    assert answer.data[0].profile_image_url.endswith("_normal.jpg")
    assert requests.get(answer.data[0].profile_image_url, timeout=5).headers["content-type"] == "image/jpeg"
    assert answer.errors[0]["resource_id"] == "99"


def test_own_posts_can_leave_replies_out(x: tweepy.Client, control: Control, brand: Json) -> None:
    question = control.say("x", "post", "@veldhuis open?")
    own = control.say("x", "post", "Wij zijn open", "veldhuis")
    reply = control.say("x", "post", "@jan ja", "veldhuis", in_reply_to=question)
    assert [str(post.id) for post in x.get_users_tweets(brand["id"]).data] == [reply, own]
    assert [str(post.id) for post in x.get_users_tweets(brand["id"], exclude=["replies"]).data] == [own]


def test_a_wrong_signature_or_no_token_is_unauthorized(control: Control, brand: Json) -> None:
    spoilt = x_client(control.url, brand | {"credentials": brand["credentials"] | {"access_token_secret": "wrong"}})
    with pytest.raises(tweepy.Unauthorized):
        spoilt.get_me()
    answer = requests.get(f"{control.url}/2/users/me", timeout=5)
    assert answer.status_code == 401
    assert answer.json() == {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}


def test_the_app_alone_reads_mentions_but_no_private_messages(control: Control, brand: Json) -> None:
    header = {"Authorization": f"Bearer {brand['credentials']['bearer_token']}"}
    mentions = requests.get(f"{control.url}/2/users/{brand['id']}/mentions", headers=header, timeout=5)
    private = requests.get(f"{control.url}/2/dm_events", headers=header, timeout=5)
    assert (mentions.status_code, private.status_code) == (200, 403)


def test_a_revoked_token_is_unauthorized_until_it_is_given_back(
    x: tweepy.Client, control: Control, brand: Json
) -> None:
    control.call("POST", "revoke", {"platform": "x", "account": brand["id"]})
    with pytest.raises(tweepy.Unauthorized):
        x.get_me()
    control.call("POST", "revoke", {"platform": "x", "account": brand["id"], "revoked": False})
    assert x.get_me().data.id == int(brand["id"])


def test_oauth2_token_lasts_two_hours_and_refreshes_once(control: Control, brand: Json) -> None:
    keys = control.call("POST", "oauth2", {"account": brand["id"]})

    def me(token: str) -> int:
        header = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{control.url}/2/users/me", headers=header, timeout=5).status_code

    def refresh(token: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        client = (keys["client_id"], keys["client_secret"])
        return requests.post(f"{control.url}/2/oauth2/token", data=form, auth=client, timeout=5)

    assert me(keys["access_token"]) == 200
    control.advance(hours=2.1)
    assert me(keys["access_token"]) == 401
    renewed = refresh(keys["refresh_token"])
    assert me(renewed.json()["access_token"]) == 200
    assert refresh(keys["refresh_token"]).status_code == 400


def test_every_answer_says_how_many_calls_are_left(control: Control, brand: Json) -> None:
    session = Rebased("https://api.twitter.com", control.url)
    header = {"Authorization": f"Bearer {brand['credentials']['bearer_token']}"}
    for _ in range(2):
        session.get(f"https://api.twitter.com/2/users/{brand['id']}/mentions", headers=header)
    limits = session.last.headers
    assert (limits["x-rate-limit-limit"], limits["x-rate-limit-remaining"]) == ("450", "448")
    assert 0 < int(limits["x-rate-limit-reset"]) - datetime.now(UTC).timestamp() <= 900


def test_private_messages_can_be_read_15_times_in_15_minutes(x: tweepy.Client, control: Control) -> None:
    for _ in range(15):
        x.get_direct_message_events()
    with pytest.raises(tweepy.TooManyRequests) as refused:
        x.get_direct_message_events()
    assert refused.value.reset_time is not None
    control.advance(seconds=901)
    x.get_direct_message_events()


def test_text_is_served_escaped_with_short_links(x: tweepy.Client, control: Control, brand: Json) -> None:
    control.say("x", "post", "@veldhuis <3 & zie https://example.com/a?b=1.", media=[{"type": "image"}])
    x.get_users_mentions(brand["id"], tweet_fields=FIELDS)
    post = x.session.last.json()["data"][0]
    link, picture = post["entities"]["urls"]
    assert post["text"] == f"@veldhuis &lt;3 &amp; zie {link['url']}. {picture['url']}"
    assert link["url"].startswith("https://t.co/")
    assert (link["expanded_url"], link["display_url"]) == ("https://example.com/a?b=1", "example.com/a?b=1")
    assert picture["display_url"].startswith("pic.x.com/")
    assert picture["media_key"].startswith("3_")
    assert [post["text"][url["start"] : url["end"]] for url in (link, picture)] == [link["url"], picture["url"]]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("@veldhuis waar blijft mijn bestelling, ik wacht al drie weken", "nl"),
        ("@veldhuis where is my order, I have been waiting for three weeks", "en"),
        ("@veldhuis wo bleibt meine Bestellung, ich warte seit drei Wochen", "de"),
        ("@veldhuis ok", "und"),
        ("@veldhuis", "qam"),
        ("#veldhuis", "qht"),
    ],
)
def test_a_post_has_the_language_it_looks_like(
    x: tweepy.Client, control: Control, brand: Json, text: str, language: str
) -> None:
    id = control.say("x", "post", text)
    assert x.get_tweet(id, tweet_fields=["lang"], user_auth=True).data.lang == language


def test_a_language_that_is_given_stays(x: tweepy.Client, control: Control, brand: Json) -> None:
    id = control.say("x", "post", "@veldhuis waar blijft mijn bestelling nou toch", lang="fy")
    assert x.get_tweet(id, tweet_fields=["lang"], user_auth=True).data.lang == "fy"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("tweet_fields", "tweet.fields"),
        ("user_fields", "user.fields"),
        ("media_fields", "media.fields"),
        ("poll_fields", "poll.fields"),
        ("expansions", "expansions"),
    ],
)
def test_an_unknown_field_is_refused_as_x_does(x: tweepy.Client, brand: Json, field: str, name: str) -> None:
    with pytest.raises(tweepy.BadRequest):
        x.get_users_mentions(brand["id"], **{field: ["nonsense"]})
    problem = x.session.last.json()
    assert (problem["title"], problem["type"]) == ("Invalid Request", "https://api.x.com/2/problems/invalid-request")
    (error,) = problem["errors"]
    assert error["parameters"] == {name: ["nonsense"]}
    assert error["message"].startswith(f"The `{name}` query parameter value [nonsense] is not one of [")

"""The customer's phone without scripts: what each form does in the world, and what each screen shows."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from sandbox.scenario import pictures
from sandbox.testing import Running

PHONES = "/phone/mara"


@pytest.fixture
def mara(sandbox: Running) -> Running:
    """A sandbox with one brand on all four platforms, and Mara, who has an account on each."""
    for platform in ("x", "facebook", "instagram", "whatsapp"):
        account = {"platform": platform, "name": "Bakkerij Bol", "username": "bakkerijbol"}
        requests.post(f"{sandbox.url}/control/accounts", json=account, timeout=10).raise_for_status()
    post(sandbox, "/phone", name="Mara Tol", username="mara", platform=["x", "facebook", "instagram", "whatsapp"])
    return sandbox


def post(sandbox: Running, path: str, files: Any = None, **fields: Any) -> str:
    """Send a form as a browser without scripts does; returns the page it ends on."""
    answer = requests.post(f"{sandbox.url}{path}", data=fields, files=files, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.text


def page(sandbox: Running, path: str, **query: str) -> str:
    answer = requests.get(f"{sandbox.url}{path}", params=query, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.text


def said(sandbox: Running, **query: str) -> list[dict[str, Any]]:
    """Everything said, as the control API tells it."""
    messages: list[dict[str, Any]] = requests.get(f"{sandbox.url}/control/messages", params=query, timeout=10).json()[
        "messages"
    ]
    return messages


def brand_says(sandbox: Running, platform: str, kind: str, text: str, **more: Any) -> str:
    body = {"platform": platform, "kind": kind, "from": {"username": "bakkerijbol"}, "text": text, **more}
    answer = requests.post(f"{sandbox.url}/control/messages", json=body, timeout=10)
    assert answer.ok, answer.text
    return str(answer.json()["id"])


def test_a_new_person_gets_a_phone_with_the_chosen_platforms(sandbox: Running) -> None:
    shown = post(sandbox, "/phone", name="Jip Vos", username="jipvos", platform=["x", "whatsapp"])

    assert "Jip Vos op X" in shown
    assert "Account maken op" in shown
    assert "/phone/jipvos/whatsapp" in shown
    assert "/phone/jipvos/facebook" not in shown
    assert "Jip Vos" in page(sandbox, "/", q="jip")
    assert "Jip Vos" not in page(sandbox, "/", q="iemand anders")


def test_an_account_can_be_added_to_somebodys_phone_later(sandbox: Running) -> None:
    post(sandbox, "/phone", name="Jip Vos", username="jipvos", platform="x")

    shown = post(sandbox, "/phone/jipvos/join", platform="instagram")

    assert "Jip Vos op Instagram" in shown


def test_a_person_can_hide_their_phone_number_on_whatsapp(sandbox: Running) -> None:
    shown = post(sandbox, "/phone", name="Jip Vos", username="jipvos", platform="whatsapp", hidden="1")

    assert "nummer verborgen" in shown


def test_nobody_is_made_without_a_name(sandbox: Running) -> None:
    assert "Geef een naam" in post(sandbox, "/phone", name=" ", platform="x")


def test_x_mention_reaches_the_brand_and_is_answered(mara: Running) -> None:
    post(mara, f"{PHONES}/x/do/say", kind="post", text="@bakkerijbol zijn er nog krentenbollen?", back=f"{PHONES}/x")

    mention = said(mara, platform="x")[-1]
    assert mention["account"] == said(mara, account=mention["account"])[-1]["account"]
    brand_says(mara, "x", "post", "@mara Ja, nog zes.", in_reply_to=mention["id"])
    assert "Ja, nog zes." in page(mara, f"{PHONES}/x/thread/{mention['id']}")
    assert "Ja, nog zes." in page(mara, f"{PHONES}/x/notices")


def test_a_reply_on_x_begins_with_the_name_of_whom_it_answers(mara: Running) -> None:
    root = brand_says(mara, "x", "post", "Vandaag: krentenbollen.")

    post(mara, f"{PHONES}/x/do/say", kind="post", in_reply_to=root, text="Lekker!", back=f"{PHONES}/x")

    assert said(mara, platform="x")[-1]["text"] == "@bakkerijbol Lekker!"


def test_x_post_can_be_edited_but_a_reply_only_deleted(mara: Running) -> None:
    root = brand_says(mara, "x", "post", "Vandaag: krentenbollen.")
    post(mara, f"{PHONES}/x/do/say", kind="post", in_reply_to=root, text="Lekkr!", back=f"{PHONES}/x")
    post(mara, f"{PHONES}/x/do/say", kind="post", text="@bakkerijbol hoi", back=f"{PHONES}/x")
    reply, own = said(mara, platform="x")[-2:]

    assert "Bewaar" not in page(mara, f"{PHONES}/x/thread/{reply['id']}")
    assert "Bewaar" in page(mara, f"{PHONES}/x/thread/{own['id']}")
    post(mara, f"{PHONES}/x/do/edit", id=own["id"], text="@bakkerijbol hallo", back=f"{PHONES}/x/notices")
    post(mara, f"{PHONES}/x/do/remove", id=reply["id"], back=f"{PHONES}/x")

    shown = page(mara, f"{PHONES}/x/notices")
    assert "hallo" in shown
    assert "bewerkt" in shown
    assert "Lekkr!" not in shown


@pytest.mark.parametrize(("platform", "kind"), [("x", "dm"), ("facebook", "message"), ("instagram", "message")])
def test_a_private_message_and_its_answer_stand_in_the_chat(mara: Running, platform: str, kind: str) -> None:
    back = f"{PHONES}/{platform}/chat?account=bakkerijbol"

    post(mara, f"{PHONES}/{platform}/do/say", kind=kind, to="bakkerijbol", text="Zijn jullie open?", back=back)
    mine = said(mara, platform=platform)[-1]
    assert (mine["kind"], mine["by_brand"]) == (kind, False)
    brand_says(mara, platform, kind, "Ja, tot zes uur.", in_reply_to=mine["id"])

    chat = page(mara, f"{PHONES}/{platform}/chat", account="bakkerijbol")
    assert "Zijn jullie open?" in chat
    assert "Ja, tot zes uur." in chat
    assert "nieuw antwoord" in page(mara, f"{PHONES}/{platform}/chats")


def test_whatsapp_takes_an_uploaded_picture_with_a_caption(mara: Running) -> None:
    files = {"picture": ("taart.jpg", pictures.draw("lamp"), "image/jpeg")}

    shown = post(mara, f"{PHONES}/whatsapp/do/say", files, kind="text", text="Zoiets", back=f"{PHONES}/whatsapp")

    message = said(mara, platform="whatsapp")[-1]
    assert (message["kind"], message["text"]) == ("image", "Zoiets")
    (address,) = re.findall(r'src="(/phone/media/[^"]+)"', shown)
    assert requests.get(f"{mara.url}{address}", timeout=10).content == pictures.draw("lamp")


def test_whatsapp_takes_one_of_the_sample_pictures(mara: Running) -> None:
    post(mara, f"{PHONES}/whatsapp/do/say", kind="text", sample="olifant", text="", back=f"{PHONES}/whatsapp")

    (media,) = said(mara, platform="whatsapp")[-1]["media"]
    assert media["mime"] == "image/jpeg"


def test_deleted_whatsapp_message_keeps_a_mark_without_words(mara: Running) -> None:
    post(mara, f"{PHONES}/whatsapp/do/say", kind="text", text="Vergissing", back=f"{PHONES}/whatsapp")

    id = said(mara, platform="whatsapp")[-1]["id"]
    shown = post(mara, f"{PHONES}/whatsapp/do/remove", id=id, back=f"{PHONES}/whatsapp")

    assert "Je hebt dit bericht verwijderd" in shown
    assert "Vergissing" not in shown


def test_the_brands_message_gets_a_reaction_and_loses_it_again(mara: Running) -> None:
    post(
        mara, f"{PHONES}/facebook/do/say", kind="message", to="bakkerijbol", text="Hoi", back=f"{PHONES}/facebook/chat"
    )
    mine = said(mara, platform="facebook")[-1]
    answer = brand_says(mara, "facebook", "message", "Dag Mara", in_reply_to=mine["id"])
    react = {"id": answer, "emoji": "👍", "back": f"{PHONES}/facebook/chat"}

    assert '<p class="reactions">' in post(mara, f"{PHONES}/facebook/do/react", **react)
    assert '<p class="reactions">' not in post(mara, f"{PHONES}/facebook/do/react", **react)


def test_facebook_comment_and_answer_stand_under_their_parents(mara: Running) -> None:
    root = brand_says(mara, "facebook", "post", "Nieuw: speltbrood")
    back = f"{PHONES}/facebook"

    post(mara, f"{PHONES}/facebook/do/say", kind="comment", in_reply_to=root, text="Ook gesneden?", back=back)
    comment = said(mara, platform="facebook")[-1]
    brand_says(mara, "facebook", "comment", "Ja, vraag er maar om.", in_reply_to=comment["id"])

    shown = page(mara, back)
    under = shown[shown.index(f'id="r-{comment["id"]}"') :]
    assert shown.index("Nieuw: speltbrood") < shown.index("Ook gesneden?") < shown.index("Ja, vraag er maar om.")
    assert "Ja, vraag er maar om." in under[: under.index("</ul>")]


def test_a_hidden_comment_is_seen_by_its_writer_only(mara: Running) -> None:
    post(mara, "/phone", name="Bo Kok", username="bokok", platform="facebook")
    root = brand_says(mara, "facebook", "post", "Nieuw: speltbrood")
    post(mara, f"{PHONES}/facebook/do/say", kind="comment", in_reply_to=root, text="Wat een troep", back=f"{PHONES}/x")
    comment = said(mara, platform="facebook")[-1]["id"]

    credentials = requests.get(f"{mara.url}/control/accounts", timeout=10).json()["accounts"]
    token = next(a["credentials"]["access_token"] for a in credentials if a["platform"] == "facebook")
    hide = {"is_hidden": "true", "access_token": token}
    assert requests.post(f"{mara.url}/v25.0/{comment}", data=hide, timeout=10).ok

    assert "alleen voor jou zichtbaar" in page(mara, f"{PHONES}/facebook")
    assert "Wat een troep" not in page(mara, "/phone/bokok/facebook")


def test_liking_twice_takes_the_like_back(mara: Running) -> None:
    root = brand_says(mara, "instagram", "media", "Vers uit de oven")
    back = f"{PHONES}/instagram"

    post(mara, f"{PHONES}/instagram/do/like", id=root, on="1", back=back)
    assert len(said(mara, platform="instagram")[-1]["likes"]) == 1
    post(mara, f"{PHONES}/instagram/do/like", id=root, on="0", back=back)
    assert said(mara, platform="instagram")[-1]["likes"] == []


@pytest.mark.parametrize("kind", ["story_mention", "mention", "tag"])
def test_instagram_knows_three_more_ways_to_name_a_brand(mara: Running, kind: str) -> None:
    back, text = f"{PHONES}/instagram", "@bakkerijbol heerlijk"

    post(mara, f"{PHONES}/instagram/do/say", kind=kind, to="bakkerijbol", text=text, sample="tafel", back=back)

    assert kind in [message["kind"] for message in said(mara, platform="instagram")]


def test_instagram_lets_nobody_edit_a_comment(mara: Running) -> None:
    root = brand_says(mara, "instagram", "media", "Vers uit de oven")
    back = f"{PHONES}/instagram"
    shown = post(mara, f"{PHONES}/instagram/do/say", kind="comment", in_reply_to=root, text="Mmm", back=back)
    comment = said(mara, platform="instagram")[-1]["id"]

    assert "Bewaar" not in shown
    refused = post(mara, f"{PHONES}/instagram/do/edit", id=comment, text="Nee", back=back)
    assert "Dat kan hier niet" in refused


def test_nobody_changes_what_somebody_else_said(mara: Running) -> None:
    root = brand_says(mara, "x", "post", "Vandaag: krentenbollen.")

    refused = post(mara, f"{PHONES}/x/do/remove", id=root, back=f"{PHONES}/x")

    assert "dit bericht is niet van jou" in refused
    assert not said(mara, platform="x")[-1]["deleted"]


def test_an_empty_message_is_refused_with_a_sentence(mara: Running) -> None:
    assert "schrijf iets of kies een foto" in post(
        mara, f"{PHONES}/x/do/say", kind="post", text=" ", back=f"{PHONES}/x"
    )


def test_what_people_write_is_shown_as_text_and_never_as_markup(mara: Running) -> None:
    shown = post(mara, f"{PHONES}/x/do/say", kind="post", text="<script>alert(1)</script>", back=f"{PHONES}/x")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown


def test_a_form_leads_to_no_other_site(mara: Running) -> None:
    fields = {"kind": "post", "text": "hoi", "back": "https://example.com/"}
    answer = requests.post(f"{mara.url}{PHONES}/x/do/say", data=fields, timeout=10, allow_redirects=False)

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "path", ["/phone/niemand", f"{PHONES}/x/bestaatniet", f"{PHONES}/x/thread/1", "/phone/media/1"]
)
def test_what_is_not_there_is_said_in_dutch(mara: Running, path: str) -> None:
    answer = requests.get(f"{mara.url}{path}", timeout=10)

    assert answer.status_code == 404
    assert "bestaat niet" in answer.text


def test_an_open_page_hears_of_an_answer(mara: Running) -> None:
    post(mara, f"{PHONES}/whatsapp/do/say", kind="text", text="Hallo", back=f"{PHONES}/whatsapp")
    mine = said(mara, platform="whatsapp")[-1]

    events = requests.get(f"{mara.url}/phone/events", params={"person": "mara"}, stream=True, timeout=5)
    with events:
        lines = events.iter_lines(chunk_size=1)
        assert next(line for line in lines if line.startswith(b"data:")) == b"data: hello"
        brand_says(mara, "whatsapp", "text", "Dag Mara", in_reply_to=mine["id"])
        assert next(line for line in lines if line.startswith(b"data:")) == b"data: now"

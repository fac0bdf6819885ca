"""The emoji of the picker: one partial, in the reader's language, found by words of both."""

from __future__ import annotations

from django.test import Client

from inbox.models import User
from inbox.text import emoji
from tests import factories
from tests.support.pages import signed_in


def test_picker_has_names_in_one_language_and_words_in_both(page: Client, db: None) -> None:
    dutch = signed_in(factories.make_user(language="nl")).get("/inbox/emoji/").content.decode()
    english = page.get("/inbox/emoji/").content.decode()
    assert 'aria-label="duim omhoog"' in dutch
    assert 'aria-label="thumbs up"' in english
    for html in (dutch, english):
        words = html.split(">👍<")[0].rsplit('data-words="', 1)[1].split('"')[0].split()
        assert {"akkoord", "thumbs", "duim", "good"} <= set(words)


def test_it_is_small_and_the_browser_keeps_it(page: Client) -> None:
    response = page.get("/inbox/emoji/?en")
    assert "max-age=86400" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert len(response.content) < 64_000


def test_only_colleagues_get_it_and_only_by_asking(page: Client, agent: User) -> None:
    assert Client().get("/inbox/emoji/").status_code == 302
    assert page.post("/inbox/emoji/").status_code == 405


def test_every_emoji_stands_there_once_under_a_name_of_its_own() -> None:
    for language in ("nl", "en"):
        everything = [sign for group in emoji.groups(language) for sign in group.emoji]
        assert len(everything) > 300
        assert len({sign.text for sign in everything}) == len({sign.name for sign in everything}) == len(everything)
        assert all(sign.name and sign.words and sign.words.isascii() for sign in everything)


def test_skin_tone_follows_the_first_sign_that_takes_one() -> None:
    toned = [sign.text for group in emoji.groups("en") for sign in group.emoji if sign.has_tones]
    assert "👍" in toned
    # One sign, perhaps with the mark that asks for its coloured form: a tone takes that mark's place.
    assert all(len(text.replace("\ufe0f", "")) == 1 for text in toned)

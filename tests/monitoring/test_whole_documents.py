"""Whole feeds as blogs, forums and newspapers give them, and a page of X's search: every field, whatever we read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from channels.models import Account
from channels.types import IncomingMessage
from channels.x.normalise import read_posts
from monitoring.feeds.models import Feed
from monitoring.feeds.reading import posts_of, title_of
from monitoring.hits.models import Post
from monitoring.hits.searching import post_of
from tests.support.x_payloads import x_payload

FOLDER = Path(__file__).parents[1] / "support" / "payloads" / "feeds"


@pytest.fixture(autouse=True)
def _that_day() -> Iterator[None]:
    with time_machine.travel("2026-11-30T12:00:00Z", tick=False):
        yield


def read(name: str, url: str) -> list[Post]:
    body = (FOLDER / f"{name}_2026-11.xml").read_bytes()
    return list(posts_of(Feed(url=url, title=title_of(body, url) or ""), body))


def test_a_blog_is_read_in_full_and_not_by_its_excerpt() -> None:
    post, note = read("wordpress", "https://wies.example/feed/")
    assert (post.site, post.author, post.author_id) == ("Wonen met Wies", "Wies Hartog", "wies.example/Wies Hartog")
    assert post.title == "Zes weken wachten op een bank – en toen…"
    assert post.text == (
        "De bank\nNa zes weken kwam de bank van Veldhuis kapot aan. Ik ben er helemaal klaar mee 😡\n"
        "poot los\nstof gescheurd"
    )
    assert (post.url, post.language, post.mood) == ("https://wies.example/2026/11/zes-weken/", "nl", "angry")
    assert post.published_at.isoformat() == "2026-11-30T09:12:44+00:00"
    assert (note.title, note.author, note.author_id) == ("", "", "")
    assert note.text == "Korte notitie zonder titel: de planten doen het goed."


def test_an_atom_entry_keeps_its_first_day_and_its_address() -> None:
    post, arabic = read("atom", "https://spoor.example/blog/atom.xml")
    assert (post.site, post.author) == ("Spoor & Fiets", "Daan de Wit")
    assert (post.title, post.url) == ("Lijn Noord & de sneeuw <3", "https://spoor.example/blog/2026/11/sneeuw.html")
    assert post.text == "Weer een uur te laat met Lijn Noord.\nZie de dienstregeling."
    assert post.published_at.isoformat() == "2026-11-29T17:00:00+00:00"
    assert (arabic.title, arabic.text) == ("القطار متأخر مرة أخرى", "انتظرت ساعة في المحطة 🚉")
    assert (arabic.author, arabic.published_at.isoformat()) == ("", "2026-11-28T07:00:00+00:00")


def test_posts_of_a_thread_are_told_apart_whoever_left() -> None:
    posts = read("forum", "https://forum.example/t/kapotte-kast-van-veldhuis/4471.rss")
    assert [post.author for post in posts] == ["@klusser", "@sjaan", ""]
    assert len({post.external_id for post in posts}) == 3
    assert posts[0].text.splitlines()[-2:] == ["Bij mij ook. Heeft iemand al antwoord?", "Lees het hele bericht"]
    assert posts[1].url == posts[2].url == "https://forum.example/t/kapotte-kast-van-veldhuis/4471"


def test_a_newspaper_in_old_rdf_and_another_encoding_is_read() -> None:
    post, undated = read("news", "https://courant.example/rss")
    assert (post.site, post.author) == ("De Courant", "Redactie Economie")
    assert post.title == "Meubelketen Veldhuis haalt stoel terug: 'poot breekt'"
    assert post.text == "De reünie volgt… Eén op de tien stoelen is kapot."
    assert post.published_at.isoformat() == "2026-11-30T05:30:00+00:00"
    assert undated.published_at.isoformat() == "2026-11-30T12:00:00+00:00"


def test_what_xs_search_found_is_a_post_with_who_wrote_it() -> None:
    account = Account(platform="x", external_id="22", handle="veldhuis")
    events = read_posts(x_payload("x_search_2026-11.json"), "22", kind="found")
    posts = {
        post.external_id: post
        for post in (post_of(account, event) for event in events if isinstance(event, IncomingMessage))
    }
    assert list(posts) == ["1995000000000000001", "1995000000000000002", "1995000000000000003"]
    long, quote, gone = posts.values()
    assert long.text.endswith("en nu is de poot eraf, zie https://wies.example/2026/11/zes-weken/")
    assert (long.author, long.handle, long.followers) == ("Wies 🌿", "wies", 2310)
    assert long.url == "https://x.com/wies/status/1995000000000000001"
    assert quote.text == "الأريكة وصلت مكسورة 😡 https://x.com/wies/status/1995000000000000001"
    assert (quote.author, quote.language) == ("سلمى", "")
    assert (gone.author, gone.handle, gone.author_id, gone.followers) == ("", "", "77", None)
    assert gone.parent_id == "1990000000000000001"

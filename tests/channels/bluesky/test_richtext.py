"""Text and its facets, which count bytes: links written out, names and links marked, whatever the letters are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.bluesky.records import key_of, place_of, uri_of, web_address
from channels.bluesky.richtext import LINK, MENTION, TAG, facets_of, readable

KARIN = "did:plc:karin"


def whose(handle: str) -> str:
    return KARIN if handle == "karin.bsky.example" else ""


def link(text: str, shown: str, address: str) -> list[dict[str, Any]]:
    begins = len(text[: text.index(shown)].encode())
    place = {"byteStart": begins, "byteEnd": begins + len(shown.encode())}
    return [{"index": place, "features": [{"$type": LINK, "uri": address}]}]


@pytest.mark.parametrize(
    ("text", "shown", "address", "read"),
    [
        ("Zie bank.example/b… 👋", "bank.example/b…", "https://bank.example/bed", "Zie https://bank.example/bed 👋"),
        ("👋🏽 klik hier dan", "klik hier", "https://a.example/", "👋🏽 klik hier (https://a.example/) dan"),
        ("é https://a.example", "https://a.example", "https://a.example/", "é https://a.example/"),
        ("klik hier", "klik hier", "javascript:alert(1)", "klik hier"),
        ("veldhuis.example...", "veldhuis.example...", "https://kwaad.example/", "veldhuis.example... (https://kwaad.example/)"),
    ],
)  # fmt: skip
def test_a_link_is_written_out(text: str, shown: str, address: str, read: str) -> None:
    assert readable(text, link(text, shown, address)) == read


def test_links_and_names_of_ours_are_marked_by_bytes() -> None:
    text = "Hé 👋 @karin.bsky.example, zie https://veldhuis.example/bank. @niemand.example #wonen"
    marked = {
        text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in facets_of(text, whose)
    }
    assert marked == {
        "@karin.bsky.example": {"$type": MENTION, "did": KARIN},
        "https://veldhuis.example/bank": {"$type": LINK, "uri": "https://veldhuis.example/bank"},
        "#wonen": {"$type": TAG, "tag": "wonen"},
    }


@given(text=st.text(max_size=60))
def test_what_is_marked_is_within_the_text(text: str) -> None:
    content = text.encode("utf-8", "ignore")
    plain = content.decode()
    for facet in facets_of(plain + " https://a.example/é#x @karin.bsky.example", whose):
        begins, ends = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert 0 <= begins < ends
        assert (plain + " https://a.example/é#x @karin.bsky.example").encode()[begins:ends].decode()


_NUMBER = st.integers(-5, 40) | st.none() | st.booleans() | st.text(max_size=2)
_FACET = st.fixed_dictionaries(
    {
        "index": st.fixed_dictionaries({"byteStart": _NUMBER, "byteEnd": _NUMBER}) | st.none(),
        "features": st.lists(
            st.fixed_dictionaries({"$type": st.sampled_from([LINK, MENTION, "x"]), "uri": st.text(max_size=8)})
            | st.just({"$type": LINK, "uri": "https://a.example"})
            | st.none(),
            max_size=2,
        ),
    }
)


@given(text=st.text(max_size=20), facets=st.lists(_FACET | st.none(), max_size=6) | st.none() | st.text())
def test_no_facet_stops_the_reading_or_takes_words_away(text: str, facets: Any) -> None:
    read = readable(text, facets)
    assert isinstance(read, str)
    if "https://" not in str(facets):
        assert read == text.encode("utf-8", "replace").decode() or "\ud800" <= max(text, default="") <= "\udfff"


@given(reference=st.text(max_size=40))
def test_a_reference_has_one_key_and_it_is_a_valid_one(reference: str) -> None:
    key = key_of(reference)
    assert key == key_of(reference) and len(key) == 13
    assert key[0] in "234567abcdefghij" and set(key) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert place_of(uri_of("did:plc:a", "app.bsky.feed.post", key)) is not None


def test_an_address_leads_to_the_post_people_read() -> None:
    uri = "at://did:plc:a/app.bsky.feed.post/3kabc"
    assert web_address(uri, "a.example") == "https://bsky.app/profile/a.example/post/3kabc"
    assert web_address(uri) == "https://bsky.app/profile/did:plc:a/post/3kabc"
    assert web_address("at://did:plc:a/app.bsky.feed.like/3kabc") == ""
    assert place_of("https://bsky.app/") is None

"""What a post's HTML says, in Mastodon's own shape and in everybody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mastodon.html import text_of
from channels.mastodon.normalise import words_of
from webcare.lib.time_limit import processor_time

KARIN = {"https://elders.example/@karin": "karin@elders.example"}
CARD = (
    '<span class="h-card"><a href="https://elders.example/@karin" class="u-url mention">@<span>karin</span></a></span>'
)
LONG = (
    '<a href="https://www.veldhuis.example/hulp/retour?nr=12" target="_blank"><span class="invisible">https://www.</span>'
    '<span class="ellipsis">veldhuis.example/hulp/</span><span class="invisible">retour?nr=12</span></a>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Een &amp; twee<br />drie</p><p>vier</p>", "Een & twee\ndrie\n\nvier"),
        (f"<p>{CARD} waar blijft ie?</p>", "@karin@elders.example waar blijft ie?"),
        (f"<p>Zie {LONG}.</p>", "Zie https://www.veldhuis.example/hulp/retour?nr=12."),
        ('<a href="https://a.example/x">klik hier</a>', "klik hier (https://a.example/x)"),
        ('<a href="javascript:alert(1)">klik hier</a>', "klik hier"),
        ('<p><a href="https://s.example/tags/bank" class="mention hashtag">#<span>bank</span></a></p>', "#bank"),
        ("<ul><li>een</li><li>twee</li></ul>", "• een\n• twee"),
        ("<p>1 &lt;script&gt; 2</p><script>alert(1)</script><style>p{}</style>", "1 <script> 2"),
        ("<p>een\n  regel   van de bron</p>", "een regel van de bron"),
        ('<p>hoi <img src="x" onerror="y" alt=":blobcat:"></p>', "hoi :blobcat:"),
        ('<p>open <a href="https://a.example/">https://a.example', "open https://a.example/"),
        ("", ""),
    ],
)
def test_html_becomes_the_words_its_author_wrote(html: str, text: str) -> None:
    assert text_of(html, KARIN) == text


_PIECES = st.sampled_from(
    ["<p>", "</p>", "<br>", "<a href='https://a.example/b'>", '<a class="mention" href="x">', "</a>", "<script>"]
    + [
        "</script>",
        "<img alt='",
        "<!--",
        "-->",
        "<![CDATA[",
        "&#x41;",
        "&#0;",
        "&amp",
        "<",
        ">",
        "'",
        '"',
        "\x00",
        "@a",
    ]
)


@given(parts=st.lists(_PIECES | st.text(max_size=12), max_size=30))
def test_nothing_odd_in_html_stops_the_reading(parts: list[str]) -> None:
    text = text_of("".join(parts), KARIN)
    assert text == text.strip()


@given(words=st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=80))
def test_words_come_through_as_they_were_written(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert text_of(f"<p>{escaped}</p>") == words


def test_endless_html_is_read_to_a_bound() -> None:
    assert len(text_of("<p>" + "a" * 1_000_000)) <= 100_000
    assert text_of("<div>" * 200_000) == ""


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<!x", "<a href='"])
def test_markup_without_an_end_is_read_in_linear_time(piece: str) -> None:
    with processor_time(2):
        text_of(piece * (100_000 // len(piece)))


QUOTING = {"state": "accepted", "quoted_status": {"url": "https://elders.example/@karin/1"}}
RE = 'RE: <a href="https://elders.example/@karin/1"><span class="invisible">https://</span><span>elders.example</span></a>'


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f'<p class="quote-inline">{RE}</p><p>Mooi!</p>', "Mooi!"),
        (f'<p>Mooi!<span class="quote-inline"><br/><br/>{RE}</span></p>', "Mooi!"),
        (f'<p>Mooi!<span class="h-cite quote-inline"><br>{RE}</span> Toch?</p>', "Mooi! Toch?"),
        (
            f"<p>Mooi!<span class='quote-inline'>{RE}</p>",
            "Mooi!RE: https://elders.example (https://elders.example/@karin/1)",
        ),
    ],
    ids=["paragraph", "span", "with more classes", "without an end"],
)
def test_what_stands_for_a_quote_is_left_out_where_it_is_shown(content: str, text: str) -> None:
    assert words_of({"content": content, "quote": QUOTING}) == text
    assert "RE: " in words_of({"content": content, "quote": {**QUOTING, "state": "pending"}})


@pytest.mark.parametrize("tag", ["p", "span"])
@pytest.mark.parametrize("end", ["", "</{}>"])
def test_openings_of_quotes_without_end_are_read_in_linear_time(tag: str, end: str) -> None:
    with processor_time(2):
        words_of({"content": f'<{tag} class="quote-inline">{end.format(tag)}' * 20_000, "quote": QUOTING})

"""Nothing that reads customers' words takes more than its share of time, whatever they write."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email import quoting
from channels.types import RouteRules
from channels.x import texts
from inbox.composer import similar, template_picker
from inbox.contacts import linking
from inbox.guard import repeats, rules
from inbox.ingest import cleaning, messages
from inbox.library import canned
from inbox.lists import search_marks, search_snippet
from inbox.notifications import mentions
from inbox.outbox import autoreply_text
from inbox.templatetags.inbox import noted, said, written
from inbox.text import (
    language,
    search_terms,
    sentiment,
    signature,
    spelling,
    splitting,
    telephone,
)
from inbox.text import (
    length as text_length,
)
from inbox.text.personal_data import personal_data
from tests.support.profiles import SHARE, is_thorough
from webcare.lib import text as lib_text

LONGEST = cleaning.LONGEST_TEXT  # nothing longer comes in; a colleague may write more, and a thorough run tries that
# From one size to the next the text is four times as long, and a linear reader takes about four times as long.
SIZES = (LONGEST // 64, LONGEST // 16, LONGEST // 4, LONGEST)
LONGER = 4 * LONGEST  # 262,144 characters
MOST_TIMES = 10.0  # the square of the length would be 16
UNMEASURABLE = 0.5  # seconds of processor time; cutting a text into 25 parts takes half of it, and no text longer

ACCOUNT: Any = SimpleNamespace(handle="veldhuis", platform="whatsapp")
WEIGHTED = RouteRules(limit=280, count="weighted", splits=True)


def split(text: str) -> None:
    with contextlib.suppress(ValueError):
        splitting.split(text, WEIGHTED)


ANALYSERS: dict[str, Callable[[str], object]] = {
    "language": language.language_of,
    "mood": sentiment.estimate,
    "Dutch spelling": lambda text: spelling.misspelled(text, "nl"),
    "English spelling": lambda text: spelling.misspelled(text, "en"),
    "personal data": personal_data,
    "said before": repeats._normalized,
    "watched words": lambda text: rules._contains(text, "niet onze schuld"),
    "variables": rules._VARIABLE.findall,
    "spots to edit": rules._SPOT.findall,
    "je and u": lambda text: (rules._INFORMAL.findall(text), rules._FORMAL.findall(text)),
    "order numbers": canned.order_number_in,
    "canned variables": lambda text: canned.fill_in(text, {}),
    "e-mail addresses": linking._MAIL.findall,
    "handles": linking._HANDLE.findall,
    "machines": autoreply_text.is_automatic,
    "automatic words": autoreply_text._BRACES.findall,
    "template gaps": template_picker._GAP.findall,
    "weighted length": text_length.weighted,
    "split": split,
    "joined": lambda text: splitting.joined([text, text]),
    "echo of ours": lambda text: messages.same_words(text, text),
    "links": lambda text: said(text, ACCOUNT),
    "markup": lambda text: written(text, ACCOUNT),
    "names in notes": noted,
    "colleagues in notes": lambda text: mentions.named_in(text, []),
    "text of X": lambda text: texts.as_written(text, [{"url": "https://t.co/a"}]),
    "text shown by X": texts.comparable,
    "link of X": texts.without_last_link,
    "typed initials": signature.without_signature,
    "farewell": signature.without_farewell,
    "search words": search_terms._TERM.findall,
    "words to mark": search_marks._PIECE.findall,
    "telephone numbers": telephone.spellings_of,
    "snippet": search_snippet.marked,
    "words for similar questions": similar.words_in,
    "cleaning": lib_text.clean,
    "older mails": lambda text: quoting.split(f"{text}\n> q\nx"),
}
SHAPES = (
    "a", "A", "é", "e\u0301", "\u0301", "\u200b", "\u200d", "👩\u200d", "😡", "🇳", "ß", "İ", "ſ", "1", "1 ", "12 ",
    "@", "a@", "@a ", "a@a.", "a@a.nl ", ".", "a.", "-", "a-", "+", "+31 6 ", "_", "#", "[", "[[", "[[ ", "{",
    "{{ ", "{a", "(", "<", "&", "&#1", "http://", "http://a.nl/ ", "https://t.co/a ", "www.", "www.a.nl ",
    "a.nl/", "//a.b", "mailto:", "xn--", "/", '"', "'", "a'", " ", "\n", "\u00a0", "^", " ^a", "!", "?!", "…",
    "*", "*a ", " *_", "```",
    "1234AB ", "1234 AB", "NL12", "NL12 ABCD ", "order", "order ", "order :", "al ", "klacht", "niet ",
    "niet goed ", "maar ", "geen klacht", "Aa ", "Aa. ", "x\x00", "\ud800",
    "op abc schreef x:\n",
)  # fmt: skip


def of_length(shape: str, length: int) -> str:
    return (shape * (length // len(shape) + 1))[:length]


def seconds(read: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started


def grows_too_fast(read: Callable[[str], object], shape: str) -> str:
    """Return where the time grew faster than the text; "" where it did not."""
    read(of_length(shape, 50))  # what is loaded once is loaded now
    before = 0.0
    for size in sizes():
        text = of_length(shape, size)
        taken = seconds(read, text)
        if taken > UNMEASURABLE and before and taken > MOST_TIMES * before:
            # A busy machine is looked at again; what grows too fast does so every time.
            before = min(before, *(seconds(read, of_length(shape, size // 4)) for _turn in range(2)))
            taken = min(taken, seconds(read, text))
            if taken > MOST_TIMES * before:
                return f"{shape!r}: {before:.3f} s for {size // 4}, {taken:.3f} s for {size} characters"
        before = taken
    return ""


def sizes() -> tuple[int, ...]:
    """Return the lengths a text is read at, in characters."""
    return (*SIZES, LONGER) if is_thorough() else SIZES


def shapes_for(name: str) -> tuple[str, ...]:
    """Return every shape in a thorough run, else a share of them."""
    share = 2 * SHARE
    return SHAPES if is_thorough() else SHAPES[list(ANALYSERS).index(name) % share :: share]


@pytest.mark.thorough
@pytest.mark.parametrize("name", list(ANALYSERS))
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    assert [growth for shape in shapes_for(name) if (growth := grows_too_fast(ANALYSERS[name], shape))] == []


HOSTILE = st.text(st.sampled_from("a1A@.-+_#[]{}()^/:\\'\"!?,; \n\u0301\u200b\u200d&<é😡"), min_size=1, max_size=8)


@pytest.mark.parametrize("name", list(ANALYSERS))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=HOSTILE)
def test_no_repeated_characters_take_more_than_their_share(name: str, shape: str) -> None:
    assert grows_too_fast(ANALYSERS[name], shape) == ""

"""Why a platform refused: each listed code in plain words, an unknown one with its number and what was said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from channels.errors import REASONS
from channels.meta.errors import error_from
from channels.reasons import LONGEST, sentence
from channels.reasons import words as reasons
from inbox.models import Message
from inbox.thread.answer_status import status_of
from tests.factories import make_account, make_answer, make_conversation


def listed(*lines: str) -> list[str]:
    """The codes of some lines."""
    return [code for line in lines for code in line.split()]


UNKNOWN = "did not say why"
WHATSAPP = listed(
    "0 1 2 3 4 10 33 100 190 200 299 368 80007 130429 130472 130497 131000 131005 131008 131009 131016 131021",
    "131026 131030 131031 131037 131042 131044 131045 131047 131048 131049 131050 131051 131052 131053 131055",
    "131056 131057 131062 131063 131064 132000 132001 132005 132007 132008 132012 132015 132016 132068 132069",
    "133000 133004 133005 133006 133008 133009 133010 133015 133016 134011 134100 134101 134102 135000 137000",
    "139100 139101 139102 139103",
)
GRAPH = [(1, 0), (2, 0), (3, 0), (4, 0), (10, 0), (17, 0), (32, 0), (102, 0), (104, 0), (200, 0), (341, 0), (368, 0)]
GRAPH += [(506, 0), (551, 1545041), (613, 0), (803, 0), (10, 2018278), (10, 2534022), (10, 1893063), (10, 2018065)]
GRAPH += [(100, 2018001), (100, 2534014), (100, 2018047), (100, 2018109), (200, 1545041), (200, 2018028), (10, 2018300)]
GRAPH += [(190, 458), (190, 459), (190, 460), (190, 463), (190, 464), (190, 467), (190, 492), (80001, 0), (80006, 0)]
X = listed(
    "403/client-forbidden 403/not-authorized-for-resource 403/unsupported-authentication 400/invalid-request",
    "404/resource-not-found 403/disallowed-resource 500/internal-error 403/453 403/220 403/226 403/185",
    "403/433 403/349 403/326 403/64",
)


def words_of(code: int, subcode: int = 0, message: str = "") -> str:
    error = error_from({"code": code, "error_subcode": subcode or None, "message": message})
    return sentence(error.reason, "WhatsApp", error.code, str(error))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The words are looked at in English."""
    with override("en"):
        yield


@pytest.mark.parametrize("code", [code for code in WHATSAPP if code != "100"])
def test_every_whatsapp_code_has_plain_words(code: str) -> None:
    words = words_of(int(code), message="Some English words.")
    assert UNKNOWN not in words
    assert "Some English words" not in words


@pytest.mark.parametrize(("code", "subcode"), GRAPH)
def test_every_graph_code_has_plain_words(code: int, subcode: int) -> None:
    assert "Some English words" not in words_of(code, subcode, "Some English words.")


@pytest.mark.parametrize("code", X)
def test_every_x_problem_has_plain_words(code: str) -> None:
    words = sentence("other", "X", code, "Some English words.")
    assert "Some English words" not in words


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (131042, "billing settings"),
        (131050, "does not want marketing messages"),
        (130472, "experiment"),
        (131045, "register it again"),
        (131021, "our own number"),
        (131049, "Wait a day"),
        (131052, "Ask them to send it again"),
    ],
)
def test_a_whatsapp_code_says_what_to_do(code: int, part: str) -> None:
    assert part in words_of(code)


@pytest.mark.parametrize(
    ("error", "part"),
    [
        ("131051 Message type unknown", "Ask for the same in words"),
        ("131052 Media download error", "Ask them to send it again"),
        ("131053 Media upload error", "Ask them to send it again"),
        ("131000 Something went wrong", "with number 131000: “Something went wrong”"),
        ("0", "does not say why"),
    ],
)
def test_a_lost_file_says_why_and_what_helps(error: str, part: str) -> None:
    words = reasons.loss_in_words(error, "WhatsApp")
    assert part in words
    assert "try again by ourselves" not in words


def test_a_lost_file_reads_like_the_refusal_of_its_code() -> None:
    assert reasons.loss_in_words("131052 Media download error", "WhatsApp") == words_of(131052)


@example("\n 0")
@given(st.text())
def test_any_lost_file_has_a_sentence(error: str) -> None:
    words = reasons.loss_in_words(error, "WhatsApp")
    assert words.startswith("WhatsApp") or "in words" in words
    assert "\n" not in words


def test_every_sentence_and_reason_reads_in_both_languages() -> None:
    every = [(code, "other") for code in reasons._codes()] + [("", reason) for reason in REASONS]
    for code, reason in every:
        with override("en"):
            english = sentence(reason, "WhatsApp", code)
        with override("nl"):
            dutch = sentence(reason, "WhatsApp", code)
        assert english.endswith((".", "?", "”"))
        assert dutch.endswith((".", "?", "”"))
        assert dutch != english, code
        assert "%" not in english + dutch


def test_no_code_has_two_sentences() -> None:
    every = [code for table in reasons._TABLES for _words, codes in table.SENTENCES for code in codes.split()]
    assert len(every) == len(set(every))


def test_unknown_code_shows_number_and_platform_words() -> None:
    words = words_of(999123, 42, "(#999123) Frobnication   is\noff [A1b2C3d4]")
    assert words == "WhatsApp refused this, with number 999123/42: “Frobnication is off”"
    assert sentence("other", "X", "403") == "X refused this, with number 403, and says no more."
    assert UNKNOWN in sentence("other", "X")


@given(st.text(max_size=2000))
def test_a_platforms_words_are_short_and_on_one_line(said: str) -> None:
    words = sentence("other", "X", "1234567", said)
    assert len(words) <= LONGEST + 60
    assert not set(words) & set("\n\r\t\u202e\u2066\u200b\x00")


@pytest.mark.django_db
def test_a_platforms_words_are_escaped_under_the_message() -> None:
    account = make_account("whatsapp")
    message = make_answer(make_conversation(account))
    Message.objects.filter(pk=message.pk).update(
        state="failed", error="<script>alert(1)</script>", error_code="999123", error_reason="other"
    )
    status = status_of(Message.objects.select_related("account").get(pk=message.pk), "")
    shown = Template("{{ status.text }}").render(Context({"status": status}))
    assert "number 999123: “&lt;script&gt;alert(1)&lt;/script&gt;”" in shown

"""The reply guard: what it sees, why, and what it holds."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.guard.rules import (
    DraftAnswer,
    Hint,
    Weight,
    check,
    unresolved_hints,
)
from inbox.migrations._first_watched_words import DEFENSIVE
from inbox.models import Contact, Conversation, User, WatchedWord
from inbox.text.language import language_of
from tests.factories import make_account, make_answer, make_conversation, make_inbound, make_user

HEARD = "Mijn kast is nog steeds niet bezorgd, waar blijft hij nou toch?"
pytestmark = pytest.mark.django_db
QUOTED = "Wat vervelend dat je ontevreden bent over ons product. Kan ik je misschien ergens mee helpen?"


@pytest.fixture
def conversation() -> Conversation:
    """A public one in Dutch."""
    found = make_inbound(text=HEARD).conversation
    assert found is not None
    return Conversation.objects.for_rows().get(pk=found.pk)


@pytest.fixture
def agent() -> User:
    """Who writes."""
    return make_user(first_name="Farah")


@pytest.fixture
def look(conversation: Conversation, agent: User) -> Any:
    """Check a text as a public answer in the conversation."""

    def looked(text: str, **more: Any) -> list[Hint]:
        options: dict[str, Any] = {"is_public": True, "customer_text": HEARD} | more
        return check(DraftAnswer(text, conversation, agent, **options))

    return looked


def codes(hints: list[Hint]) -> list[str]:
    return [hint.code for hint in hints]


def test_a_good_answer_has_no_hints(look: Any) -> None:
    assert look("Dag Karin, je kast staat morgen om negen uur in de wagen. Excuses voor het wachten!") == []
    assert look("  ") == []


def test_d4_a_phone_number_in_a_public_reply_is_warned_about(look: Any) -> None:
    (hint,) = look("We bellen je op 06-12345678.", may_go_private=True)
    assert (hint.code, hint.weight, hint.to_private) == ("personal_data", Weight.ASK, True)
    assert "06-12345678" in hint.title
    assert hint.reason


def test_d4_the_same_number_in_private_is_fine(look: Any) -> None:
    assert look("We bellen je op 06-12345678.", is_public=False) == []


def test_d4_only_the_waved_through_number_passes(look: Any) -> None:
    hints = look("We bellen je op 06-12345678.")
    assert unresolved_hints(hints) == hints
    assert unresolved_hints(hints, shown=[hints[0].key]) == hints
    assert unresolved_hints(hints, anyway=[hints[0].key]) == []
    assert unresolved_hints(look("We bellen je op 06-87654321."), anyway=[hints[0].key])


def test_e3_spelling_is_held_until_it_was_shown(look: Any) -> None:
    (hint,) = look("Wat vervelent dat je kast er nog niet is.")
    assert hint.code == "spelling"
    assert hint.words[0].suggestions[0] == "vervelend"
    assert unresolved_hints([hint]) == [hint]
    assert unresolved_hints([hint], shown=[hint.key]) == []
    assert "openbaar" in hint.reason
    (private,) = look("Wat vervelent dat je kast er nog niet is.", is_public=False)
    assert "openbaar" not in private.reason


def test_e3_names_of_the_people_in_the_conversation_are_right(look: Any) -> None:
    assert codes(look("dag jennyfer, je kast komt eraan.")) == ["spelling"]
    assert look("dag jennyfer, je kast komt eraan.", names=["Jennyfer Bax"]) == []


def test_e6_quoted_cliche_gets_a_mild_hint_that_stops_nothing(look: Any) -> None:
    WatchedWord.objects.get_or_create(kind="cliche", phrase=QUOTED, defaults={"advice": "Noem wat er misging."})
    hints = [hint for hint in look(QUOTED) if hint.code == "cliche"]
    assert hints
    assert all(hint.weight == Weight.MILD and hint.advice for hint in hints)
    assert unresolved_hints(hints) == []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Dat  klopt niet: u was niet thuis.", "dat klopt niet"),
        ("Zoals ik al zei, hij komt morgen.", "zoals ik al zei"),
        ("You should have called us first.", "you should have"),
    ],
)
def test_e9_defensive_words_get_a_hint_that_stops_nothing(look: Any, text: str, phrase: str) -> None:
    WatchedWord.objects.get_or_create(kind="defensive", phrase=phrase, defaults={"advice": "Zeg wat je ziet."})
    hints = [hint for hint in look(text) if hint.code == "defensive"]
    assert [(hint.about, hint.weight, bool(hint.advice)) for hint in hints] == [((phrase,), Weight.MILD, True)]
    assert unresolved_hints(hints) == []


def test_e9_first_words_are_bilingual_with_alternatives(look: Any) -> None:
    languages = {language_of(advice) for _phrase, advice in DEFENSIVE}
    assert languages >= {"nl", "en"}
    WatchedWord.objects.bulk_create(
        [WatchedWord(kind="defensive", phrase=phrase, advice=advice) for phrase, advice in DEFENSIVE],
        ignore_conflicts=True,
    )
    for phrase, advice in DEFENSIVE:
        assert advice in [hint.advice for hint in look(f"{phrase.capitalize()}.") if hint.code == "defensive"], phrase


def test_e12_sensitive_topic_asks_for_a_second_look(look: Any) -> None:
    WatchedWord.objects.update_or_create(
        kind="sensitive", phrase="overleden", defaults={"advice": "Vraag een collega om mee te lezen."}
    )
    hints = look("Gecondoleerd, we horen dat je vader is overleden.")
    assert [(hint.code, hint.advice) for hint in unresolved_hints(hints)] == [
        ("sensitive", "Vraag een collega om mee te lezen.")
    ]


def test_the_same_text_to_the_same_person_again_asks(look: Any, conversation: Conversation, agent: User) -> None:
    make_answer(conversation, agent, text="@karin Goedemiddag! Wij kijken het voor je na. ^FB")
    assert codes(look("Goedemiddag! Wij kijken het voor je na")) == ["repeated"]
    assert look("Goedemiddag! Het is gevonden, morgen staat hij er.") == []


def test_the_same_text_to_somebody_else_elsewhere_is_fine(look: Any, agent: User) -> None:
    make_answer(make_conversation(make_account()), agent, text="Goedemiddag! Wij kijken het voor je na.")
    assert look("Goedemiddag! Wij kijken het voor je na.") == []


def test_e5_an_unknown_variable_cannot_be_sent(look: Any) -> None:
    hints = look("Je bestelling {order} is onderweg.")
    assert codes(hints) == ["variable"]
    assert unresolved_hints(hints, shown=[hints[0].key], anyway=[hints[0].key]) == hints


def test_e4_a_spot_that_must_be_edited_cannot_be_sent(look: Any) -> None:
    hints = look("Dank voor je bericht. [[Wat ga je doen?]]")
    assert [(hint.code, hint.weight) for hint in hints] == [("spot", Weight.STOP)]


def test_e4_an_unchanged_canned_reply_asks_once(look: Any) -> None:
    hints = look("Je kast komt morgen.", unchanged_from="Bezorging")
    assert codes(hints) == ["unchanged"]
    assert unresolved_hints(hints, anyway=[hints[0].key]) == []


def test_another_language_than_the_customers_is_said(look: Any) -> None:
    hints = look("We are very sorry about the delay, your wardrobe will arrive tomorrow.")
    assert codes(hints) == ["language"]


def test_c9_u_to_somebody_who_wants_je_is_said(look: Any, conversation: Conversation) -> None:
    conversation.contact.address = Contact.Address.JE
    assert codes(look("Kunt u ons uw bestelnummer sturen?")) == ["address"]
    assert look("Kun je ons je bestelnummer sturen?") == []
    conversation.contact.address = Contact.Address.U
    assert codes(look("Kun je ons je bestelnummer sturen?")) == ["address"]


def test_c9_je_and_u_in_one_answer_is_said(look: Any) -> None:
    assert codes(look("Kun je ons uw bestelnummer sturen?")) == ["address"]


def test_the_weightiest_hint_comes_first(look: Any) -> None:
    assert codes(look("Bel 06-12345678, {order} is vervelent")) == ["variable", "personal_data", "spelling"]

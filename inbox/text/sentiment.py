"""How a customer seems to feel, from their words. An estimate: the page says so, and one click corrects it.

English is read with VADER; Dutch with the list below, since lists made for reviews of books know little of parcels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from inbox.models import Conversation
from inbox.text import language as text_language
from inbox.text.language import language_of

_MOOD = Conversation.Mood
_LONGEST = 2000  # characters read of a message

# Dutch words by weight; what ends in * is a beginning. Written as customers write them.
_DUTCH = {
    -3.0: "oplichter* oplichting belachelijk schandalig* schande waardeloos waardeloze woedend woest walgelijk kut* "
    "klote* klere* tering* kanker* godver* verdomme hufter* sukkel* idioot idioten schofterig bagger leugenaar* "
    "gelogen advocaat aangifte rechtszaak schorem stelletje ziedend razend onacceptabel "
    "minachting bedrog bedrogen onbeschoft*",
    -2.0: "boos slecht slechte slechtste teleurgesteld* teleurstellend* zat frustr* klacht* klagen nooit* ontevreden "
    "schadelijk triest ergernis ergerlijk absurd onzin hopeloos drama dramatisch rampzalig ramp irritant* irriteer* "
    "beschamend kwalijk verschrikkelijk* vreselijk* onbegrijpelijk ongelooflijk ongehoord wanprestatie geldklopper*",
    -1.0: "jammer helaas kapot stuk gebroken beschadigd* verkeerd* fout foute fouten probleem problemen storing traag "
    "wachten wacht vertraagd vertraging kwijt niks niets geen weigert weigeren misgegaan mis vervelend* lastig alweer "
    "onvindbaar onbereikbaar wéér wederom spijtig ongemak gedoe raar vaag nergens zucht pfff* tsss* ondanks schade",
    1.0: "goed goede leuk leuke lekker fijn fijne netjes prima handig oké ok mooi mooie snel snelle hoop hopelijk "
    "graag tevreden opgelost gelukt vriendelijk* dank bedankt dankje dankjewel dankuwel thanks merci",
    2.0: "blij blije super top topper* toppers geweldig* fantastisch* perfect* prachtig* heerlijk* uitstekend* "
    "complimenten compliment aanrader hulde bravo lief liefde keurig voortreffelijk genoten",
}
_FACES = {
    -3.0: "🤬😡👿🖕", -2.0: "😠💩👎😤😾", -1.0: "😞😔😕🙁☹😢😭😩😫🙄😒",
    1.0: "🙂😊👌👍🙏", 2.0: "😀😃😄😁😍🥰😘🎉❤💚💙🧡💜🤩👏🥳",
}  # fmt: skip
_TURNS = frozenset(["niet", "geen", "nooit", "zonder", "nauwelijks", "nergens"])
_STRENGTHENS = frozenset(
    ("heel", "erg", "zeer", "echt", "zo", "enorm", "ontzettend", "compleet", "totaal", "volkomen", "super", "gewoon")
)
_IRONIC = re.compile(
    r"\b(goed bezig|lekker dan|lekker bezig|fijn (?:dit|weer|hoor)|mooi is dat|geweldig hoor|top hoor|fraai is dat|"
    r"bedankt voor niks|bedankt voor niets|lekkere service|topservice (?:weer|hoor)|well done|nice one|great job|"
    r"thanks for nothing|slow clap)\b",
    re.IGNORECASE,
)
_COMPLAINS = re.compile(
    r"\b((?<!geen )klacht\w*|klagen|complaint|complain(?:ing)?|geld terug|refund|"
    r"terugbetal\w*|nog steeds (?:niet|geen|niks)|"
    r"nooit (?:aangekomen|ontvangen|bezorgd|geleverd)|al (?:\w+ )?(?:weken|dagen|maanden|keer)|"
    r"still (?:not|no|waiting)|"
    r"never (?:arrived|received|came)|kapot|beschadigd|broken|damaged|oplicht\w*|scam|wanprestatie|geschillen\w*|"
    r"consumentenbond|geen reactie|no (?:reply|response)|niemand (?:reageert|belt|helpt))\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[.,;:!?\n()]+|\b(?:maar|en)\b")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NOISE = re.compile(r"https?://\S+|@\w+|#")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a text seems to say: its language ("" unknown), a mood ("" cannot be told), and whether it complains."""

    language: str = ""
    mood: str = ""
    complains: bool = False


def load() -> None:
    """Read the lists and models, a second's work, before the first text is there."""
    text_language.load()
    _lists()
    _vader()


def estimate(text: str, *, in_thread: bool = False) -> Estimate:
    """Estimate a customer's text. `in_thread`: it answers others' words, which one message alone does not show.

    Praise is doubtful there: "Goed bezig jongens!" under a row of complaints.
    """
    text = text[:_LONGEST]
    plain = _NOISE.sub(" ", text)
    if not _WORD.search(plain) and not any(face in plain for faces in _FACES.values() for face in faces):
        return Estimate()
    language = language_of(text)
    score = _english(plain) if language == "en" else _dutch(plain)
    mood = _mood(score)
    complains = bool(_COMPLAINS.search(plain)) and score < 1
    if _IRONIC.search(plain):
        mood = _MOOD.ANNOYED if score < 0 or complains else ""
    elif mood == _MOOD.HAPPY and in_thread:
        mood = ""
    elif mood == _MOOD.NEUTRAL and complains:
        mood = _MOOD.ANNOYED
    return Estimate(language, mood, complains or mood == _MOOD.ANGRY)


def _mood(score: float) -> str:
    if score <= -3:
        return _MOOD.ANGRY
    if score <= -1:
        return _MOOD.ANNOYED
    return _MOOD.HAPPY if score >= 2 else _MOOD.NEUTRAL


def _dutch(text: str) -> float:
    score = sum(_clause([word.lower() for word in _WORD.findall(clause)]) for clause in _CLAUSES.split(text))
    return _with_emphasis(score + _by_faces(text), text)


def _clause(words: list[str]) -> float:
    """Add up one clause: "niet" turns good words after it and cancels bad ones, within three words."""
    score = 0.0
    for place, word in enumerate(words):
        weight = _weight(word)
        before = words[max(0, place - 3) : place]
        if weight and word not in _TURNS and _TURNS & set(before):
            weight = -weight if weight > 0 else -sum(_weight(turn) for turn in _TURNS & set(before))
        if before and before[-1] in _STRENGTHENS:
            weight *= 1.5
        score += weight
    return score


@cache
def _lists() -> tuple[dict[str, float], tuple[tuple[str, float], ...]]:
    whole: dict[str, float] = {}
    begins: list[tuple[str, float]] = []
    for weight, words in _DUTCH.items():
        for word in words.split():
            if word.endswith("*"):
                begins.append((word[:-1], weight))
            else:
                whole[word] = weight
    return whole, tuple(begins)


def _weight(word: str) -> float:
    whole, begins = _lists()
    if word in whole:
        return whole[word]
    return next((weight for beginning, weight in begins if word.startswith(beginning)), 0.0)


def _english(text: str) -> float:
    compound: float = _vader().polarity_scores(text)["compound"]
    return _with_emphasis(compound * 4, text)


@cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415  a fifth of a second to load

    return SentimentIntensityAnalyzer()


def _by_faces(text: str) -> float:
    return sum(weight * sum(text.count(face) for face in faces) for weight, faces in _FACES.items())


def _with_emphasis(score: float, text: str) -> float:
    """Shouting makes what is said stronger, whatever it is."""
    letters = [letter for letter in text if letter.isalpha()]
    shouts = len(letters) > 12 and sum(letter.isupper() for letter in letters) > 0.6 * len(letters)
    return score * (1.5 if shouts or "!!" in text or "??" in text else 1.0)

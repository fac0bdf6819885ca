"""Spelling, in the conversation's language. The word lists are those of pyspellchecker, read when first needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from unicodedata import combining, normalize

from spellchecker import SpellChecker

LANGUAGES = ("nl", "en")
_MOST = 8  # more than this is no slip but another language
_SUGGESTED = 3
_LONGEST = 40  # letters; what is longer is no word
_READ = 20_000  # characters of a text that are looked at
_BEFORE = 40  # characters before a word that say whether it begins a sentence
_loading = Lock()

# Addresses, handles, hashtags, variables, spots to edit and our own signature hold no words to check.
_NOT_WORDS = re.compile(
    # Addresses begin where a word does, and nothing is looked for past the next opening: a text is read once.
    r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.]+|[@#]\w+|\{[^{}\s]*\}"
    r"|\[\[(?:(?!\[\[|\]\]).)*+\]\]|\^\s?[A-Za-z]{1,4}\s*$"
    r"|(?<![\w-])[\w-]++\.(?:nl|com|be|eu|org|net|de)\b(?:/\S*)?",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?…:\n]\s*[\"'“‘(]*)$")
_SHORT_FORMS = frozenset(
    {
        "aub", "svp", "mvg", "ivm", "tav", "ipv", "mbt", "obv", "tov", "zsm", "nvt", "etc", "evt", "bijv", "incl",
        "excl", "btw", "app", "apps", "dms", "sms", "url", "faq", "oke", "oké", "hoi", "hey", "nou", "zo'n", "m'n",
        "z'n", "d'r", "da's", "avonds", "ochtends", "morgens", "middags", "nachts", "plz", "asap", "eta", "fyi",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Misspelled:
    """A word that is in no list, and what may have been meant."""

    word: str
    suggestions: tuple[str, ...] = ()


def misspelled(text: str, language: str, known: Iterable[str] = ()) -> list[Misspelled]:
    """Return the misspelled words of a text, each once, in order.

    `known` are words and phrases that are right whatever the list says: names, products. Names written with a capital
    inside a sentence, handles, addresses and numbers are left alone. Returns [] for a language without a list.
    """
    if language not in LANGUAGES:
        return []
    right = {word.lower() for phrase in known for word in _WORD.findall(phrase)}
    found: dict[str, Misspelled] = {}
    looked_at: set[str] = set()  # looking for suggestions takes long
    for word in _candidates(_NOT_WORDS.sub(" ", text[:_READ])):
        low = word.lower().replace("’", "'")
        if low in looked_at or low in right or low in _SHORT_FORMS or _is_right(low, language):
            continue
        looked_at.add(low)
        suggestions = _suggestions(low, language)
        if not suggestions and language == "nl" and _is_compound(low):
            continue
        found[low] = Misspelled(word, tuple(_as_written(suggestion, word) for suggestion in suggestions))
        if len(found) == _MOST:
            break
    return list(found.values())


def _candidates(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text):
        word = match[0]
        if not 3 <= len(word) <= _LONGEST or any(letter.isdigit() for letter in word) or not word.isprintable():
            continue
        if word[:1].isupper() and (word.isupper() or not _starts_sentence(text, match.start())):
            continue  # a name, or an abbreviation
        if any(letter.isupper() for letter in word[1:]):
            continue  # a product: iPhone, DigiD
        yield word


def _starts_sentence(text: str, at: int) -> bool:
    if at <= _BEFORE:
        return _STARTS_SENTENCE.search(text[:at]) is not None
    # The character in front keeps what is cut out from counting as the text's beginning.
    return _STARTS_SENTENCE.search("x" + text[at - _BEFORE : at]) is not None


def _is_right(word: str, language: str) -> bool:
    dictionary = _checker(language)
    if word in dictionary:
        return True
    plain = "".join(letter for letter in normalize("NFD", word) if not combining(letter))
    if language == "nl" and plain != word and plain in dictionary:
        return True  # stressed: één, wéér
    # zo'n, foto's, hasn't, we'll: what stands before the apostrophe decides
    stem, mark, _end = word.partition("'")
    return bool(mark) and (len(stem) < 2 or stem in dictionary or (language == "en" and stem.endswith("n")))


def _suggestions(word: str, language: str) -> list[str]:
    checker = _checker(language)
    found = checker.candidates(word) or set()
    ranked = sorted(found - {word}, key=lambda candidate: (-checker.word_usage_frequency(candidate), candidate))
    return ranked[:_SUGGESTED]


def _is_compound(word: str) -> bool:
    """Whether two Dutch words make it: Dutch writes them as one, and no list has them all."""
    checker = _checker("nl")
    for end in range(3, len(word) - 2):
        head, tail = word[:end], word[end:]
        if tail in checker and len(tail) > 2 and (head in checker or (head.endswith("s") and head[:-1] in checker)):
            return True
    return False


def _as_written(suggestion: str, word: str) -> str:
    return suggestion.capitalize() if word[:1].isupper() else suggestion


def _checker(language: str) -> SpellChecker:
    with _loading:  # two requests at once must not read the list twice
        return _loaded(language)


@cache
def _loaded(language: str) -> SpellChecker:
    return SpellChecker(language=language, distance=1)

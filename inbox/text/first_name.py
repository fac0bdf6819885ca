"""A customer's first name, as a greeting says it; "" where the name they go by holds none.

Platforms give one field with whatever somebody typed there. "Dag mevr." is worse than no name at all.
"""

from __future__ import annotations

import unicodedata

_LONGEST = 200  # characters looked at
_INSIDE = "'’-·"  # signs within a name


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# After a title comes a surname, or nothing.
_TITLES = _set(
    "heer heren dames dhr hr meneer mijnheer mevr mw mej mevrouw mevrouwen juffrouw fam familie gezin"
    " erven mr mrs ms miss mister sir madam dr drs ir ing prof msc bsc ds pastoor herr frau monsieur"
    " madame mme jonkheer jhr jonkvrouw jkvr baron barones graaf gravin weduwe wed"
)
_ARTICLES = _set("de het een the la le les el los das der die")
_PARTICLES = _set("van von vd den ter ten te op in aan bij uit du des di")
_NOBODY = _set(
    "anoniem anonymous onbekend unknown user gebruiker klant customer bezoeker visitor"
    " whatsapp facebook instagram twitter"
)
# No surname, so wherever it stands it is a company's name …
_COMPANIES = _set(
    "bakkerij slagerij kapsalon café cafe restaurant hotel eetcafé autobedrijf rijschool winkel webshop"
    " boetiek boutique praktijk huisartsenpraktijk tandartspraktijk apotheek stichting vereniging gemeente"
    " provincie basisschool universiteit bedrijf firma holding klantenservice webcare bouwbedrijf"
    " schildersbedrijf makelaardij advocaten uitgeverij drukkerij fysiotherapie b.v bv n.v nv v.o.f vof"
    " gmbh ltd llc bvba"
)
# … and what is one's name when it stands first.
_COMPANY_FIRST = _set(
    "kapper bar garage shop store studio atelier tandarts kliniek club team school college kerk groep"
    " group service support info contact admin redactie receptie verkoop sales makelaar notaris bloemist"
    " bloemen camping salon juwelier huisarts hotel"
)


def first_name_of(name: str) -> str:
    """Return the first name in the name somebody goes by, with its capitals mended; "" where there is none.

    No titles, initials, articles, companies, handles, addresses or numbers.
    """
    words = _words(name[:_LONGEST])
    if not words or "&" in words or any(_plain(word) in _COMPANIES for word in words):
        return ""
    first = words[0]
    if _plain(first) in _TITLES | _ARTICLES | _PARTICLES | _NOBODY | _COMPANY_FIRST:
        return ""
    if not _is_word(first) or _is_initials(first, words):
        return ""
    return _with_capitals(first)


def _plain(word: str) -> str:
    return word.casefold().rstrip(".").lstrip("'’")


def _words(name: str) -> list[str]:
    """Return a name's words; without emoji, quotation marks and invisible signs."""
    # Letters that only look special become plain ones.
    signs = unicodedata.normalize("NFKC", name)
    readable = "".join(
        sign for sign in signs if sign.isspace() or unicodedata.category(sign)[0] in "LMNP" or sign == "&"
    )
    words = (_without_loose_marks(word).strip('"“”„«»()[]{}*~|/\\,;:!?-–—•') for word in readable.split())
    return [word for word in words if word]


def _without_loose_marks(word: str) -> str:
    """Return a word with at most two marks on a letter, and none on nothing."""
    kept: list[str] = []
    for sign in word:
        if unicodedata.category(sign)[0] != "M" or (kept and not all(_is_mark(character) for character in kept[-2:])):
            kept.append(sign)
    return "".join(kept)


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M"


def _is_word(word: str) -> bool:
    """Whether a word is letters, with signs only between them: no number, handle or address."""
    letters = word.rstrip(".")
    inside = letters[:1].isalpha() and (letters[-1:].isalpha() or _is_mark(letters[-1]))
    return inside and all(sign.isalpha() or _is_mark(sign) or sign in _INSIDE for sign in letters)


def _is_initials(word: str, words: list[str]) -> bool:
    """Whether a word is an initial or initials."""
    letters = word.rstrip(".")
    has_case = letters.upper() != letters.lower()
    if not has_case:  # other scripts have names of one sign
        return False
    is_abbreviated = word != letters and len(letters) < 3
    shouts = all(word.isupper() for word in words)
    return len(letters) == 1 or is_abbreviated or (len(letters) <= 3 and letters.isupper() and not shouts)


def _with_capitals(word: str) -> str:
    """Return a name in its usual capitals where it has none, or nothing else; a mix is its owner's choice."""
    name = word.rstrip(".")
    if not (name.islower() or name.isupper()) and not name.startswith("Ij"):
        return name
    return "-".join(_capital(part) for part in name.lower().replace("i\u0307", "i").split("-"))


def _capital(part: str) -> str:
    if part.startswith("ij"):
        return "IJ" + part[2:]
    head, sign, rest = part.partition("'") if "'" in part else part.partition("’")
    if sign and len(head) == 1:  # O'Neill
        return head.upper() + sign + rest[:1].upper() + rest[1:]
    return part[:1].upper() + part[1:]

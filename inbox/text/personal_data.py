"""Personal data in a text that everyone will be able to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_REGION = "NL"
_READ = 20_000  # characters of a text that are looked at
_LONGEST = 60  # characters of a piece
# What an @ stands before is the name of somebody of the fediverse.
_EMAIL = re.compile(r"(?<![\w.+%@-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)*\.[a-z]{2,24}\b", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE)
# ISO 13616, the countries whose accounts a Dutch brand meets; any other length is no account number.
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24,
    "TR": 26,
}  # fmt: skip
_NINE_DIGITS = re.compile(r"(?<![\d+])(?<!\d[.,\- ])\d(?:[ .\-]?\d){7,8}(?![.,\- ]?\d)")
# Letters apart from the digits only as capitals: "in 2026 om 12 uur" is no address.
_POSTCODE = r"(?:[1-9]\d{3}(?:\s[A-Z]{2}|[A-Za-z]{2}))"
_NUMBER = r"\d{1,5}(?:\s?[a-zA-Z]|-\d{1,4})?"
_ADDRESS = re.compile(
    rf"(?<!\w){_POSTCODE}(?!\w)[\s,]{{0,3}}(?:(?:nr\.?|nummer|huisnummer|number|no\.?)\s{{0,3}}:?\s{{0,3}})?{_NUMBER}(?!\w)"
    rf"|(?<!\w){_NUMBER}\s{{0,3}}(?:,\s{{0,3}}|\s{{1,3}}in\s{{1,3}}|\n\s{{0,3}}|\s){_POSTCODE}(?!\w)"
)
_NO_LETTERS = frozenset({"SA", "SD", "SS"})  # never given out in Dutch postcodes
# Numbers made to be published belong to firms, not to persons.
_PUBLISHED = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    }
)


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """One piece of personal data as it stands in the text. `kind` is email, phone, iban, bsn or address."""

    kind: str
    text: str

    @property
    def title(self) -> _StrPromise:
        """What it is, in words."""
        return TITLES[self.kind]


TITLES = {
    "email": _("an e-mail address"),
    "phone": _("a phone number"),
    "iban": _("a bank account number"),
    "bsn": _("what may be a citizen service number (BSN)"),
    "address": _("a postcode with a house number"),
}


def personal_data(text: str, allowed: Iterable[str] = ()) -> list[PersonalDatum]:
    """Return the personal data in a text, each once. `allowed` may stand there: our own address, say."""
    ours = {_normalized(piece) for piece in allowed}
    found: dict[str, PersonalDatum] = {}
    for kind, piece in spellings(text[:_READ]):
        bare = _normalized(piece)
        if bare not in ours:
            found.setdefault(bare, PersonalDatum(kind, piece))
    return list(found.values())


def spellings(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the spelling of each piece of personal data, in parts of so many characters."""
    for start in range(0, len(text), _READ):
        # What stands on the border is read with the part before it.
        rest = text[start : start + _READ + _LONGEST]
        for kind, find in _FINDERS:
            for piece in find(rest):
                yield kind, piece
                rest = rest.replace(piece, " | ")  # an account number holds nine digits too; it counts once


def _normalized(piece: str) -> str:
    return re.sub(r"[\s.\-]", "", piece).lower()


def _emails(text: str) -> Iterator[str]:
    yield from _EMAIL.findall(text)


def _ibans(text: str) -> Iterator[str]:
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        cut = _first_characters(match[0], length) if length else ""
        if cut and _is_iban(_normalized(cut).upper()):
            yield cut


def _first_characters(text: str, count: int) -> str:
    """The start of a text that holds so many letters and digits; "" where there are fewer."""
    for end, character in enumerate(text, 1):
        count -= character.isalnum()
        if not count:
            return text[:end]
    return ""


def _is_iban(bare: str) -> bool:
    """ISO 7064 mod 97-10."""
    turned = bare[4:] + bare[:4]
    return turned.isascii() and int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _phones(text: str) -> Iterator[str]:
    for match in phonenumbers.PhoneNumberMatcher(text, _REGION, leniency=phonenumbers.Leniency.VALID):
        if phonenumbers.number_type(match.number) not in _PUBLISHED:
            yield match.raw_string


def _bsns(text: str) -> Iterator[str]:
    for match in _NINE_DIGITS.finditer(text):
        if _is_bsn(_normalized(match[0])):
            yield match[0]


def _is_bsn(digits: str) -> bool:
    """The eleven-check: the first eight digits times 9 to 2, less the ninth, is a multiple of eleven."""
    digits = digits.zfill(9)
    total = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return len(set(digits)) > 1 and total % 11 == 0


def _addresses(text: str) -> Iterator[str]:
    for match in _ADDRESS.finditer(text):
        letters = re.search(r"[1-9]\d{3}\s?([A-Za-z]{2})", match[0])
        if letters and letters[1].upper() not in _NO_LETTERS:
            yield match[0]


_FINDERS: tuple[tuple[str, Callable[[str], Iterator[str]]], ...] = (
    ("email", _emails),
    ("iban", _ibans),
    ("address", _addresses),
    ("phone", _phones),
    ("bsn", _bsns),
)

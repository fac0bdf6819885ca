"""The ways to write a telephone number, by our own numbers' countries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

import phonenumbers

HOME = "NL"  # where no number of ours says otherwise


def region_of(number: str) -> str:
    """Return the country of a number with its country code, "" for anything else."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def spellings_of(number: str, regions: Iterable[str] = (HOME,)) -> list[str]:
    """Return a number's digits by E.164, as dialled at home and from abroad; [] where it is none."""
    ways: dict[str, None] = {}
    for region in dict.fromkeys(regions):
        try:
            read = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(read):
            international = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
            national = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.NATIONAL)
            ways |= dict.fromkeys([international, re.sub(r"\D", "", national), f"00{international}"])
    return list(ways)

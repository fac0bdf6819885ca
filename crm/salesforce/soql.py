"""Questions in SOQL. Values are quoted by the SDK, and cleaned before: Salesforce takes no other control characters."""

from __future__ import annotations

import re
from collections.abc import Collection

import phonenumbers
from simple_salesforce.format import format_soql

_CONTROL = re.compile(r"[\x00-\x07\x0b\x0e-\x1f\x7f\u2028\u2029]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
LONGEST = 200  # of a value that is looked for


def quoted(value: str) -> str:
    """Return a value as a literal: nothing in it ends the literal or means something."""
    return str(format_soql("{}", _CONTROL.sub("", value)[:LONGEST]))


def one_of(field: str, values: Collection[str]) -> str:
    """Return the condition that a field has one of these values. Raises ValueError for what is no field's name."""
    return f"{field_name(field)} IN ({','.join(quoted(value) for value in values)})"


def field_name(name: str) -> str:
    """Return a field's name, which an admin may have filled in. Raises ValueError for anything else."""
    if not _NAME.fullmatch(name):
        raise ValueError("This is no name of a field.")
    return name


def spellings(phone: str) -> list[str]:
    """Return the ways in which people write a number in a CRM."""
    digits = re.sub(r"\D", "", phone)
    if not digits:
        return []
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return [digits]
    formats = phonenumbers.PhoneNumberFormat
    inland = phonenumbers.format_number(number, formats.NATIONAL)
    abroad = phonenumbers.format_number(number, formats.INTERNATIONAL)
    bare = re.sub(r"\D", "", inland)
    found = [
        f"+{digits}",
        digits,
        f"00{digits}",
        inland,
        abroad,
        bare,
        inland.replace(" ", "-"),
        f"{bare[:2]}-{bare[2:]}",
    ]
    return list(dict.fromkeys(found))

"""Which character sets a mail is read by: its writer names them, and some of Python's take the square of the length."""

from __future__ import annotations

import codecs
import re
from email.message import Message
from typing import Any

_USUAL = "utf-8"
_LONGEST = 40  # characters of a name
_NAMES_OF_HOSTS = frozenset({"punycode", "idna"})  # of domains, never of a text (RFC 3490)
_WORD = re.compile(r"=\?([^?*]*)((?:\*[^?]*)?\?[bq]\?)", re.IGNORECASE)  # RFC 2047, RFC 2231
_LONGEST_OF_A_PART = 4000  # characters of what a header says of its part


class Part(Message):
    """A mail or a part of one, whose bounds, names and texts are read by a known character set."""

    def set_raw(self, name: str, value: Any) -> None:
        """Keep a header. What describes a part is capped: taking it apart costs the square of its length."""
        super().set_raw(name, value[:_LONGEST_OF_A_PART] if name.lower().startswith("content-") else value)

    def get_param(self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True) -> Any:
        """Return what a header says of itself, as Message does."""
        value = super().get_param(param, failobj, header, unquote)
        if param == "charset":
            said = value[2] if isinstance(value, tuple) else value
            return known(said) if isinstance(said, str) else said
        return (known(value[0]), *value[1:]) if isinstance(value, tuple) else value


def known(charset: str | None) -> str:
    """Return a character set as it was named; UTF-8 for what is none of a text."""
    if not charset or len(charset) > _LONGEST:
        return _USUAL
    try:
        b"a".decode(charset, "replace")
        return _USUAL if codecs.lookup(charset).name in _NAMES_OF_HOSTS else charset
    except (LookupError, ValueError):
        return _USUAL


def with_known_words(header: str) -> str:
    """Return a header whose encoded words name known character sets only."""
    return _WORD.sub(lambda found: f"=?{known(found[1])}{found[2]}", re.sub(r"[\r\n]", "", header))

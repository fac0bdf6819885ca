"""Which character sets a mail is read by: its writer names them, and some of Python's take the square of the length.

What is named is not always what was written: UTF-8 goes by any name, and Windows' signs by Latin-1's (WHATWG Encoding).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

_USUAL = "utf-8"
_LONGEST = 40  # characters of a name
_WESTERN = "cp1252"
# The name, and the larger set of signs that its writers mean by it.
_MEANT = {
    "ascii": _WESTERN, "iso8859-1": _WESTERN, "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
_LONE = "\ufffd"
_OF_ONE_BYTE = ("cp", "iso8859", "koi8", "mac")  # such a text is never UTF-8 by chance
_OF_TWO_BYTES = ("cp932", "cp949", "cp950")
_NAMES_OF_HOSTS = frozenset({"punycode", "idna"})  # of domains, never of a text (RFC 3490)
_WORD = re.compile(r"=\?([^?*]*)((?:\*[^?]*)?\?[bq]\?)", re.IGNORECASE)  # RFC 2047, RFC 2231
_LONGEST_OF_A_PART = 4000  # characters of what a header says of its part


class Part(Message):
    """A mail or a part of one, whose bounds, names and texts are read by a known character set."""

    def set_raw(self, name: str, value: Any) -> None:
        """Keep a header. What describes a part is capped: taking it apart costs the square of its length."""
        if name.lower().startswith("content-") and isinstance(value, str):
            value = unescaped(value[:_LONGEST_OF_A_PART])
        super().set_raw(name, value)

    @property
    def body(self) -> bytes | None:
        """What stands below its headers, as it came; None for one of several parts. `get_payload` makes text of it."""
        kept: object = self._payload  # type: ignore[attr-defined]  # the stubs leave it out
        return kept.encode("utf-8", "surrogateescape") if isinstance(kept, str) else None

    def raw_items(self) -> Iterator[tuple[str, Any]]:
        """Return the headers as a mail is written: else a filename's letters would make one word of all it says."""
        for name, value in super().raw_items():
            is_plain = not isinstance(value, str) or value.isascii()
            yield name, value if is_plain else _escaped(value)

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
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return _USUAL
    return _USUAL if name in _NAMES_OF_HOSTS else _MEANT.get(name, charset)


def text_of(content: bytes, charset: str) -> str:
    """Return the text that bytes are, by the character set that they are said to be in, or else by what they are."""
    name = codecs.lookup(charset).name
    is_of_one_byte = name.startswith(_OF_ONE_BYTE) and name not in _OF_TWO_BYTES
    for tried in ("utf-8", charset) if is_of_one_byte else (charset, "utf-8"):
        try:
            return content.decode(tried)
        except ValueError:
            continue
    if name != _USUAL:
        return content.decode(charset, "replace")
    text = content.decode(_USUAL, "replace")  # a sign cut in two spoils no others
    broken = text.count(_LONE)
    whole = sum(not sign.isascii() for sign in text) - broken
    return text if whole >= broken else content.decode(_WESTERN, "replace")


def unescaped(value: str) -> str:
    """Return a header's words, whose letters nobody encoded: UTF-8 (RFC 6532), or what mails had before it."""
    return value if value.isascii() else text_of(value.encode("utf-8", "surrogateescape"), _USUAL)


def _escaped(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape")


def with_known_words(header: str) -> str:
    """Return a header whose encoded words name known character sets only."""
    return _WORD.sub(lambda found: f"=?{known(found[1])}{found[2]}", re.sub(r"[\r\n]", "", header))

"""Whether an address is what it seems to be: whose letters its host is written in, and what stands before the host."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

# Alphabets with letters that look like Latin ones. Who reads Dutch takes no Arabic or Chinese host for another.
_LOOK_ALIKE = {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN", "LISU", "DESERET"}


def real_host(address: str) -> str:
    """Return the host a browser would ask, in the letters of the network: "xn--…" for others than ASCII."""
    host = _host(address)
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ".".join(_punycode(label) for label in host.split("."))


def is_misleading(address: str) -> bool:
    """Whether an address leads elsewhere than it reads: a name before an @, or letters that look like others."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    if "@" in parts.netloc:
        return True
    return any(_misleads(_decoded(label)) for label in _host(address).split("."))


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _punycode(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _misleads(label: str) -> bool:
    if label.isascii():
        return False
    if any(unicodedata.category(sign) == "Cf" or _is_rare(sign) for sign in label):
        return True
    alphabets = {_alphabet(letter) for letter in label if letter.isalpha()}
    return bool(alphabets & _LOOK_ALIKE) or ("LATIN" in alphabets and len(alphabets) > 1)


def _is_rare(letter: str) -> bool:
    """Whether no European name needs this Latin letter, as the dotless i."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return _alphabet(letter) == "LATIN" and not base.isascii() and letter.lower() not in "ßæøœđłþðħ"


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0]

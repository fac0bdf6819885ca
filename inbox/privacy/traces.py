"""By what a person is found outside their own conversations: ids, handles, numbers, names and their very words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from channels import secrets

GONE = "[…]"
_PHRASE = 5  # words in a row that are no coincidence
_WORD = re.compile(r"\w+")
_SHORTEST = 4  # characters of an id or handle that says who somebody is


@dataclass(frozen=True)
class Traces:
    """What to look for, where, and which files go. Sealed while it is needed, and never stored otherwise."""

    ids: list[str] = field(default_factory=list)  # of the person, at platforms
    messages: list[str] = field(default_factory=list)  # ids of what was said lately
    handles: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)  # without + or 0
    names: list[str] = field(default_factory=list)  # that nobody else here has
    shared: list[str] = field(default_factory=list)  # names that others have too: texts are listed by them alone
    phrases: list[str] = field(default_factory=list)  # hashes of words in a row
    files: list[str] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    since: str = ""

    def seal(self) -> str:
        """Return it encrypted, for the database."""
        kept = asdict(self)
        shared = kept.pop("shared")  # beside the rest, which the release before this one reads as it knows it
        return secrets.seal({"traces": json.dumps(kept), "shared": json.dumps(shared)})

    @classmethod
    def unseal(cls, sealed: str) -> Traces:
        """Return what `seal` made. Raises CredentialsUnreadable."""
        opened = secrets.unseal(sealed)
        return cls(**json.loads(opened["traces"]), shared=json.loads(opened.get("shared", "[]")))

    @property
    def needles(self) -> list[str]:
        """What alone tells who it is, as the database looks for it: in small letters."""
        return sorted({word.lower() for word in (*self.ids, *self.handles, *self.phones) if len(word) >= _SHORTEST})

    def is_in(self, text: str) -> bool:
        """Whether a value of a platform's body is about this person."""
        return bool(self._anywhere and self._anywhere.search(text))

    def may_be_in(self, text: str) -> bool:
        """Whether a text has the part before the @ of a handle: on one server that alone is somebody."""
        return bool(self._locally and self._locally.search(text))

    def without(self, text: str) -> str:
        """Return a text of somebody else's without handle, number and ids."""
        return self._sure.sub(GONE, text) if self._sure else text

    def without_words(self, text: str) -> str:
        """Return what a colleague wrote elsewhere without the person's name, and without what is quoted of them."""
        return without_phrases(self._named.sub(GONE, text) if self._named else text, self._quoted)

    def is_named_in(self, text: str) -> bool:
        """Whether a text calls or quotes this person, or names somebody of the same name."""
        called = self._called is not None and self._called.search(text) is not None
        return called or without_phrases(text, self._quoted) != text

    def scrubbed(self, node: Any) -> Any:
        """Return a body of somebody else's in which no value names this person."""
        if isinstance(node, str):
            return self.without(node)
        if isinstance(node, list):
            return [self.scrubbed(item) for item in node]
        if isinstance(node, Mapping):
            return {key: self.scrubbed(value) for key, value in node.items() if not self.is_in(str(key))}
        return GONE if isinstance(node, int) and not isinstance(node, bool) and self.is_in(str(node)) else node

    def pruned(self, node: Any) -> Any:
        """Return a body of a platform without the items that are about this person; {} where all of it is."""
        left, tainted = self._prune(node)
        return {} if tainted else left

    def _prune(self, node: Any) -> tuple[Any, bool]:
        if isinstance(node, list):
            return [left for left, tainted in map(self._prune, node) if not tainted], False
        if isinstance(node, Mapping):
            kept = {key: self._prune(value) for key, value in node.items() if not self.is_in(str(key))}
            return {key: left for key, (left, _tainted) in kept.items()}, any(bad for _left, bad in kept.values())
        said = isinstance(node, str | int) and not isinstance(node, bool)
        return node, said and self.is_in(str(node))

    @cached_property
    def _quoted(self) -> frozenset[str]:
        return frozenset(self.phrases)

    @cached_property
    def _anywhere(self) -> re.Pattern[str] | None:
        return _pattern([*self.ids, *self.messages, *self.handles], self.phones)

    @cached_property
    def _locally(self) -> re.Pattern[str] | None:
        return _pattern(handle.partition("@")[0] for handle in self.handles if "@" in handle)

    @cached_property
    def _sure(self) -> re.Pattern[str] | None:
        return _pattern([*self.ids, *self.handles], self.phones)

    @cached_property
    def _named(self) -> re.Pattern[str] | None:
        return _pattern([*self.ids, *self.handles], self.phones, self.names)

    @cached_property
    def _called(self) -> re.Pattern[str] | None:
        return _pattern([*self.ids, *self.handles], self.phones, [*self.names, *self.shared])


def phrases_of(texts: Iterable[str]) -> list[str]:
    """Return hashes of all words in a row that somebody wrote."""
    found: set[str] = set()
    for text in texts:
        words = _WORD.findall(text.lower())
        found |= {_hash(words[at : at + _PHRASE]) for at in range(len(words) - _PHRASE + 1)}
    return sorted(found)


def without_phrases(text: str, phrases: frozenset[str]) -> str:
    """Return a text without what is quoted: runs of words whose hashes are known."""
    words = list(_WORD.finditer(text))
    quoted: list[tuple[int, int]] = []
    for at in range(len(words) - _PHRASE + 1):
        run = words[at : at + _PHRASE]
        if _hash([word[0].lower() for word in run]) in phrases:
            start, end = run[0].start(), run[-1].end()
            if quoted and start <= quoted[-1][1]:
                start = quoted.pop()[0]
            quoted.append((start, end))
    for start, end in reversed(quoted):
        text = text[:start] + GONE + text[end:]
    return text


def _hash(words: list[str]) -> str:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


def _pattern(words: Iterable[str], phones: Iterable[str] = (), names: Iterable[str] = ()) -> re.Pattern[str] | None:
    known = sorted({word for word in words if len(word) >= _SHORTEST}, key=len, reverse=True)
    alternatives = [re.escape(word) for word in known]
    # A number as people write it: +31 6 1290 7351, 06-12907351.
    alternatives += [r"(?:(?:\+|00)?\d{2,3}|0)?[ .()-]*" + r"[ .()-]*".join(phone) for phone in phones if phone]
    alternatives += [r"(?:\s|\+|%20)+".join(map(re.escape, name.split())) for name in names]
    if not alternatives:
        return None
    return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(alternatives)})(?![A-Za-z0-9])", re.IGNORECASE)

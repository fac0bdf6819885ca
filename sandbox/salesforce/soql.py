"""A part of SOQL: SELECT fields FROM one object, WHERE with AND, OR and brackets, ORDER BY and LIMIT.

SOQL and SOSL Reference: "Quoted String Escape Sequences", "Comparison Operators". Anything else is MALFORMED_QUERY.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.errors import malformed

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<op><=|>=|!=|=|<|>)|(?P<mark>[(),])"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:.+Z-]+)?)|(?P<number>\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w.]*))",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}  # fmt: skip
Row = dict[str, Any]
Test = Callable[[Callable[[str], Any]], bool]  # asked with what gives a row's field


@dataclass
class Query:
    """A query that was read; `named` are the fields that WHERE and ORDER BY name."""

    fields: list[str]
    source: str
    test: Test | None = None
    order: list[tuple[str, bool]] = field(default_factory=list)
    limit: int | None = None
    named: list[str] = field(default_factory=list)


def parse(text: str) -> Query:
    """Read a query. Raises SalesforceError MALFORMED_QUERY."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or token.lastgroup is None:
            raise malformed(f"unexpected token: {text[at : at + 20]!r}")
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    return found


def _unquoted(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise malformed(f"Invalid string literal {text}. Illegal character sequence '\\{match[1]}'")
        return _ESCAPES[match[1]]

    if "\n" in text or "\r" in text:
        raise malformed("line breaks not allowed in string literals")
    return re.sub(r"\\(.)", one, text[1:-1], flags=re.DOTALL)


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.named = tokens, 0, []  # type: tuple[list[tuple[str, str]], int, list[str]]

    def query(self) -> Query:
        self.need("select")
        fields = [self.word()]
        while self.take(","):
            fields.append(self.word())
        self.need("from")
        query = Query(fields, self.word(), named=self.named)
        if self.take("where"):
            query.test = self.any_of()
        if self.take("order"):
            self.need("by")
            query.order.append(self.ordering())
            while self.take(","):
                query.order.append(self.ordering())
        if self.take("limit"):
            query.limit = int(self.kind("number"))
        if self.at < len(self.tokens):
            raise malformed(f"unexpected token: {self.tokens[self.at][1]}")
        return query

    def any_of(self) -> Test:
        tests = [self.all_of()]
        while self.take("or"):
            tests.append(self.all_of())
        return tests[0] if len(tests) == 1 else lambda get: any(test(get) for test in tests)

    def all_of(self) -> Test:
        tests = [self.one()]
        while self.take("and"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda get: all(test(get) for test in tests)

    def one(self) -> Test:
        if self.take("("):
            test = self.any_of()
            self.need(")")
            return test
        name = self.word()
        self.named.append(name)
        if self.take("in"):
            values = self.values()
            return lambda get: any(_same(get(name), value) for value in values)
        if self.take("like"):
            pattern = _like(str(self.value()))
            return lambda get: isinstance(get(name), str) and pattern.fullmatch(get(name)) is not None
        op, value = self.kind("op"), self.value()
        if op in ("=", "!="):
            return lambda get: _same(get(name), value) == (op == "=")
        return lambda get: get(name) is not None and _OPS[op](get(name), value)

    def values(self) -> list[Any]:
        self.need("(")
        values = [self.value()]
        while self.take(","):
            values.append(self.value())
        self.need(")")
        return values

    def ordering(self) -> tuple[str, bool]:
        name = self.word()
        self.named.append(name)
        down = self.take("desc")
        if not down:
            self.take("asc")
        if self.take("nulls") and not self.take("last"):
            self.need("first")
        return name, down

    def value(self) -> Any:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        self.at += 1
        if kind == "text":
            return _unquoted(text)
        if kind == "number":
            return float(text)
        if kind == "date":
            return text
        if kind == "word" and text.lower() in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text.lower()]
        raise malformed(f"unexpected token: {text or '<EOF>'}")

    def word(self) -> str:
        return self.kind("word")

    def kind(self, wanted: str) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "<EOF>")
        if kind != wanted:
            raise malformed(f"unexpected token: {text}")
        self.at += 1
        return text

    def take(self, wanted: str) -> bool:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("text", "")
        if kind == "text" or text.lower() != wanted:
            return False
        self.at += 1
        return True

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            found = self.tokens[self.at][1] if self.at < len(self.tokens) else "<EOF>"
            raise malformed(f"expecting {wanted}, found '{found}'")


def _same(found: Any, value: Any) -> bool:
    """Texts are compared without regard to case."""
    if isinstance(found, str) and isinstance(value, str):
        return found.casefold() == value.casefold()
    return bool(found == value)


def _like(pattern: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(one, re.escape(one)) for one in pattern), re.IGNORECASE | re.DOTALL)

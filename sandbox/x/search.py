"""X's search language, the part that customer care uses: words, phrases, names, operators, OR, brackets, minus."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.model import Message
from sandbox.world import World
from sandbox.x.objects import lang_of

_TOKEN = re.compile(r'\(|\)|-?[\w.]+:"[^"]*"|-?"[^"]*"|-?[^\s()]+')
Test = Callable[[Message], bool]


def candidates(world: World, query: str) -> list[Message]:
    """The posts that can match: one thread or one user's mentions when the query is bound to them, else all."""
    if " OR " not in query and "(" not in query:
        for token in query.split():
            if token.startswith("conversation_id:"):
                return world.thread("x", token.partition(":")[2])
            if token.startswith("from:"):
                user = world.user("x", token.partition(":")[2])
                return [post for post in world.by("x", user.id) if post.kind == "post"] if user else []
    return world.posts()


def matcher(world: World, query: str) -> Test:
    """Compile a query to a test on posts."""
    tokens = _TOKEN.findall(query)
    test, _rest = _any(world, tokens)
    return test


def _any(world: World, tokens: list[str]) -> tuple[Test, list[str]]:
    """Alternatives joined by OR, up to a closing bracket."""
    first, tokens = _all(world, tokens)
    tests = [first]
    while tokens and tokens[0] == "OR":
        more, tokens = _all(world, tokens[1:])
        tests.append(more)
    return lambda post: any(test(post) for test in tests), tokens


def _all(world: World, tokens: list[str]) -> tuple[Test, list[str]]:
    """Terms side by side: all must hold."""
    tests: list[Test] = []
    while tokens and tokens[0] not in (")", "OR"):
        word, tokens = tokens[0], tokens[1:]
        if word in ("(", "-"):
            inner, tokens = _any(world, tokens[1:] if word == "-" else tokens)
            tokens = tokens[1:]
            tests.append(inner if word == "(" else _not(inner))
        elif word != "AND":
            tests.append(_not(_term(world, word[1:])) if word.startswith("-") else _term(world, word))
    return lambda post: all(test(post) for test in tests), tokens


def _not(test: Test) -> Test:
    return lambda post: not test(post)


def _term(world: World, token: str) -> Test:
    operator, colon, value = token.partition(":")
    value = value.strip('"')
    user = world.user("x", value) if colon else None
    id = user.id if user else None
    if operator == "conversation_id":
        return lambda post: post.thread == value
    if operator == "from":
        return lambda post: post.sender == id
    if operator == "to":
        return lambda post: _answers(world, post) == id is not None
    if operator in ("in_reply_to_tweet_id", "in_reply_to_status_id"):
        return lambda post: post.parent == value
    if operator == "is":
        return lambda post: value == "reply" and post.parent is not None or value == "quote" and "quoted" in post.extra
    if operator == "has":
        return lambda post: (
            bool(post.media) and value in ("media", "images") or value == "links" and "http" in post.text
        )
    if operator == "lang":
        return lambda post: lang_of(post) == value
    return _words(token)


def _words(token: str) -> Test:
    phrase = token.strip('"').lower()
    if phrase.startswith("@"):
        pattern = re.compile(rf"(?<![\w@]){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    else:
        pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    return lambda post: phrase in post.text.lower() and pattern.search(post.text) is not None


def _answers(world: World, post: Message) -> str | None:
    """Whom a post is addressed to: the author of what it answers, else the name it begins with."""
    if post.parent:
        parent = world.message(post.parent)
        return parent.sender if parent else None
    begins = re.match(r"@(\w+)", post.text)
    user = world.user("x", begins[1]) if begins else None
    return user.id if user else None

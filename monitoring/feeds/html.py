"""What a page or an item says, without its markup: as plain text, and where its feeds are."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

from webcare.lib.bidi import without_bidi_controls
from webcare.lib.markup import readable
from webcare.lib.text import clean

LONGEST = 10_000  # characters kept of a text
_READ = 200_000  # characters of markup that are looked at
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"})
_BLOCKS = frozenset(
    ("p", "br", "div", "li", "ul", "ol", "tr", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre")
)
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})


class Link(NamedTuple):
    """A feed that a page names."""

    url: str
    title: str


def plain(markup: str, *, longest: int = LONGEST) -> str:
    """Return the words of a piece of HTML, a line for each block. What browsers do not show is left out."""
    reader = _Words()
    reader.feed(readable(markup[:_READ]))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return without_bidi_controls(clean("\n".join(line for line in lines if line)))[:longest]


def one_line(markup: str, longest: int) -> str:
    """Return the words of a piece of HTML on one line."""
    return " ".join(plain(markup).split())[:longest]


def page_title(markup: str) -> str:
    """Return what a page calls itself; "" where it does not say."""
    return _head(markup).title


def feeds_in(markup: str) -> list[Link]:
    """Return the feeds that a page names in its head, in its own order; addresses as they stand there."""
    return _head(markup).links


def _head(markup: str) -> _Head:
    reader = _Head()
    reader.feed(readable(markup[:_READ]))
    reader.close()
    return reader


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line with a block, and leave out what is not shown."""
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what began."""
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.unseen:
            self.parts.append(data)


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self._title: list[str] = []
        self._told = ""
        self._in_title = False

    @property
    def title(self) -> str:
        """What the page says it is called: for who shares it, else in its title."""
        return " ".join(without_bidi_controls(clean(self._told or "".join(self._title))).split())[:300]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a feed, a title told, or where the title begins."""
        told = {name: value or "" for name, value in attrs}
        if tag == "link" and "alternate" in told.get("rel", "").lower().split():
            if told.get("type", "").lower() in _FEEDS and told.get("href"):
                self.links.append(Link(told["href"], told.get("title", "")))
        elif tag == "meta" and told.get("property") == "og:title":
            self._told = self._told or told.get("content", "")
        self._in_title = tag == "title" and not self._title

    def handle_endtag(self, tag: str) -> None:
        """End the title."""
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        """Keep the title."""
        if self._in_title:
            self._title.append(data)

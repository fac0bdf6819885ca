"""A post's HTML as the words its author wrote. Pure, and safe with whatever other servers let through.

Mastodon's documentation, "ActivityPub", "HTML sanitization" (2026-09): paragraphs, breaks, links whose long parts stand
in invisible spans, mentions as links to a profile. Other software adds lists, quotes and headings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from webcare.lib.markup import readable

LONGEST = 100_000  # characters of HTML that are read
_BLOCKS = frozenset({"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr"})
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math"})
# What stands for a quote where it cannot be shown: a paragraph of Mastodon's since 4.4 ("Implementing quote posts"), a
# span of Pleroma's (its "InlineQuotePolicy"). Mastodon lets the class of either through.
_FALLBACK = "quote-inline"
_SPACES = re.compile(r"[ \t\r\f\v]+")
_MANY_LINES = re.compile(r"\n{3,}")
_PLAIN_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def text_of(html: str, mentions: Mapping[str, str] | None = None, *, without_quote: bool = False) -> str:
    """Return the text of a post: paragraphs on lines of their own, links with where they lead, people in full.

    `mentions` maps the address of a profile to whom it is of, as `user@instance`. `without_quote`: leave out
    what only stands for a quote.
    """
    reader = _Reader(mentions or {}, without_quote=without_quote)
    reader.feed(readable(html[:LONGEST]))
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Gathers words; tags only break lines."""

    def __init__(self, mentions: Mapping[str, str], *, without_quote: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.without_quote = without_quote
        self.fallback, self.depth, self.fallback_begins = "", 0, 0  # its tag, how deep in tags like it, where it began
        self.mentions = mentions
        self.parts: list[str] = []
        self.silent = 0
        self.href, self.is_mention, self.begins = "", False, -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or remember where a link leads."""
        self._begin_fallback(tag, attrs)
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n• ")
        elif tag == "img":
            # A custom emoji, where a server makes pictures of them: its description is its shortcode.
            self.parts.append(dict(attrs).get("alt") or "")
        elif tag == "a":
            self._end_link()
            attributes = dict(attrs)
            classes = (attributes.get("class") or "").split()
            self.href, self.begins = (attributes.get("href") or "").strip(), len(self.parts)
            self.is_mention = "mention" in classes and "hashtag" not in classes

    def handle_endtag(self, tag: str) -> None:
        """End a line, or write where a link leads."""
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            self._end_link()
        self._end_fallback(tag)

    def handle_data(self, data: str) -> None:
        """Keep words. A line of the source is none of the author's."""
        if not self.silent:
            self.parts.append(_SPACES.sub(" ", data.replace("\n", " ")))

    def text(self) -> str:
        """Return what was gathered."""
        self._end_link()
        lines = [line.strip(" ") for line in "".join(self.parts).split("\n")]
        return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()

    def _begin_fallback(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.fallback:
            self.depth += tag == self.fallback
        elif self.without_quote and tag in ("p", "span") and _FALLBACK in (dict(attrs).get("class") or "").split():
            self._end_link()
            self.fallback, self.depth, self.fallback_begins = tag, 1, len(self.parts)

    def _end_fallback(self, tag: str) -> None:
        """Take it away once it ends: one without an end may be all that was written."""
        if not self.fallback or tag != self.fallback:
            return
        self.depth -= 1
        if not self.depth:
            self._end_link()
            del self.parts[self.fallback_begins :]
            if tag in _BLOCKS:
                self.parts.append("\n\n")
            self.fallback = ""

    def _end_link(self) -> None:
        if self.begins < 0:
            return
        begins, href = self.begins, self.href
        shown, self.begins = "".join(self.parts[begins:]), -1
        known = self.mentions.get(href)
        if known and shown.lstrip().startswith("@"):
            self.parts[begins:] = [f"@{known}"]
        elif self.is_mention or shown.lstrip().startswith("#") or not _PLAIN_ADDRESS.match(href):
            return
        elif _bare(shown) == _bare(href) or not shown.strip():
            self.parts[begins:] = [href]
        else:
            self.parts.append(f" ({href})")


def _bare(address: str) -> str:
    return _PLAIN_ADDRESS.sub("", address.strip()).removeprefix("www.").rstrip("/").lower()

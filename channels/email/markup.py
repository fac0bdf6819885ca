"""A mail's HTML as readable text: nothing of it is ever shown as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from webcare.lib.markup import readable

MOST = 300_000  # characters of markup that are looked at
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "title"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "hr"})
_LINES = frozenset({"div", "tr", "li", "br", "section", "article", "header", "footer", "address", "dt", "dd"})
_DEEPEST = 8  # quotes within quotes
_ENDS = "\x02"  # an end of a quote; no mail can say it, since such signs are taken out
_BEGINS = "\x01"


def plain(markup: str) -> str:
    """Return the words of a mail's HTML: a line for each block, quotes with ">" in front, addresses behind links."""
    reader = _Words()
    reader.feed(readable(markup[:MOST].replace(_BEGINS, "").replace(_ENDS, "")))
    reader.close()
    return _quoted("".join(reader.parts))


def _quoted(text: str) -> str:
    """Put a sign before the lines of quotes, and no more than one empty line between others."""
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        depth = min(_DEEPEST, max(0, depth + line.count(_BEGINS) - line.count(_ENDS)))
        words = " ".join(line.replace(_BEGINS, " ").replace(_ENDS, " ").split())
        if words:
            lines.append(f"{'> ' * depth}{words}")
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0
        self.link = ""
        self.said: list[str] = []  # what a link says

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line with a block, a quote with its sign, and leave out what is not shown."""
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag == "blockquote":
            self.parts.append(f"\n{_BEGINS}\n")
        elif tag in _PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n• " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self.link, self.said = dict(attrs).get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        """End what began; a link's address stands behind its words where they do not say it."""
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "blockquote":
            self.parts.append(f"\n{_ENDS}\n")
        elif tag in _PARAGRAPHS:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n")
        elif tag == "a":
            said = "".join(self.said).strip()
            if self.link.startswith(("https://", "http://")) and said and not _says(said, self.link):
                self.parts.append(f" ({self.link[:500]})")
            self.link = ""

    def handle_data(self, data: str) -> None:
        """Keep words that are shown; a line of the source is none of the page."""
        if self.unseen:
            return
        words = data.replace("\r", " ").replace("\n", " ")
        self.parts.append(words)
        if self.link:
            self.said.append(words)


def _says(words: str, link: str) -> bool:
    bare = link.split("://", 1)[-1].rstrip("/").lower()
    return words.split("://", 1)[-1].rstrip("/").lower() == bare

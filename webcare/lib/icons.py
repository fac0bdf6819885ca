"""The icons of the pages as one sprite: drawings of the lucide package."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from zipfile import ZipFile

# Names in the package; a template may use these and no others.
NAMES = (
    "alarm-clock",
    "angry",
    "archive",
    "arrow-down",
    "arrow-left",
    "arrow-up",
    "at-sign",
    "ban",
    "book-open-text",
    "bell",
    "bot",
    "braces",
    "building-2",
    "calendar-days",
    "chart-line",
    "check",
    "check-check",
    "chevron-down",
    "chevron-right",
    "circle-alert",
    "circle-check",
    "circle-question-mark",
    "circle-user-round",
    "clipboard-list",
    "clock",
    "clock-alert",
    "columns-3",
    "contact",
    "copy",
    "download",
    "gift",
    "ellipsis",
    "external-link",
    "eye",
    "eye-off",
    "file",
    "fingerprint-pattern",
    "frown",
    "flask-conical",
    "gauge",
    "globe",
    "graduation-cap",
    "grip-vertical",
    "hand",
    "heart",
    "heart-off",
    "history",
    "hourglass",
    "image",
    "image-off",
    "inbox",
    "keyboard",
    "languages",
    "layers",
    "link",
    "list-filter",
    "lock",
    "log-out",
    "mail",
    "map-pin",
    "megaphone",
    "meh",
    "menu",
    "message-square",
    "message-square-plus",
    "mic",
    "monitor",
    "moon",
    "octagon-x",
    "panel-right",
    "paperclip",
    "pause",
    "pencil",
    "pencil-line",
    "phone",
    "pin",
    "play",
    "plug",
    "plus",
    "radar",
    "refresh-cw",
    "repeat-2",
    "reply",
    "rotate-ccw",
    "rss",
    "search",
    "send",
    "settings",
    "shield",
    "shield-alert",
    "shield-check",
    "shopping-bag",
    "siren",
    "smile",
    "skip-forward",
    "smartphone",
    "smile-plus",
    "sparkles",
    "stamp",
    "star",
    "sticky-note",
    "tag",
    "target",
    "trash-2",
    "trending-down",
    "trending-up",
    "triangle-alert",
    "undo-2",
    "unlink",
    "user-plus",
    "user-round",
    "users",
    "video",
    "webhook",
    "wifi-off",
    "workflow",
    "x",
)

# The states of a wait and of a colleague: no icon set has them.
_OWN = "".join(
    f'<symbol id="{name}" viewBox="0 0 {size} {size}">{drawing}</symbol>'
    for name, size, drawing in (
        ("w-ok", 10, '<circle class="w-line" cx="5" cy="5" r="4"/><circle class="w-fill" cx="5" cy="5" r="1.4"/>'),
        ("w-soon", 10, '<circle class="w-line" cx="5" cy="5" r="4"/><path class="w-fill" d="M5 1a4 4 0 0 1 0 8z"/>'),
        ("w-over", 10, '<circle class="w-fill" cx="5" cy="5" r="4.8"/>'),
        ("here-present", 10, '<circle class="w-fill" cx="5" cy="5" r="4.6"/>'),
        ("here-away", 10, '<circle class="w-line" cx="5" cy="5" r="4"/><path class="w-fill" d="M5 1a4 4 0 0 1 0 8z"/>'),
        ("here-off", 10, '<circle class="w-line" cx="5" cy="5" r="4"/>'),
    )
)


@cache
def sprite() -> str:
    """Return every icon as a <symbol>, for the top of the page: one copy, used by name."""
    return "".join(_symbols()) + _OWN


def _symbols() -> Iterator[str]:
    # The package's own tag opens its archive anew for each icon: two seconds for all of them.
    with (files("lucide") / "lucide.zip").open("rb") as package, ZipFile(package) as drawings:
        for name in NAMES:
            inner = _inside(drawings.read(f"{name}.svg"))
            yield f'<symbol id="i-{name}" viewBox="0 0 24 24">{inner}</symbol>'


def _inside(drawing: bytes) -> str:
    """Return what an SVG file draws, without its frame and its namespace."""
    svg = ElementTree.fromstring(drawing)  # noqa: S314  the package's own drawing
    for node in svg.iter():
        node.tag = node.tag.rpartition("}")[2]
    return "".join(ElementTree.tostring(child, encoding="unicode").strip() for child in svg)

"""The icons of the pages as one sprite: drawings of the lucide package, and our own badges of the platforms."""

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
    "building-2",
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
    "copy",
    "download",
    "ellipsis",
    "external-link",
    "eye",
    "eye-off",
    "file",
    "frown",
    "globe",
    "hand",
    "heart",
    "heart-off",
    "history",
    "hourglass",
    "image",
    "image-off",
    "inbox",
    "keyboard",
    "link",
    "list-filter",
    "lock",
    "log-out",
    "map-pin",
    "megaphone",
    "meh",
    "menu",
    "message-square",
    "mic",
    "moon",
    "panel-right",
    "paperclip",
    "pause",
    "pencil",
    "pencil-line",
    "phone",
    "play",
    "plug",
    "plus",
    "refresh-cw",
    "reply",
    "rotate-ccw",
    "search",
    "send",
    "settings",
    "shield",
    "shopping-bag",
    "smile",
    "smile-plus",
    "stamp",
    "star",
    "sticky-note",
    "tag",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "unlink",
    "user-plus",
    "user-round",
    "users",
    "video",
    "wifi-off",
    "x",
)

# 16 px badges and the three states of a wait: no icon set has them.
_OWN = "".join(
    f'<symbol id="{name}" viewBox="0 0 {size} {size}">{drawing}</symbol>'
    for name, size, drawing in (
        (
            "p-facebook",
            16,
            '<rect class="p-facebook" width="16" height="16" rx="5"/>'
            '<path class="p-on" d="M8.95 13V8.7h1.5l.28-1.8H8.95V5.8c0-.52'
            '.22-.95 1-.95h.9V3.3c-.24-.04-.75-.1-1.38-.1-1.42 0-2.33.86-2.33 2.4v1.3H5.5v1.8h1.64V13z"/>',
        ),
        (
            "p-instagram",
            16,
            '<rect class="p-instagram" width="16" height="16" rx="5"/>'
            '<rect class="p-stroke" x="3.7" y="3.7" width="8.6" height="8.6" rx="2.6"/>'
            '<circle class="p-stroke" cx="8" cy="8" r="2"/><circle class="p-on" cx="10.4" cy="5.6" r=".7"/>',
        ),
        (
            "p-whatsapp",
            16,
            '<rect class="p-whatsapp" width="16" height="16" rx="5"/>'
            '<path class="p-stroke" d="M3.7 12.3l.65-2.2A4.4 4.4 0 1 1 6 11.7z"/>'
            '<path class="p-on" d="M6.5 5.9c.5-.4.8 0 .95.5'
            '.15.5-.3.6-.2.9.2.5.7 1 1.2 1.2.3.1.4-.35.9-.2.5.15.9.45.5.95-.9 1-3.9-1.1-3.9-2.6 0-.3.2-.6.55-.75z"/>',
        ),
        (
            "p-x",
            16,
            '<rect class="p-x" width="16" height="16" rx="5"/>'
            '<path class="p-stroke" stroke-width="1.2" d="M11.2 4.3 4.9 11.7"/>'
            '<path class="p-on" d="M4 4h2.5L12 12H9.5z"/>',
        ),
        ("w-ok", 10, '<circle class="w-line" cx="5" cy="5" r="4"/><circle class="w-fill" cx="5" cy="5" r="1.4"/>'),
        ("w-soon", 10, '<circle class="w-line" cx="5" cy="5" r="4"/><path class="w-fill" d="M5 1a4 4 0 0 1 0 8z"/>'),
        ("w-over", 10, '<circle class="w-fill" cx="5" cy="5" r="4.8"/>'),
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

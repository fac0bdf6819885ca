"""A template on its way to the customer: its gaps, what fills them, and exactly what will be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from channels.models import MessageTemplate

_GAP = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Gap:
    """One field of the form. `key` names it; `label` is what the person filling it in reads."""

    key: str
    place: str
    name: str
    example: str
    value: str = ""

    @property
    def label(self) -> str:
        """The gap's own name, or its number and where it stands."""
        if not self.name.isdigit():
            return self.name.replace("_", " ").capitalize()
        part = self.place.partition(":")[0]
        words = {
            "header": _("Value %(n)s of the title"),
            "url": _("End of the button's address"),
            "copy_code": _("The code to copy"),
        }
        return words.get(part, _("Value %(n)s")) % {"n": self.name}


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a preview; `is_gap` where a value still has to come."""

    text: str
    is_gap: bool = False


@dataclass(slots=True)
class Picker:
    """Choosing a template and filling it in."""

    rows: Sequence[MessageTemplate] = ()
    query: str = ""
    chosen: MessageTemplate | None = None
    gaps: list[Gap] = field(default_factory=list)

    @property
    def header(self) -> list[Piece]:
        """The title as the customer will read it."""
        return self._pieces("header")

    @property
    def body(self) -> list[Piece]:
        """The words as the customer will read them."""
        return self._pieces("body")

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """The buttons under it: what stands on each, and the address behind it."""
        shown = self.chosen.buttons if self.chosen else []
        return [(button["text"], self._plain(f"url:{number}", button["target"])) for number, button in enumerate(shown)]

    @property
    def text(self) -> str:
        """The whole message as kept in the thread."""
        if self.chosen is None:
            return ""
        header, body = (self._plain(place, getattr(self.chosen, place)) for place in ("header", "body"))
        buttons = "\n".join(f"[{text}]" for text, _target in self.buttons if text)
        return "\n\n".join(part for part in (header, body, self.chosen.footer, buttons) if part)

    @property
    def missing(self) -> list[str]:
        """The labels of what was not filled in."""
        return [gap.label for gap in self.gaps if not gap.value]

    @property
    def payload(self) -> dict[str, Any]:
        """What the connector gets (channels.types.OutgoingReply.template)."""
        if self.chosen is None:
            return {}
        values = [{"place": gap.place, "name": gap.name, "text": gap.value} for gap in _in_order(self.gaps)]
        return {
            "name": self.chosen.name,
            "language": self.chosen.language,
            "named": self.chosen.named,
            "values": values,
        }

    def _values(self, place: str) -> dict[str, str]:
        return {gap.name: gap.value for gap in self.gaps if gap.place == place}

    def _plain(self, place: str, text: str) -> str:
        values = self._values(place)
        return _GAP.sub(lambda found: values.get(found[1]) or found[0], text)

    def _pieces(self, place: str) -> list[Piece]:
        text = getattr(self.chosen, place) if self.chosen else ""
        labels = {gap.name: gap.label for gap in self.gaps if gap.place == place}
        values, pieces, end = self._values(place), [], 0
        for found in _GAP.finditer(text):
            value = values.get(found[1], "")
            pieces += [Piece(text[end : found.start()]), Piece(value or labels.get(found[1], found[1]), not value)]
            end = found.end()
        return [piece for piece in [*pieces, Piece(text[end:])] if piece.text]


def _in_order(gaps: Sequence[Gap]) -> list[Gap]:
    """By place, and within it by number: values without names go out by their order."""
    places = list(dict.fromkeys(gap.place for gap in gaps))
    return sorted(gaps, key=lambda gap: (places.index(gap.place), int(gap.name) if gap.name.isdigit() else 0))

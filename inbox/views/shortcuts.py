"""Every key of the inbox in one table: the sheet behind `?` is made from it, and static/js/keys.js reads them there.

`does` names what the script does: `press:x` presses what carries data-key="x", `go:…` opens an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the sheet. `keys` are pressed one after another (two letters) or together (with Ctrl or Shift)."""

    title: _StrPromise
    keys: tuple[str, ...]
    does: str = ""  # "" where the composer listens itself

    @property
    def together(self) -> str:
        """The keys as the script compares them."""
        return " ".join(self.keys)


SHEET: tuple[tuple[_StrPromise, tuple[Key, ...]], ...] = (
    (
        _("List"),
        (
            Key(_("Next"), ("J",), "next"),
            Key(_("Previous"), ("K",), "previous"),
            Key(_("Open it"), ("↵",)),
            Key(_("Pick it"), ("X",), "pick"),
            Key(_("Pick from the last one to here"), ("Shift", "X"), "pick-range"),
            Key(_("Begin: the case that comes first"), ("B",), "press:b"),
            Key(_("Pass on it"), ("O",), "press:o"),
            Key(_("Filter"), ("F",), "press:f"),
            Key(_("Search"), ("/",), "search"),
            Key(_("Find or do something"), ("Ctrl", "K"), "palette"),
            Key(_("To mine"), ("G", "M"), "go:?queue=mine"),
            Key(_("To the unassigned ones"), ("G", "U"), "go:?queue=unassigned"),
            Key(_("To all open ones"), ("G", "O"), "go:"),
            Key(_("To the snoozed ones"), ("G", "S"), "go:?queue=snoozed"),
            Key(_("To the closed ones"), ("G", "C"), "go:?queue=closed"),
            Key(_("Hand over my work"), ("G", "H"), "go:handover/"),
        ),
    ),
    (
        _("Conversation"),
        (
            Key(_("Take it"), ("M",), "press:m"),
            Key(_("Assign"), ("A",), "press:a"),
            Key(_("Label"), ("L",), "press:l"),
            Key(_("Team"), ("T",), "press:t"),
            Key(_("Snooze"), ("Z",), "press:z"),
            Key(_("Ask when in doubt"), ("Q",), "press:q"),
            Key(pgettext_lazy("verb, a conversation", "Close"), ("E",), "press:e"),
            Key(_("Close and next"), ("Shift", "E"), "press:E"),
            Key(_("Like and close"), ("Shift", "L"), "press:L"),
            Key(_("Customer"), ("I",), "contact"),
            Key(_("Note about the customer"), ("Shift", "N"), "contact-note"),
            # In the order of Conversation.Mood, in which the panel has its faces.
            Key(_("Mood: angry"), ("S", "1"), "press:s1"),
            Key(_("Mood: annoyed"), ("S", "2"), "press:s2"),
            Key(_("Mood: neutral"), ("S", "3"), "press:s3"),
            Key(_("Mood: happy"), ("S", "4"), "press:s4"),
        ),
    ),
    (
        _("Answer"),
        (
            Key(_("Public"), ("R",), "tab:public"),
            Key(_("Private"), ("P",), "tab:private"),
            Key(_("Note"), ("N",), "tab:note"),
            Key(_("Send"), ("Ctrl", "↵")),
            Key(_("Send and close"), ("Ctrl", "Shift", "↵")),
            Key(_("Send, close and next"), ("Ctrl", "Alt", "↵")),
            Key(_("Canned replies, while writing"), ("/",)),
            Key(_("Emoji, while writing"), ("Alt", "J")),
            Key(_("Guidelines"), ("H",), "press:h"),
            Key(_("Move to private, at a hint"), ("Alt", "P")),
            Key(_("Send anyway, at a hint"), ("Alt", "↵")),
            Key(_("Undo"), ("Ctrl", "Z")),
            Key(_("These keys"), ("?",), "keys"),
        ),
    ),
)

COCKPIT: tuple[tuple[_StrPromise, tuple[Key, ...]], ...] = (
    (
        _("List"),
        (
            Key(_("Next"), ("J",), "next"),
            Key(_("Previous"), ("K",), "previous"),
            Key(_("Open it"), ("↵",)),
            Key(_("Pick it"), ("X",), "pick"),
            Key(_("Pick from the last one to here"), ("Shift", "X"), "pick-range"),
            Key(_("To mine"), ("G", "M"), "go:?queue=mine"),
            Key(_("To all open ones"), ("G", "O"), "go:"),
            Key(_("Hand over my work"), ("G", "H"), "go:handover/"),
        ),
    ),
    (
        pgettext_lazy("verb, work to colleagues", "Give"),
        (
            *(Key(_("To the colleague with this number"), (str(n),), f"press:{n}") for n in range(1, 10)),
            Key(_("Choose to whom"), ("A",), "press:a"),
            Key(_("Undo"), ("Ctrl", "Z")),
            Key(_("These keys"), ("?",), "keys"),
        ),
    ),
)

QUESTIONS: tuple[tuple[_StrPromise, tuple[Key, ...]], ...] = (
    (
        _("Recurring questions"),
        (
            Key(_("Next"), ("J",), "next"),
            Key(_("Previous"), ("K",), "previous"),
            Key(_("Open it"), ("↵",)),
            Key(_("Make it a canned reply"), ("C",), "in-row:c"),
            Key(_("Not a question"), ("N",), "in-row:n"),
            Key(_("These keys"), ("?",), "keys"),
        ),
    ),
)
SHEETS = {"cockpit": COCKPIT, "questions": QUESTIONS}

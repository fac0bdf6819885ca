"""Signs that turn the direction of text: they make a name read as another, and reach into what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

# Embeddings, overrides and isolates. Right-to-left letters need none of them; single marks (U+200E, U+200F) stay.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def without_bidi_controls(text: str) -> str:
    """Return a text without the signs that turn its direction."""
    return text.translate(_TURNING)


if TYPE_CHECKING:
    _Char = models.CharField[str, str]
else:
    _Char = models.CharField


class NameField(_Char):
    """A name that is shown among other words: whatever the way in, it is stored without turns."""

    def get_prep_value(self, value: Any) -> Any:
        """What is stored, and what is looked for."""
        prepared = super().get_prep_value(value)
        return without_bidi_controls(prepared) if isinstance(prepared, str) else prepared

    def deconstruct(self) -> Any:
        """A plain column for migrations: the database needs no change."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

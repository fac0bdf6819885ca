"""One brand colour, made readable on light and dark paper. Pure."""

from __future__ import annotations

LIGHT, DARK = "#f8f7f3", "#171816"  # the paper of static/css/tokens.css
READABLE = 4.5  # contrast that small letters need
_STEPS = 40
_Colour = tuple[float, float, float]


def on(colour: str) -> str:
    """Return what is read best on a colour: white or black."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, colour))


def readable(colour: str, paper: str) -> str:
    """Return a colour that letters on a paper can have: as little lighter or darker as that takes."""
    towards = on(paper)
    for step in range(_STEPS + 1):
        mixed = _mixed(_parts(colour), _parts(towards), step / _STEPS)
        if contrast(mixed, paper) >= READABLE:
            return mixed
    return towards


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it: from 1 to 21."""
    light, dark = sorted((_luminance(_parts(one)), _luminance(_parts(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _parts(colour: str) -> _Colour:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _mixed(one: _Colour, other: _Colour, share: float) -> str:
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02x}" for a, b in zip(one, other, strict=True))


def _luminance(colour: _Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

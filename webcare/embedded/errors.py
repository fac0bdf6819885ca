"""What goes wrong here, said in one sentence."""

from __future__ import annotations


class EmbeddedError(Exception):
    """The embedded servers cannot run; the text is one clear sentence for the person at the terminal."""

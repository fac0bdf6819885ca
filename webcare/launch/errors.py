"""What keeps Webcare from starting, said in one sentence."""

from __future__ import annotations


class LaunchError(Exception):
    """Webcare cannot start; the text is one clear sentence for the person at the terminal."""

#!/usr/bin/env python
"""Django's command line; it starts the embedded PostgreSQL and Redis for commands that need them."""

from __future__ import annotations

import contextlib
import os
import sys

from webcare import embedded
from webcare.launch import surroundings

# Commands that read only source files, so that no database is started for them.
_WITHOUT_SERVERS = {
    "",
    "help",
    "version",
    "--help",
    "--version",
    "-h",
    "compilemessages",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "makemessages",
    "startapp",
}


def main() -> None:
    """Run the command that the command line names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")
    is_set = {"SECRET_KEY", "SECRET_KEY_FILE", "WEBCARE_TESTING"} & os.environ.keys()
    # Nothing is configured here: speak to the demo, if there is one, and say so: an admin made here is the demo's.
    if not is_set and surroundings.speak_to_demo():
        sys.stderr.write("SECRET_KEY is not set here: this is about the demo.\n")
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    needed = command not in _WITHOUT_SERVERS and "--help" not in sys.argv and embedded.wanted()
    try:
        with embedded.using(embedded.locate()) if needed else contextlib.nullcontext():
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()

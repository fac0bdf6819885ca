"""Compiled code is kept, whatever the environment says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_make_keeps_bytecode_wherever_it_is_started() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "--eval=shown:; @echo $${PYTHONDONTWRITEBYTECODE-kept}", "shown"],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == "kept"


def test_tests_and_their_processes_keep_bytecode() -> None:
    assert not sys.dont_write_bytecode
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ

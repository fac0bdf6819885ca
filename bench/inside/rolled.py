"""Sums up the figures of each day that is not summed up yet; the first time takes minutes."""

from __future__ import annotations

import sys

import django

django.setup()

from reports import rollups  # noqa: E402

if __name__ == "__main__":
    sys.stdout.write(f"{rollups.roll()}\n")

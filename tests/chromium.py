"""Finds Chromium for the browser tests, and installs it where there is none (`python -m tests.chromium`)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The first has no windows of its own to keep up, which halves what a browser test takes.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGES = ("chromium-headless-shell", "chromium")  # of Debian; older ones, and Ubuntu, have the second only


def find() -> str | None:
    """Return the path of an installed Chromium, of the system or of Playwright, or None."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    return _of_playwright()


def install() -> str | None:
    """Install Chromium through apt-get when root, else Playwright's own; return its path or None."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium through apt-get …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False, env=environment)
        for package in _PACKAGES:
            subprocess.run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=False, env=environment
            )
            if path := find():
                return path
    print("Installing Playwright's Chromium …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__" and not (find() or install()):
    sys.exit("Tests drive a real browser, and Chromium could not be installed: try `sudo apt-get install chromium`.")

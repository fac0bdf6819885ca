"""`make pin`: the digests of the base images in .env, all of them or none."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from django.conf import settings

ROOT, COMPOSE = Path(settings.BASE_DIR), "docker-compose.yml"
# Stands in for the registry: it knows every image but the one named in AWAY.
DOCKER = """#!/bin/sh
[ "$1" = pull ] && { [ "$3" != "$AWAY" ]; exit; }
echo "${5%%:*}@sha256:0123"
"""


def pin(folder: Path, away: str = "") -> int:
    """Run it in a folder; return how it ended."""
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    command = ["make", "--silent", "-f", str(ROOT / "Makefile"), "pin"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path, "AWAY": away}, check=False, capture_output=True
    )
    return done.returncode


def test_digests_take_the_place_of_older_ones_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o700)
    kept = tmp_path / ".env"
    kept.write_text("SECRET_KEY=x\nREDIS_IMAGE=redis@sha256:old\n")
    assert pin(tmp_path, away="redis:7") != 0
    assert kept.read_text().endswith("REDIS_IMAGE=redis@sha256:old\n")
    assert pin(tmp_path) == 0
    assert kept.read_text().splitlines() == [
        "SECRET_KEY=x", "PYTHON_IMAGE=python@sha256:0123", "POSTGRES_IMAGE=postgres@sha256:0123",
        "REDIS_IMAGE=redis@sha256:0123",
    ]  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {".env", "docker"}
    assert kept.stat().st_mode & 0o077 == 0


def test_every_base_image_is_pinned() -> None:
    named = re.findall(
        r"_IMAGE:?[=-]([^}\s]+)", "\n".join((ROOT / name).read_text() for name in ("Dockerfile", COMPOSE))
    )
    assert len(named) == 4
    assert [name for name in named if not re.fullmatch(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", name)] == []


def test_every_base_image_can_be_renewed() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\npin:")[2].partition("done")[0]
    images = (ROOT / "Dockerfile").read_text()
    used = re.findall(r"\$\{([A-Z]+)_IMAGE:-([^}]+)\}", (ROOT / COMPOSE).read_text())
    tags = {(name, image.partition("@")[0]) for name, image in used}
    assert set(re.findall(r"\b([A-Z]+)=([a-z]+:[\w.-]+)", recipe)) == tags
    assert {*re.findall(r"^FROM (\S+)", images, re.MULTILINE)} == {"${PYTHON_IMAGE}", "production"}
    assert f"ARG PYTHON_IMAGE={dict(used)['PYTHON']}\n" in images

"""`manage.py replay FILE`: recorded conversations happen again in the sandbox, and come in through the pollers."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from channels.errors import ChannelError
from channels.http import is_loopback
from channels.recordings import CannotReplay, Recording, Stage, read_recordings


class Command(BaseCommand):
    """Post recorded conversations into the sandbox, each post once."""

    help = (
        "Post recorded conversations into the sandbox as the people who wrote them. docs/replay.md describes the file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the sandbox's address and the pace."""
        parser.add_argument("file", type=Path, help="recorded conversations, JSON")
        parser.add_argument(
            "--sandbox-url", default="", help="the sandbox's address (default: where X_API_BASE points)"
        )
        parser.add_argument("--pace", type=float, default=0, help="posts per second (default: as fast as it goes)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay the file; a clear error where that cannot be done."""
        if not (settings.DEMO or settings.TESTING):
            raise CommandError(
                "replay works in demo mode only (WEBCARE_DEMO=1): it would make accounts of real brands."
            )
        url = options["sandbox_url"] or settings.X_API_BASE
        if not is_loopback(url):
            raise CommandError(f"{url} is not a sandbox on this machine. Give its address with --sandbox-url.")
        stage = Stage(url)
        try:
            recordings = read_recordings(options["file"])
            connected = sum(
                stage.connect_brand(brand) for brand in dict.fromkeys(recording.brand for recording in recordings)
            )
            posted, known = self._post(stage, recordings, options["pace"])
        except (CannotReplay, ChannelError) as error:
            raise CommandError(str(error)) from error
        finally:
            stage.close()
        counts = f"{posted} posts made, {known} were there already; {connected} brands connected"
        self.stdout.write(f"{len(recordings)} conversations: {counts}.")

    def _post(self, stage: Stage, recordings: list[Recording], pace: float) -> tuple[int, int]:
        ids: dict[str, str] = {}
        posted = known = 0
        total = sum(len(recording.turns) for recording in recordings)
        with tqdm(total=total, unit=" posts", disable=None) as bar:
            for recording in recordings:
                parent = ""
                for turn, at in recording.times():
                    if turn.id in ids:
                        # A turn that stands in two conversations is one post.
                        parent, new = ids[turn.id], False
                    else:
                        parent, new = stage.say(turn, at, recording.brand, parent)
                        ids[turn.id] = parent
                        posted, known = posted + new, known + (not new)
                    bar.update()
                    if pace > 0 and new:
                        time.sleep(1 / pace)
        return posted, known

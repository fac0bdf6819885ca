"""Measure everything, or what is named: `python -m bench [quick] [pages] [search] [ingest] …`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from bench import every, figures, ingest, memory, newer_channels, pages, report, search, stage, streams, two, webhooks
from bench.compare import Line
from bench.ready import Ready, ready

MEASUREMENTS: dict[str, Callable[[Ready], Iterator[Line]]] = {
    "pages": pages.measure,
    "layers": pages.layers,
    "channels": newer_channels.measure,
    "every": every.measure,
    "search": search.measure,
    "memory": memory.measure,  # before what leaves work behind
    "ingest": ingest.measure,
    "automated": ingest.automated,
    "figures": figures.measure,
    "webhooks": webhooks.measure,
    "streams": streams.measure,
    "two": two.measure,
}
FULL = stage.Size("webcare_1m", 1_000_000, 5_000_000, 50_000)
SMALL = stage.Size("webcare_20k", 20_000, 100_000, 1_000)
QUICK = stage.Size("webcare_quick", 50_000, 120_000, 5_000)
QUICK_SMALL = stage.Size("webcare_few", 1_000, 4_000, 100)


def main() -> int:
    """Fill, measure, print one table and write bench/results.json."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], "quick", *MEASUREMENTS], help="quick: 50,000 conversations")
    parser.add_argument("--pairs", type=int, default=0, help="turns of a comparison (40, quick 8): more is surer")
    options = parser.parse_args()
    names = set(options.names)
    quick = "quick" in names
    chosen = names - {"quick"} or set(MEASUREMENTS)
    full, small = (QUICK, QUICK_SMALL) if quick else (FULL, SMALL)
    tickets, pairs, seconds = (10_000, 8, 5) if quick else (200_000, 40, 15)
    pairs = options.pairs or pairs
    lines: list[Line] = []
    failed = []
    copied = "channels" in chosen
    with (
        stage.servers(),
        ready(full, small, tickets=tickets, pairs=pairs, seconds=seconds, copied=copied) as everything,
    ):
        for name in (name for name in MEASUREMENTS if name in chosen):
            report.say(f"Measuring {name} …")
            try:
                stage.at_rest()
                lines.extend(MEASUREMENTS[name](everything))
            except (OSError, RuntimeError, subprocess.SubprocessError, TimeoutError) as error:
                failed.append(f"{name} ended early: {error}")  # the others are measured all the same
    report.say(f"\n{full.conversations:,} conversations, {full.messages:,} messages, {full.still_open:,} open")
    report.table(lines)
    report.keep(lines, date=time.strftime("%Y-%m-%d"), conversations=full.conversations, messages=full.messages)
    for sentence in failed:
        report.say(sentence)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())

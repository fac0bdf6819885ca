"""A hundred agents, and fifty messages a second that the sandbox pushes: `python -m bench.load --minutes 10`.

Starts everything as `make demo` does, in a folder of its own, and ends it. Prints errors, times and memory.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from bench import stage
from bench.memory import resident_of_group
from bench.report import say

PLACE = stage.PLACE / "load"
PORT, SANDBOX_PORT = stage.PORT + 10, stage.PORT + 11
AGENTS, RATE = 100, 50
SENDERS = 8  # threads that make customers write
PEOPLE = 500  # of each thread
BAR = 300.0  # milliseconds
SHOWN = ("list", "pane", "page", "updates", "send")
_PATIENCE = 300.0


def main() -> int:
    """Run, print, and return 1 where something failed or took too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long agents work (10)")
    parser.add_argument("--agents", type=int, default=AGENTS, help="how many (100)")
    parser.add_argument("--rate", type=int, default=RATE, help="messages a second (50)")
    options = parser.parse_args()
    with _running() as launcher:
        told = stage.inside(_environment(), "people", str(options.agents))
        memory, ended = list[tuple[float, float]](), threading.Event()
        customers = Customers(options.rate, ended)
        watching = threading.Thread(target=_watch, args=(launcher.pid, memory, ended))
        for thread in (customers, watching):
            thread.start()
        try:
            rows = _locust(told["cookies"], options.agents, options.minutes)
        finally:
            ended.set()
            for thread in (customers, watching):
                thread.join()
    return _report(rows, memory, customers)


@contextlib.contextmanager
def _running() -> Iterator[subprocess.Popen[bytes]]:
    """Run the demo, all of it, until the block ends."""
    PLACE.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"WEBCARE_DATA": str(PLACE), "PORT": str(PORT), "SANDBOX_PORT": str(SANDBOX_PORT)}
    log = PLACE / "launcher.log"
    with log.open("wb") as output:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "webcare.launch", "demo"], cwd=stage.ROOT, env=environment, stdout=output,
            stderr=output,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + _PATIENCE
        while "Webcare is ready" not in log.read_text(errors="replace"):
            if launcher.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Webcare did not start: see {log}.")
            time.sleep(0.5)
        yield launcher
    finally:
        launcher.terminate()
        launcher.wait(60)


def _environment() -> dict[str, str]:
    kept = json.loads((PLACE / "demo" / "environment.json").read_text())
    return {**os.environ, **kept, "DJANGO_SETTINGS_MODULE": "webcare.settings"}


class Customers(threading.Thread):
    """Makes the sandbox's customers write at a rate; the sandbox pushes each message as its platform would."""

    def __init__(self, rate: int, ended: threading.Event) -> None:
        super().__init__(name="customers")
        self._rate, self._ended = rate, ended
        self._url = f"http://127.0.0.1:{SANDBOX_PORT}/control"
        self.said, self.refused = 0, 0

    def run(self) -> None:
        """Let them write until it is over."""
        accounts = [row for row in self._ask("accounts") if row["platform"] == "whatsapp"]
        writers = [threading.Thread(target=self._write, args=(accounts[0]["id"], place)) for place in range(SENDERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

    def _write(self, account: str, place: int) -> None:
        session, number = requests.Session(), 0
        began = time.monotonic() + place / self._rate
        while not self._ended.is_set():
            self._ended.wait(max(began + number * SENDERS / self._rate - time.monotonic(), 0))
            person = place * PEOPLE + number % PEOPLE
            said = {
                "platform": "whatsapp", "kind": "text", "to": account,
                "from": {"id": f"3168{person:07d}", "name": f"Klant {person}"},
                "text": f"Waar blijft mijn bestelling {place}{number}? Ik wacht al drie weken.",
            }  # fmt: skip
            answer = session.post(f"{self._url}/messages", json=said, timeout=30)
            number += 1
            self.said += answer.ok
            self.refused += not answer.ok

    def _ask(self, what: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = requests.get(f"{self._url}/{what}", timeout=30).json()[what]
        return rows


def _watch(launcher: int, memory: list[tuple[float, float]], ended: threading.Event) -> None:
    """Note what everything but the sandbox holds, four times a minute."""
    began = time.monotonic()
    while not ended.wait(15):
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
        held = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
        ours = [pid for pid, command in held.items() if b"python" in command and b"sandbox" not in command]
        memory.append((time.monotonic() - began, sum(resident_of_group(pid) for pid in ours)))


def _locust(cookies: list[str], agents: int, minutes: float) -> dict[str, dict[str, str]]:
    """Let them work; return Locust's figures by name."""
    command = [
        sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("agents.py")), "--headless",
        "--only-summary",
        "-u", str(agents), "-r", "10", "-t", f"{int(minutes * 60)}s", "--host", f"http://127.0.0.1:{PORT}",
        "--csv", str(PLACE / "agents"), "--loglevel", "WARNING",
    ]  # fmt: skip
    environment = {**os.environ, "COOKIES": json.dumps(cookies)}
    subprocess.run(command, cwd=stage.ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
    with (PLACE / "agents_stats.csv").open() as rows:
        return {row["Name"]: row for row in csv.DictReader(rows)}


def _report(rows: dict[str, dict[str, str]], memory: list[tuple[float, float]], customers: Customers) -> int:
    say(f"{customers.said:,} messages said, {customers.refused:,} refused by the sandbox")
    say(f"{'':10}{'asked':>9}{'failed':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}")
    slow = False
    for name in (name for name in SHOWN if name in rows):
        row = rows[name]
        say(f"{name:10}{row['Request Count']:>9}{row['Failure Count']:>9}{row['50%']:>9}{row['95%']:>9}{row['99%']:>9}")
        slow = slow or (name in ("list", "pane", "send") and float(row["95%"]) > BAR)
    failed = sum(int(rows[name]["Failure Count"]) for name in SHOWN if name in rows)
    for at, held in memory[:: max(len(memory) // 10, 1)]:
        say(f"after {at / 60:4.1f} min {held:6.0f} MB")
    say("Errors: none." if not failed else f"Errors: {failed}.")
    say(f"List, pane and send within {BAR:.0f} ms in 95 of 100: {'no' if slow else 'yes'}.")
    return int(slow or bool(failed))


if __name__ == "__main__":
    sys.exit(main())

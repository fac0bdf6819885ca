"""A brand on four platforms, thirty customers of this morning, and the workers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from celery.contrib.testing.worker import start_worker

from channels import tasks as channel_tasks
from channels.models import Account
from inbox import tasks as inbox_tasks
from inbox.models import Conversation
from tests.support.sandbox_accounts import connect, control, said, say
from webcare.celery import app

if TYPE_CHECKING:
    from sandbox.testing import Running

BRAND = "veldhuis"
LOOKS = 600  # a twentieth of a second apart; the less a machine has left for us, the longer each takes
PULSE = 1.0  # seconds between two rounds of beat's, which is in more of a hurry here than elsewhere


@dataclass(frozen=True)
class Said:
    """One person's words, and where they stand."""

    platform: str
    kind: str
    text: str
    minutes_ago: int | None = None  # None: in the order they are named, a minute apart


# By first name, who waits longest first.
MORNING = {
    "eva": Said("x", "post", "@veldhuis komt mijn bank vandaag nog?"),
    "finn": Said("facebook", "visitor_post", "Zijn jullie zondag open?"),
    "gijs": Said("whatsapp", "text", "Goedemorgen, kan ik mijn bestelling wijzigen?"),
    "hanna": Said("instagram", "comment", "Is deze lamp er ook in het groen?"),
    "ilse": Said("x", "post", "@veldhuis hoe laat sluit de winkel in Tiel?"),
    "jan": Said("facebook", "visitor_post", "Wanneer belt de monteur mij?"),
    "kim": Said("whatsapp", "text", "Mijn tafel is kapot aangekomen, wat een ellende"),
    "lars": Said("instagram", "comment", "Mooie stoel, wat kost hij?"),
    "mia": Said("x", "dm", "Kan de bezorging een dag later?"),
    "noor": Said("facebook", "message", "Past het bed in een kleine lift?"),
    "otto": Said("x", "post", "@veldhuis ik wil een klacht indienen over de bezorging"),
    "pien": Said("instagram", "message", "Hebben jullie ook kussens bij deze bank?"),
    "quin": Said("whatsapp", "text", "Hoe zwaar is de kast Utrecht?"),
    "rosa": Said("x", "post", "@veldhuis de folder is weer prachtig"),
    "sem": Said("facebook", "visitor_post", "Kan ik met een cadeaubon betalen?"),
    "tess": Said("x", "post", "@veldhuis komt de blauwe stoel terug?"),
    "uma": Said("instagram", "comment", "Kan ik deze spiegel ophalen?"),
    "vera": Said("whatsapp", "text", "Mag ik de lamp terugsturen?"),
    "wim": Said("facebook", "visitor_post", "Hoe lang is de garantie op een matras?"),
    "xena": Said("x", "dm", "Kan ik in termijnen betalen?"),
    "yara": Said("instagram", "comment", "Welke maat is het kleed?"),
    "zoe": Said("x", "post", "@veldhuis is de koffie in de winkel gratis?"),
    "anouk": Said("facebook", "message", "Waar vind ik mijn factuur?"),
    "bram": Said("whatsapp", "text", "Zit er gereedschap bij het bed?"),
    "cas": Said("x", "post", "@veldhuis leveren jullie op Texel?"),
    "daan": Said("instagram", "comment", "Gaat deze tafel ook buiten?"),
    "esra": Said("facebook", "visitor_post", "Mag mijn hond mee de winkel in?"),
    "fred": Said("x", "post", "@veldhuis hebben jullie nog vacatures?"),
    "gwen": Said("instagram", "message", "Kan ik een staal van de stof krijgen?"),
    "hugo": Said("whatsapp", "text", "Is montage inbegrepen?"),
}


class Morning:
    """The conversations as they came in, by first name, and the platforms as their customers see them."""

    def __init__(self, sandbox: Running, site: str, people: Mapping[str, Said] = MORNING) -> None:
        self.sandbox, self.site, self.people = sandbox, site, people
        self.accounts = [connect(sandbox, platform, username=BRAND) for platform in ("x", "facebook", "instagram")]
        self.accounts.append(connect(sandbox, "whatsapp", username=BRAND))
        Account.objects.update(signature=Account.Signature.INITIALS)
        self.ids: dict[str, str] = {}

    def begin(self) -> None:
        """Let everybody write. X is asked for it; Meta tells it through our door."""
        token = next(account.verify_token for account in self.accounts if account.platform == "facebook")
        control(
            self.sandbox,
            "POST",
            "/control/webhooks",
            product="meta",
            url=f"{self.site}/webhooks/meta/",
            verify_token=token,
        )
        media = say(self.sandbox, "instagram", "media", BRAND, "Nieuw in de winkel")
        now = datetime.now(UTC)
        for number, (name, words) in enumerate(self.people.items()):
            where: dict[str, Any] = {"in_reply_to": media} if words.kind == "comment" else {}
            if words.kind not in ("post", "comment"):
                where["to"] = BRAND
            ago = len(self.people) + 5 - number if words.minutes_ago is None else words.minutes_ago
            at = (now - timedelta(minutes=ago)).isoformat()
            self.ids[name] = say(self.sandbox, words.platform, words.kind, name, words.text, at=at, **where)

    def conversation(self, name: str) -> Conversation:
        """The conversation somebody began."""
        return Conversation.objects.get(messages__external_id=self.ids[name])

    def all_in(self) -> bool:
        """Whether everybody's words have come in."""
        return Conversation.objects.filter(messages__external_id__in=self.ids.values()).count() == len(self.people)

    def say_more(self, name: str, text: str) -> None:
        """Let somebody write again, in private."""
        say(self.sandbox, self.people[name].platform, self.people[name].kind, name, text, to=BRAND)

    def answers(self) -> list[dict[str, Any]]:
        """What stands on the platforms from the brand."""
        return [message for message in said(self.sandbox) if message["by_brand"] and message["kind"] != "media"]


def until(reached: Callable[[], object], what: str) -> None:
    """Wait until something is so; fails with what was waited for."""
    for _look in range(LOOKS):
        if reached():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain: {what}")


@contextmanager
def at_work(*also: Any) -> Iterator[None]:
    """Run a Celery worker with its tasks, and what beat hands out and `also`, as long as this lasts."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(PULSE):
            for task in (channel_tasks.poll_due, channel_tasks.read_deliveries, inbox_tasks.sweep_outbox, *also):
                task.apply_async(expires=5)

    logging.getLogger("celery").setLevel(logging.WARNING)
    app.control.purge()  # what earlier tests woke nobody for
    pulse = threading.Thread(target=beat, daemon=True)
    worker: Any = None
    try:
        with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, shutdown_timeout=20) as worker:
            pulse.start()
            try:
                yield
            finally:
                ended.set()
                pulse.join(5)
    finally:
        if worker is not None:
            # Celery leaves its threads at what they do: they would lock rows of tables that are emptied.
            worker.pool.executor.shutdown(cancel_futures=True)

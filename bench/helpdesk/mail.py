"""How long the peer takes to make a ticket of a mail: `python -m bench.helpdesk.mail 100` prints milliseconds."""

from __future__ import annotations

import json
import logging
import sys
import time

import django

django.setup()

from helpdesk.email import extract_email_metadata  # noqa: E402
from helpdesk.models import Queue  # noqa: E402

_MAIL = """From: Klant {n} <klant{n}@example.com>
To: help@example.com
Subject: Waar blijft mijn bestelling {n}?
Message-ID: <{stamp}@example.com>
Date: Sat, 28 Nov 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

Waar blijft mijn bestelling {n}? Ik heb er al twee keer over gemaild en wacht nu drie weken. Laat maar weten. {stamp}
"""


def main(count: int) -> None:
    """Read so many mails."""
    queue, log, took = Queue.objects.earliest("pk"), logging.getLogger("peer"), []
    for number in range(count):
        mail = _MAIL.format(n=number, stamp=time.time_ns())
        began = time.perf_counter()
        if not extract_email_metadata(mail, queue, log):
            raise RuntimeError("The peer made no ticket of a mail.")
        took.append((time.perf_counter() - began) * 1000)
    sys.stdout.write(f"{json.dumps(took)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

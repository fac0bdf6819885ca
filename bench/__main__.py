"""Run the measurements in a database of their own: `python -m bench` and their names, and how many rows."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time

from tests import environment  # sets the environment that settings read, as for a test run
from webcare import embedded

SUITES = ("list", "search", "webhook")


def main() -> int:
    """Fill a database, measure, print one table for each, and leave nothing behind."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("suites", nargs="*", choices=[[], *SUITES], help="which measurements; all when none")
    parser.add_argument("--messages", type=int, default=200_000, help="how many messages to make (200000)")
    parser.add_argument("--conversations", type=int, default=10_000, help="how many to list (10000)")
    options = parser.parse_args()
    with contextlib.ExitStack() as running:
        services = environment.SERVICES
        running.enter_context(embedded.using(services, [embedded.Postgres(services, durable=False)]))
        own = environment.OWN_REDIS
        running.enter_context(embedded.using(own, [embedded.Redis(own)]))
        _measure(set(options.suites) or set(SUITES), max(options.messages, 1000), options.conversations)
    return 0


def _measure(suites: set[str], messages: int, conversations: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")
    import django  # noqa: PLC0415  settings may be read only now

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from bench import data, inbox_list, inbox_search, webhook_answer  # noqa: PLC0415

    setup_test_environment()
    connection.settings_dict["TEST"]["NAME"] = f"bench_webcare_{int(time.time())}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        if "list" in suites:
            inbox_list.measure(data, conversations)
        if "search" in suites:
            inbox_search.measure(data, messages)
        if "webhook" in suites:
            webhook_answer.measure(data)
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


if __name__ == "__main__":
    sys.exit(main())

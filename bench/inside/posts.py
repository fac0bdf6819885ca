"""Stores a page of new posts of X for each line it reads, and prints its milliseconds.

`python -m bench.inside.posts SIZE`. When there are no more lines it takes everything away again.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable

import django

django.setup()

from bench.inside.ingest import OURS, Posts, forget_since, newest_rows  # noqa: E402
from channels.models import Account  # noqa: E402
from channels.x.normalise import read_posts  # noqa: E402
from inbox.ingest.receive import receive  # noqa: E402


def main(size: int, lines: Iterable[str]) -> None:
    """Store a page whenever it is asked."""
    before = newest_rows()
    account, _new = Account.objects.get_or_create(platform="x", external_id=OURS, defaults={"name": "Bench"})
    posts = Posts(size)
    try:
        for _line in lines:
            page = read_posts(json.loads(posts.page()), OURS, kind="mention")
            began = time.perf_counter()
            receive(account, page)
            sys.stdout.write(f"{(time.perf_counter() - began) * 1000}\n")
            sys.stdout.flush()
    finally:
        forget_since(before)


if __name__ == "__main__":
    main(int(sys.argv[1]), iter(sys.stdin.readline, ""))

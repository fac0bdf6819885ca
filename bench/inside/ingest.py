"""Pages of posts as X sends them, read and stored; beside a bare executemany of the very same rows.

`python -m bench.inside.ingest PAGES SIZE` prints milliseconds of a page: ours and theirs, new and known.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
import uuid
from dataclasses import asdict
from random import Random
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402
from django.apps import apps  # noqa: E402
from django.db import connection, models  # noqa: E402
from psycopg import sql  # noqa: E402
from psycopg.types.json import Jsonb  # noqa: E402

from bench.compare import in_turns  # noqa: E402
from channels.models import Account  # noqa: E402
from channels.x.normalise import read_posts  # noqa: E402
from inbox.generate.words import Words, length_of  # noqa: E402
from inbox.ingest.receive import receive  # noqa: E402
from inbox.models import Message, RawPayload  # noqa: E402

OURS = "bench-ingest"
_EPOCH = 1_288_834_974_657  # when the ids of X begin
_FIELDS = [field for field in Message._meta.concrete_fields if not field.generated and not field.primary_key]
_COLUMNS = [str(field.column) for field in _FIELDS]


class Posts:
    """Made-up pages of posts that name our account."""

    def __init__(self, size: int) -> None:
        self._size, self._chance = size, Random(time.time_ns())
        self._ids = itertools.count((int(time.time() * 1000) - _EPOCH) << 22, 1 << 12)
        self._words = Words("nl", self._chance)

    def page(self) -> str:
        """Return the JSON of a page; two of three posts are by somebody who wrote another one."""
        people = [str(10**12 + self._chance.randrange(10**11)) for _person in range(self._size // 3 + 1)]
        users = [
            {
                "id": who,
                "name": f"Klant {who[-4:]}",
                "username": f"klant{who}",
                "public_metrics": {"followers_count": 9},
            }
            for who in people
        ]
        return json.dumps({"data": [self._post(people) for _post in range(self._size)], "includes": {"users": users}})

    def _post(self, people: list[str]) -> dict[str, Any]:
        post_id = str(next(self._ids))
        text = f"@bench {self._words.from_customer('neutral', length_of('x', self._chance))}"
        return {
            "id": post_id, "author_id": self._chance.choice(people), "conversation_id": post_id, "text": text,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), "edit_history_tweet_ids": [post_id],
            "entities": {"mentions": [{"start": 0, "end": 6, "username": "bench", "id": OURS}]},
        }  # fmt: skip


class Floor:
    """The rows of stored pages under other ids, written by executemany on one connection."""

    def __init__(self, account: Account) -> None:
        settings = connection.settings_dict
        self._account = account
        self._connection = psycopg.connect(
            host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"], autocommit=True
        )
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in _COLUMNS)
        values = sql.SQL(", ").join([sql.Placeholder()] * len(_COLUMNS))
        self._order = sql.SQL("INSERT INTO inbox_message ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
            columns, values
        )
        self._payload_order = (
            "INSERT INTO inbox_rawpayload (message_id, at, body)"
            " VALUES (nextval(pg_get_serial_sequence('inbox_message', 'id')), %s, %s)"
        )

    def rows(self, newest: int) -> list[tuple[Any, ...]]:
        """Return copies of the newest stored rows."""
        found = (
            Message.objects.filter(account=self._account)
            .order_by("-pk")
            .values_list(*[field.attname for field in _FIELDS])[:newest]
        )
        return [tuple(_other(field.attname, value) for field, value in zip(_FIELDS, row, strict=True)) for row in found]

    def payloads(self, newest: int) -> list[tuple[Any, ...]]:
        """Return copies of what was literally told of the newest rows."""
        found = RawPayload.objects.filter(message__account=self._account).order_by("-pk")[:newest]
        return [(row.at, Jsonb(row.body)) for row in found]

    def write(self, rows: list[tuple[Any, ...]], payloads: list[tuple[Any, ...]] | None = None) -> float:
        """Write rows in one transaction; return its milliseconds."""
        began = time.perf_counter()
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(self._order, rows)
            cursor.executemany(self._payload_order, payloads or ())
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _other(name: str, value: Any) -> Any:
    if name == "code":
        return uuid.uuid4()
    if name in ("external_id", "first_external_id"):
        return f"floor-{value}"
    return Jsonb(value) if isinstance(value, dict | list) and name != "earlier_ids" else value


def main(pages: int, size: int) -> None:
    """Measure new and known pages, then take everything away again."""
    before = newest_rows()
    account, _new = Account.objects.get_or_create(platform="x", external_id=OURS, defaults={"name": "Bench"})
    posts, floor = Posts(size), Floor(account)
    texts: list[str] = []
    written: list[list[tuple[Any, ...]]] = []

    def read(text: str) -> float:
        began = time.perf_counter()
        receive(account, read_posts(json.loads(text), OURS, kind="mention"))
        return (time.perf_counter() - began) * 1000

    def read_new() -> float:
        texts.append(posts.page())
        return read(texts[-1])

    def write_new() -> float:
        written.append(floor.rows(size))
        return floor.write(written[-1], floor.payloads(size))

    try:
        new = in_turns(read_new, write_new, pairs=pages)
        again, once_more = itertools.cycle(texts), itertools.cycle(written)
        known = in_turns(lambda: read(next(again)), lambda: floor.write(next(once_more)), pairs=pages)
    finally:
        floor.close()
        forget_since(before)
    sys.stdout.write(f"{json.dumps({'new': asdict(new), 'known': asdict(known)})}\n")


def newest_rows() -> dict[type[models.Model], int]:
    """Return the newest row's number in each table of ours."""
    ours = [*apps.get_app_config("channels").get_models(), *apps.get_app_config("inbox").get_models()]
    numbered = [model for model in ours if isinstance(model._meta.pk, models.AutoField | models.OneToOneField)]
    return {model: model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in numbered}


def forget_since(before: dict[type[models.Model], int]) -> None:
    """Delete all that is newer, so that the database stays as it was filled. Nobody else writes meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model, newest in before.items():
            table, column = model._meta.db_table, model._meta.pk.column
            cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" > %s', [newest])  # noqa: S608  our own names
        cursor.execute("RESET session_replication_role")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""Connects what came after the four first platforms, with something in each, so that nothing is asked anywhere.

`python -m bench.inside.newer_channels COUNT CODE` makes so many open conversations of each channel. The customer of
the conversation with that code, the one that is measured, gets a record of the CRM.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from assist.server import servers  # noqa: E402
from assist.server.models import Help  # noqa: E402
from channels.models import Account, ChatSite, Stream  # noqa: E402
from channels.platforms import PLATFORMS, UNCONNECTED, connector_class  # noqa: E402
from channels.types import Author, Direction, IncomingMessage, Shown, ShownKind, Visibility  # noqa: E402
from crm.connecting import connections  # noqa: E402
from crm.connecting.models import Connection  # noqa: E402
from crm.people.models import Link  # noqa: E402
from crm.writing.kinds import Kind  # noqa: E402
from inbox.generate.team import ACCOUNTS  # noqa: E402
from inbox.generate.words import Words, person_name  # noqa: E402
from inbox.ingest.receive import receive  # noqa: E402
from inbox.lists.queue_counts import fold_counts  # noqa: E402
from inbox.models import Conversation, User  # noqa: E402
from monitoring.feeds.models import Feed  # noqa: E402
from monitoring.hits import storing  # noqa: E402
from monitoring.hits.models import WEB, Post  # noqa: E402
from monitoring.hits.taking_up import site_account  # noqa: E402
from monitoring.queries.models import Query  # noqa: E402
from monitoring.queries.usage import note_use  # noqa: E402
from publishing.models import Part  # noqa: E402
from publishing.models import Post as PlannedPost  # noqa: E402

NEWER = [name for name in PLATFORMS if name not in {platform for platform, _brand, _share in ACCOUNTS}]
PRIVATE = frozenset({"email", "livechat"})
AT_ONCE = 200  # messages that come in together
_LENGTH = 120  # characters of a message, about
_NEVER = timedelta(days=3650)
_NOWHERE = "http://127.0.0.1:9"


def main(count: int, code: str) -> None:
    """Connect everything; print how many conversations there are of it."""
    admin = User.objects.filter(role=User.Role.ADMIN).order_by("pk").first() or User.objects.earliest("pk")
    _connect_crm(admin, code)  # first, so that it is told what comes in
    _set_up_assistant(admin)
    accounts = [_account(name) for name in NEWER]
    chance = Random(1)
    moments = _moments(count)
    for account in accounts:
        _let_in(account, [chance.choice(moments) for _conversation in range(count)], chance)
    _monitor(admin, count, chance)
    _plan_posts(admin, accounts)
    fold_counts()  # what beat does each quarter of a minute, and autovacuum within one
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE inbox_conversation, inbox_message, inbox_queuecount")
    made = Conversation.objects.filter(account__in=accounts).count()
    sys.stdout.write(f"{json.dumps({'accounts': len(accounts), 'conversations': made})}\n")


def _account(platform: str) -> Account:
    """Make an account that works and that nobody asks anything."""
    if platform in UNCONNECTED:
        return site_account()
    account = Account(
        platform=platform, external_id=f"bench-{platform}", name=ACCOUNTS[0][1], handle=f"bench{platform}",
        mode=Account.Mode.PUBLISH, signature=Account.Signature.INITIALS, last_success_at=timezone.now(),
    )  # fmt: skip
    account.credentials = {"access_token": "bench"}
    account.save()
    later = timezone.now() + _NEVER
    Stream.objects.bulk_create(
        Stream(account=account, name=name, next_poll_at=later) for name in connector_class(platform).streams
    )
    if connector_class(platform).capabilities.live:
        ChatSite.objects.create(account=account, origins=["https://shop.example"])
    return account


def _moments(count: int) -> list[datetime]:
    """Return when open conversations of others last heard something: these hear it then too."""
    found = Conversation.objects.open().order_by("?").values_list("last_message_at", flat=True)[:count]
    return list(found) or [timezone.now()]


def _let_in(account: Account, moments: list[datetime], chance: Random) -> None:
    """Let conversations of three messages come in, by the one door."""
    words, said = Words("nl", chance), list[IncomingMessage]()
    for number, at in enumerate(moments):
        said.extend(_talk(account, number, at, words, person_name(chance)))
        if len(said) >= AT_ONCE:
            receive(account, said)
            said.clear()
    receive(account, said)


def _talk(account: Account, number: int, at: datetime, words: Words, name: str) -> Iterator[IncomingMessage]:
    """Yield what a customer asks, what is answered, and that they ask again."""
    platform = account.platform
    person = Author(f"bench-{platform}-{number}", name, handle=f"klant{number}.{platform}")
    is_private = platform in PRIVATE
    first = f"bench-{platform}-{number}-0"
    for place in range(3):
        is_ours = place == 1
        yield IncomingMessage(
            external_id=f"bench-{platform}-{number}-{place}",
            kind="dm" if is_private else "mention",
            direction=Direction.OUTBOUND if is_ours else Direction.INBOUND,
            visibility=Visibility.PRIVATE if is_private else Visibility.PUBLIC,
            sent_at=at - timedelta(minutes=2 - place),
            text=words.from_us(_LENGTH) if is_ours else words.from_customer("neutral", _LENGTH),
            author=None if is_ours else person,
            customer=person if is_ours else None,
            thread_id=first,
            parent_id=first if place else "",
            shown=(Shown(ShownKind.SUBJECT, title="Waar blijft mijn bestelling?"),) if platform == "email" else (),
            raw={"id": f"bench-{platform}-{number}-{place}"},
        )


def _connect_crm(admin: User, code: str) -> None:
    """Connect a CRM that is told everything, and say who some customers are there."""
    row = connections.connect(Connection.Brand.SALESFORCE, "crm.example", {"instance": _NOWHERE}, admin)
    connections.change(row, admin, writes=Kind.values, with_words=True, accounts=None, teams=None)
    known = Conversation.objects.filter(code=code).values_list("contact", flat=True)
    some = Conversation.objects.open().order_by("-pk").values_list("contact", flat=True)[:AT_ONCE]
    Link.objects.bulk_create(
        Link(connection=row, contact_id=contact, record_id=f"003BENCH{contact}") for contact in {*known, *some}
    )


def _set_up_assistant(admin: User) -> None:
    servers.save(admin, address=f"{_NOWHERE}/v1", model="bench", key="bench", helps=Help.values)


def _monitor(admin: User, count: int, chance: Random) -> None:
    """Listen for something on X and in feeds, with so many hits."""
    later = timezone.now() + _NEVER
    on_x = Account.objects.filter(platform="x").order_by("pk").first()
    words = Words("nl", chance)
    feeds = [
        Feed.objects.create(
            url=f"https://{kind}.example/feed", host=f"{kind}.example", title=kind, kind=kind, by=admin,
            next_fetch_at=later,
        )
        for kind in Feed.Kind.values
    ]  # fmt: skip
    queries = [
        Query.objects.create(name=f"Bench {number}", text=text, account=account, by=admin, next_search_at=later)
        for number, (text, account) in enumerate([("bestelling", on_x), ("bank OR stoel", None), ('"te laat"', None)])
    ]
    note_use()
    now = timezone.now()
    posts = [
        Post(
            source=WEB, external_id=f"bench-{number}", feed=feeds[number % len(feeds)], site="Bench",
            author=person_name(chance), url=f"https://blog.example/{number}",
            text=words.from_customer("angry", _LENGTH),
            language="nl", mood="negative", estimated_at=now, published_at=now - timedelta(hours=number),
        )
        for number in range(count)
    ]  # fmt: skip
    if posts:
        storing.store(posts, {post.external_id: [queries[n % len(queries)].pk] for n, post in enumerate(posts)})


def _plan_posts(admin: User, accounts: list[Account]) -> None:
    """Plan a post a day for a month, on every account that may publish."""
    for day in range(1, 31):
        post = PlannedPost.objects.create(
            text="Zaterdag zijn we open van 10 tot 17 uur.", at=timezone.now() + timedelta(days=day), author=admin,
            state=PlannedPost.State.ASKED,
        )  # fmt: skip
        Part.objects.bulk_create(Part(post=post, account=account) for account in accounts if account.may_publish)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

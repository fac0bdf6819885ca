"""Makes people who are signed in, and names what they look at."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.test import Client  # noqa: E402

from inbox.live.announce import CHANNEL  # noqa: E402
from inbox.models import Conversation, User  # noqa: E402

MESSAGES = 5  # in the conversation that is opened: as many as the peer's ticket has


def main(count: int) -> None:
    """Print so many people's cookies, a conversation, and a token since when one conversation changed."""
    people = [_person(number) for number in range(count)]
    with connection.cursor() as cursor:  # nobody's first steps stand on the page
        cursor.execute("UPDATE inbox_user SET first_steps_from = NULL WHERE first_steps_from IS NOT NULL")
    open_now = Conversation.objects.open().filter(account__platform="x", visibility="public").order_by("-pk")
    opened = open_now.filter(message_count=MESSAGES).first() or open_now.latest("message_count")
    changed = open_now.exclude(pk=opened.pk).latest("last_message_at")
    changed.save(update_fields=["seen_at"])
    found = {
        "cookies": [_cookie(person) for person in people],
        "conversation": opened.get_absolute_url(),
        "since": Conversation.objects.values_list("version", flat=True).get(pk=changed.pk),
        "channel": CHANNEL,
        "open": Conversation.objects.filter(Q(status="open")).count(),
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


def _person(number: int) -> User:
    email = f"person{number}@bench.example"
    known = User.objects.filter(email=email).first()
    # One lead, who sees every page. With sixty, each wait that nobody holds would be told sixty times.
    role = User.Role.AGENT if number else User.Role.LEAD
    return known or User.objects.create_user(
        email,
        None,
        role=role,
        first_name="Farah",
        last_name=f"de Vries {number}",
        language="nl",
        all_accounts=True,
    )


def _cookie(person: User) -> str:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Many conversations at once, written by the database itself: four accounts, and somebody new in each.

Every other open one is late, so that also few hold some.
"""

from __future__ import annotations

from django.db import connection

from channels.models import Account
from inbox.models import Conversation, User

_PEOPLE = """
INSERT INTO inbox_contact (code, name, kind, address, created_at)
SELECT gen_random_uuid(), 'Klant ' || n, 'customer', '', now()
FROM generate_series(%(from)s::int, %(to)s::int) n;
INSERT INTO inbox_identity (contact_id, platform, scope, external_id, name, handle, phone, avatar_url, location,
    followers, first_seen_at, last_seen_at, told_at)
SELECT c.id, 'x', '', 'many-' || c.id, c.name, 'klant' || c.id, '', '', '', (c.id * 37) %% 5000, now(), now(), '{}'
FROM inbox_contact c WHERE NOT EXISTS (SELECT FROM inbox_identity i WHERE i.contact_id = c.id)
"""
_CONVERSATIONS = """
INSERT INTO inbox_conversation (code, account_id, contact_id, identity_id, visibility, status, excerpt, has_attachment,
    message_count, waiting_since, first_message_at, last_message_at, last_inbound_at, last_direction, failed_count,
    closed_at, close_reason, mood, tone, language, priority, is_complaint, handover_note, created_at, version,
    file_count, file_kind, due_at, due_marks, target_minutes)
SELECT gen_random_uuid(), (%(accounts)s::bigint[])[1 + i.id %% 4], i.contact_id, i.id, 'public', %(status)s,
    'Vraag van klant ' || i.id, false, 1, CASE WHEN %(status)s = 'open' THEN said.at END, said.at, said.at, said.at,
    'inbound', 0, CASE WHEN %(status)s = 'closed' THEN said.at END, '',
    (ARRAY['angry', 'neutral', 'happy', ''])[1 + i.id %% 4], '', 'nl', i.id %% 100, i.id %% 20 = 0, '', now(), 0, 0, '',
    told.due, CASE WHEN told.due IS NOT NULL THEN ARRAY[told.due, told.due, told.due] END, 60
FROM (SELECT * FROM inbox_identity ORDER BY id DESC LIMIT %(count)s) i
    CROSS JOIN LATERAL (SELECT now() - make_interval(mins => 1 + (i.id %% 900000)::int) AS at) said
    CROSS JOIN LATERAL (
        SELECT CASE WHEN %(status)s = 'open' THEN said.at + make_interval(mins => 60 * (i.id %% 2)::int) END AS due
    ) told
"""


def accounts() -> list[Account]:
    """Return the four accounts, made once."""
    found = list(Account.objects.order_by("pk"))
    for number in range(len(found), 4):
        account = Account(platform="x", external_id=f"many{number}", name=f"Merk {number}", handle=f"merk{number}")
        account.credentials = {"access_token": "many"}
        account.save()
        found.append(account)
    return found


def person() -> User:
    """Return somebody who sees everything."""
    return User.objects.filter(email="many@example.com").first() or User.objects.create_user(
        "many@example.com", "a-long-password", role="lead", language="nl", all_accounts=True
    )


def conversations(count: int, status: str = "open") -> None:
    """Add so many conversations of as many new people."""
    have = Conversation.objects.count()
    with connection.cursor() as cursor:
        for statement in _PEOPLE.strip().split(";"):
            cursor.execute(statement, {"from": have + 1, "to": have + count})
        keys = [account.pk for account in accounts()]
        cursor.execute(_CONVERSATIONS, {"accounts": keys, "status": status, "count": count})
        cursor.execute("ANALYZE inbox_conversation, inbox_identity")

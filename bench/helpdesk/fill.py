"""Fills the peer's database: `python -m bench.helpdesk.fill 200000`. Prints an agent's cookie and addresses."""

from __future__ import annotations

import base64
import json
import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from helpdesk.models import Queue, Ticket  # noqa: E402

AGENTS, QUEUES, FOLLOW_UPS = 20, 8, 5
# Five in a hundred are open, as in ours.
_TICKETS = """
INSERT INTO helpdesk_ticket (title, created, modified, submitter_email, status, on_hold, description, priority,
    queue_id, assigned_to_id, secret_key)
SELECT left(said, 60), now() - random() * interval '400 days', now(), 'klant' || n %% (%(count)s / 3 + 1)
    || '@example.com', CASE WHEN n %% 100 < 3 THEN 1 WHEN n %% 100 < 5 THEN 2 WHEN n %% 100 < 30 THEN 3 ELSE 4 END,
    false, said, 1 + n %% 5, %(queue)s + n %% 8, CASE WHEN n %% 3 > 0 THEN %(agent)s + n %% 20 END, md5(n::text)
FROM generate_series(1, %(count)s) n
    CROSS JOIN LATERAL (SELECT 'Waar blijft mijn bestelling ' || n || '? ' || repeat('Ik wacht al dagen. ', 5)) s(said)
"""
_FOLLOW_UPS = """
INSERT INTO helpdesk_followup (date, title, comment, public, user_id, ticket_id)
SELECT t.created + n * interval '2 hours', 'Reactie', 'Bericht ' || n || ' bij ' || t.title
    || repeat(' We zoeken het uit.', 5), true, CASE WHEN n %% 2 = 0 THEN %(agent)s + t.id %% 20 END, t.id
FROM helpdesk_ticket t CROSS JOIN generate_series(1, %(each)s) n
"""


def main(count: int) -> None:
    """Fill once; a database that is filled stays so."""
    call_command("migrate", verbosity=0)
    if not Ticket.objects.exists():
        users = [
            User.objects.create_user(f"agent{n}", f"agent{n}@example.com", is_staff=True, is_superuser=n == 0)
            for n in range(AGENTS)
        ]
        queues = [Queue.objects.create(title=f"Team {n}", slug=f"t{n}") for n in range(QUEUES)]
        values = {"count": count, "queue": queues[0].pk, "agent": users[0].pk, "each": FOLLOW_UPS}
        with connection.cursor() as cursor:
            cursor.execute(_TICKETS, values)
            cursor.execute(_FOLLOW_UPS, values)
            cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(User.objects.get(username="agent0"))  # type: ignore[arg-type]  # of the peer's own settings
    asked = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": True, "search_string": ""}
    query = base64.b64encode(json.dumps(asked).encode()).decode()
    found = {
        "cookie": f"sessionid={client.cookies['sessionid'].value}",
        "list": f"/datatables_ticket_list/{query}?draw=1&start=0&length=25",
        "ticket": f"/tickets/{Ticket.objects.filter(status=1).latest('pk').pk}/",
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

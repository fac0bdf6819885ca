"""Opens the main pages on the database it is given, as a lead, and prints what each answered: JSON."""

from __future__ import annotations

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webcare.settings")
django.setup()

from django.test import Client  # noqa: E402

from inbox.lists import queue_counts  # noqa: E402
from inbox.models import Conversation, User  # noqa: E402


def main() -> None:
    """Look at lists, a conversation, search, figures and accounts; compare the kept counts with the rows."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.filter(role=User.Role.ADMIN, is_active=True).earliest("pk"))
    conversation = Conversation.objects.latest("last_message_at")
    addresses = (
        "/inbox/", f"/inbox/{conversation.code}/", "/inbox/search/?q=pakket", "/figures/", "/log/", "/lead/",
        "/accounts/", "/people/", "/privacy/",
    )  # fmt: skip
    pages = {address: client.get(address).status_code for address in addresses}
    print(json.dumps({"pages": pages, "drift": queue_counts.mend_counts()}))  # noqa: T201


main()

"""Pages, as the test client gets them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from inbox.models import User

# What HTMX says of itself in a request.
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


def signed_in(person: User) -> Client:
    """Return a browser of this person's."""
    client = Client()
    client.force_login(person)
    return client


def page_of(client: Client, address: str, **data: Any) -> str:
    """Return the page at an address; with `data` it is sent there first."""
    answer = client.post(address, data, follow=True) if data else client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()

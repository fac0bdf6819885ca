"""Every address with hostile values in every parameter: refused or ignored, never an error of ours."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests import factories
from tests.inbox.test_access_everywhere import World, _doors, world
from tests.inbox.views.conftest import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["world"]
NAMES = (
    "next", "after", "before", "unread", "page", "q", "on", "sent", "since", "codes", "queue", "account", "contact",
    "reply_to", "tab", "canned", "example", "fold", "seen", "code", "pick", "do", "user", "team", "label", "text",
)  # fmt: skip
VALUES = ("null", "\x00", "9" * 5000)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_parameter_makes_an_error_of_ours(world: World, value: str) -> None:
    browser = signed_in(factories.make_user("admin"))
    browser.raise_request_exception = False
    broken = []
    logging.disable(logging.CRITICAL)
    for name, door in _doors():
        given = dict.fromkeys((*NAMES, *door.data(world)), value.encode("utf-8", "surrogatepass"))
        for method in {"GET", door.method}:
            address = reverse(name, args=[world.codes.get(word, word) for word in door.args])
            with transaction.atomic():
                response: Any = browser.post(address, given) if method == "POST" else browser.get(address, given)
                transaction.set_rollback(True)
            if response.streaming:
                list(response.streaming_content)
            if response.status_code >= 500:
                broken.append((method, name))
    logging.disable(logging.NOTSET)
    assert broken == []

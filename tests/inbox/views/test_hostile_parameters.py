"""Every address with hostile values in every parameter: refused or ignored, never an error of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse

from tests import factories
from tests.support.doors import doors
from tests.support.pages import signed_in
from tests.support.profiles import is_thorough
from tests.support.world import World

pytestmark = pytest.mark.django_db
NAMES = (
    "next", "after", "before", "unread", "page", "q", "on", "sent", "since", "codes", "queue", "account", "contact",
    "reply_to", "tab", "canned", "example", "fold", "seen", "code", "pick", "do", "user", "team", "label", "text",
)  # fmt: skip
VALUES = ("null", "\x00", "9" * 5000)


@pytest.mark.thorough
def test_no_parameter_makes_an_error_of_ours(world: World) -> None:
    # One address in three gets one of the values; in a thorough run, each gets all of them, by every method.
    for turn in range(len(VALUES) if is_thorough() else 1):
        assert broken_by(world, lambda number, turn=turn: VALUES[(number + turn) % len(VALUES)]) == []  # type: ignore[misc]


def broken_by(world: World, value_of: Callable[[int], str]) -> list[tuple[str, str]]:
    """Return the methods and addresses that answer with an error when every parameter has this value."""
    browser = signed_in(factories.make_user("admin"))
    browser.raise_request_exception = False
    broken = []
    logging.disable(logging.CRITICAL)
    for number, (name, door) in enumerate(list(doors())[:: 1 if is_thorough() else 3]):
        data = dict.fromkeys((*NAMES, *door.data(world)), value_of(number))
        for method in {"GET", door.method} if is_thorough() else {door.method}:
            address = reverse(name, args=[world.address_part(word) for word in door.args])
            with transaction.atomic():
                response: Any = (
                    browser.post(address, urlencode(data), content_type="application/x-www-form-urlencoded")
                    if method == "POST"
                    else browser.get(address, data)
                )
                transaction.set_rollback(True)
            if response.streaming:
                list(response.streaming_content)
            if response.status_code >= 500:
                broken.append((method, name))
    logging.disable(logging.NOTSET)
    return broken

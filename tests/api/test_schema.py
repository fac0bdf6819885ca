"""The API keeps to its own document, whatever is sent: Schemathesis in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from django.test.client import ClientHandler
from hypothesis import HealthCheck, settings

from api.tokens import issuing
from api.tokens.models import Scope
from inbox.models import Conversation, Label, User
from tests.support.profiles import is_thorough

pytestmark = pytest.mark.django_db
_handler = ClientHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the product does, without closing the test's connection to the database."""
    response: Any = _handler(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


# An old version, a cursor or a colleague there is not: of the right form, and refused all the same.
REFUSED = ["2xx", "401", "403", "404", "409", "412", "422", "429"]
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": REFUSED},
            # What is unknown in an address or a head counts as not given, as in pages.
            "negative_data_rejection": {"enabled": False},
        },
        "phases": {"coverage": {"enabled": is_thorough()}},
    }
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)

_TRIED = settings(
    max_examples=60 if is_thorough() else 1, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture
def known(conversation: Conversation, person: User) -> dict[str, str]:
    """Codes of rows there are, and a key."""
    _token, key = issuing.issue("CRM", person, person, scopes=Scope.values, days=1)
    label = Label.objects.create(name="Bezorging")
    return {"code": str(conversation.code), "label": str(label.code), "key": key}


@schema.parametrize()
@_TRIED
def test_every_call_keeps_to_the_document(case: Any, known: dict[str, str]) -> None:
    for name in set(case.path_parameters or {}) & set(known):
        case.path_parameters[name] = known[name]
    case.call_and_validate(headers={"Authorization": f"Bearer {known['key']}"})

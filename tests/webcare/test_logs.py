"""What stands in the logs: no secrets, and nothing a customer wrote."""

from __future__ import annotations

import logging
import sys
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from pydantic import ValidationError

from channels.meta.payloads import Payload
from inbox.models import Message
from tests import factories
from tests.environment import SERVICES
from webcare.logs import ScrubbingFormatter

WORDS = "Geheimwoord van Zwijgzame"


def logged(error: BaseException) -> str:
    """Return what the log says of an error that was raised."""
    try:
        raise error
    except BaseException:
        made = logging.LogRecord("x", logging.ERROR, __file__, 1, "It broke off", None, sys.exc_info())
    return ScrubbingFormatter().format(made)


@pytest.mark.django_db
def test_a_refused_row_is_not_in_the_log() -> None:
    message = factories.make_inbound(text=WORDS)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Message.objects.filter(pk=message.pk).update(visibility=None)
    assert WORDS in str(refused.value)  # the row stands in what the database says
    log_text = logged(refused.value)
    assert WORDS not in log_text
    assert "IntegrityError" in log_text
    assert "23502" in log_text


@pytest.mark.django_db
def test_a_value_that_does_not_fit_is_not_in_the_log() -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [WORDS])
    assert WORDS in str(refused.value)
    assert WORDS not in logged(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("shown", [repr, str, lambda error: error])
def test_a_message_about_the_database_tells_no_words(shown: Any) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::int", [f"{WORDS}\nen 'meer'"])
    error = refused.value
    held = (type(error), error, error.__traceback__)
    for args, exc_info in (((shown(error),), held), (({"exc": shown(error)},), held), ((error,), None)):
        line = "Task raised unexpected: %(exc)s" if isinstance(args[0], dict) else "Task raised unexpected: %s"
        made = logging.LogRecord("celery", logging.ERROR, __file__, 1, line, args, exc_info)
        log_text = ScrubbingFormatter().format(made)
        assert WORDS not in log_text
        assert "22P02" in log_text


def test_a_payload_that_does_not_fit_is_not_in_the_log() -> None:
    class Told(Payload):
        """A payload with a number."""

        number: int

    with pytest.raises(ValidationError) as refused:
        Told.model_validate({"number": WORDS})
    assert WORDS not in logged(refused.value)


def test_the_database_logs_no_failed_statement(servers: Any) -> None:
    mark = f"{WORDS} hier"
    with psycopg.connect(SERVICES.database_url, autocommit=True) as session:
        for statement in ('SELECT 1 / 0 AS "{}"', "SELECT 1 FROM nowhere WHERE 'x' = '{}'"):
            with pytest.raises(psycopg.Error):
                session.execute(statement.format(mark))
    log = SERVICES.logs / "postgres.log"
    assert "division by zero" in log.read_text(errors="replace")
    assert mark not in log.read_text(errors="replace")


def test_the_way_back_from_a_sign_in_tells_no_code() -> None:
    for path in ("x/?state=STATE&code=CODE", "x/?oauth_token=STATE&oauth_verifier=CODE", "meta/?code=CODE&state=STATE"):
        line = logging.LogRecord("x", logging.INFO, __file__, 1, "GET /accounts/signed-in/%s 302", (path,), None)
        told = ScrubbingFormatter().format(line)
        assert "CODE" not in told
        assert "STATE" not in told

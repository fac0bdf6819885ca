"""A planted token is nowhere to be read: not in logs, pages, tracebacks, nor in the database's plain text."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from channels.connectors import connector_for
from channels.errors import ChannelError
from channels.intake import attachments, checkups, polling, thread_context
from channels.models import Account
from channels.types import OutgoingReply
from inbox.models import Message
from sandbox.testing import Running
from tests.factories import make_user
from tests.support.sandbox_accounts import connect, control, fault, say
from webcare.logs import ScrubbingFormatter, logging_config

FAULTS = {
    "x": ["unauthorized", "rate_limit_legacy", "server_error_html", "duplicate_text", "reset_after_accept"],
    "facebook": ["token_expired", "throttled_app", "server_error_html", "window_closed", "reset_after_accept"],
    "instagram": ["token_invalid", "throttled_80002", "server_error_html", "window_closed", "reset_after_accept"],
    "whatsapp": ["token_expired", "wa_pair_rate", "server_error_html", "wa_window_sync", "reset_after_accept"],
}
MESSAGES = {"x": "post", "facebook": "visitor_post", "instagram": "message", "whatsapp": "text"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG, as the product's own handler writes it: the SDKs' loggers too."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(ScrubbingFormatter("{asctime} {levelname} {name}: {message}", style="{"))
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, logging_config("DEBUG")["loggers"])]
    levels = [logger.level for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def secrets_of(account: Account) -> list[str]:
    """Every secret of an account, as it is and as it looks in a URL's query."""
    kind = connector_for(account)
    kind.close()
    secret = {field.name for field in kind.credential_fields if field.secret}
    return [value for name, value in account.credentials.items() if name in secret and value]


def database_text() -> str:
    """Every row of every table of ours, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        rows = []
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')  # noqa: S608  the names are the database's own
            rows += [str(text) for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def try_everything(account: Account) -> list[str]:
    """Poll, load threads, fetch files, send, check; return the text of every traceback on the way."""
    tracebacks = []
    account.streams.update(next_poll_at=timezone.now())
    Account.objects.filter(pk=account.pk).update(needs_reauth_at=None, rate_limited_until=None)
    for pk in account.streams.values_list("pk", flat=True):
        polling.poll(pk)
    thread_context.load(list(Message.objects.filter(context_state="wanted").values_list("pk", flat=True)))
    attachments.fetch(attachments.due())
    checkups.check_account(account.pk)
    connector = connector_for(account)
    for route in ("public_reply", "private_message"):
        reply = OutgoingReply(
            route, "Hoi", "ref", recipient_id="31612345678", reply_to_id="1", last_inbound_at=timezone.now()
        )
        try:
            connector.send(reply)
        except ChannelError as error:
            tracebacks.append("".join(traceback.format_exception(error)))
            tracebacks.append(ExceptionReporter(None, type(error), error, error.__traceback__).get_traceback_text())
    connector.close()
    return tracebacks


@pytest.mark.django_db
@pytest.mark.parametrize("platform", list(FAULTS))
def test_a_planted_token_is_nowhere_to_be_read(
    platforms: Running, settings: Settings, log: io.StringIO, platform: str
) -> None:
    settings.PLATFORM_TIMEOUT = (1, 2)
    account = connect(platforms, platform)
    planted = secrets_of(account)
    assert planted
    author = "31612345678" if platform == "whatsapp" else "karin"
    say(platforms, platform, MESSAGES[platform], author, "@veldhuis?", to=account.external_id)
    tracebacks = try_everything(account)
    for name in FAULTS[platform]:
        fault(platforms, name, mode="always")
        tracebacks += try_everything(account)
        control(platforms, "DELETE", "/control/faults")
    settings.X_API_BASE = settings.GRAPH_API_BASE = "http://127.0.0.1:9"
    tracebacks += try_everything(account)

    client = Client()
    client.force_login(make_user("admin"))
    addresses = ["/accounts/", f"/accounts/{account.code}/", f"/accounts/{account.code}/reconnect/", "/inbox/"]
    pages = [client.get(address, follow=True) for address in addresses]
    assert [page.status_code for page in pages] == [200] * len(pages)

    assert "urllib3" in log.getvalue()
    assert tracebacks
    places = {
        "log": log.getvalue(),
        "tracebacks": "\n".join(tracebacks),
        "pages": "\n".join(page.content.decode() for page in pages),
        "database": database_text(),
        "repr": repr(account) + str(account) + repr(connector_for(account)),
    }
    for place, text in places.items():
        for secret in planted:
            assert secret not in text, f"a secret of {platform} stands in the {place}"


@pytest.mark.django_db
def test_credentials_survive_a_change_of_keys(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    account = Account(platform="x", external_id="1", name="V")
    account.credentials = {"access_token": "secret"}
    settings.CREDENTIAL_KEYS = [new, old]
    assert account.credentials == {"access_token": "secret"}
    account.credentials = account.credentials
    settings.CREDENTIAL_KEYS = [new]
    assert account.credentials == {"access_token": "secret"}

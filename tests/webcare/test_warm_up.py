"""The first request of a process waits for nothing that could be done before."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from unittest import mock

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test import Client

from inbox.models import Conversation
from tests.factories import make_conversation, make_user
from tests.support.pages import signed_in
from webcare.lib.kept import forget_kept
from webcare.warm_up import make_a_page

_FIRST_REQUESTS = """
import sys
import webcare.asgi
from channels.intake import webhooks
from channels.platforms import PLATFORMS
from channels.platforms import connector_class
from celery import current_app

before = set(sys.modules)
for platform in PLATFORMS:
    connector_class(platform)
current_app.signature(webhooks.waker.task)
current_app.backend, current_app.connection_for_write().transport
assert set(sys.modules) == before, set(sys.modules) - before

from django.template import engines
from django.urls import get_resolver
from webcare.lib import bundles, icons, modules

read = []
modules.Path.read_text = lambda path, *a, **k: read.append(path)
for loader in engines["django"].engine.template_loaders:
    loader.get_contents = lambda origin: read.append(origin)
    for inner in getattr(loader, "loaders", ()):
        inner.get_contents = lambda origin: read.append(origin)
from django.template.loader import get_template
get_template("inbox/inbox.html"), get_template("inbox/thread/_conversation.html")
bundles.address_of("js", ("htmx", "app"))
assert "url_patterns" in get_resolver().__dict__
assert icons.sprite.cache_info().currsize == 1
assert read == [], read
"""


def test_a_process_is_ready_before_its_first_webhook_and_page() -> None:
    """It has loaded the SDKs and the broker's client, and read its templates."""
    done = subprocess.run([sys.executable, "-c", _FIRST_REQUESTS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_process_has_made_a_page_before_it_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    reader, conversation = make_user("lead", language="nl"), make_conversation()
    rows_made_by = partial(_rows_made, signed_in(reader), conversation)
    forget_kept()
    make_a_page()
    assert not caplog.records
    assert rows_made_by() == 0
    forget_kept()
    assert rows_made_by() == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_reader_finds_plans_that_are_kept() -> None:
    make_user("lead")
    make_conversation()
    connection.close()  # a session that has planned nothing yet
    with connection.cursor() as cursor:
        make_a_page()
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE generic_plans = 1 AND custom_plans = 0)"
            " FROM pg_prepared_statements"
        )
        made, kept = cursor.fetchone()
    connection.close()
    assert made == kept > 3


def _rows_made(page: Client, conversation: Conversation) -> int:
    """How many rows of the list a page has to render."""
    with mock.patch("webcare.lib.kept.get_template", wraps=get_template) as asked:
        assert str(conversation.code) in page.get("/inbox/").content.decode()
    return [call.args[0] for call in asked.call_args_list].count("inbox/list/_row.html")

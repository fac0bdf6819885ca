"""One id goes from a request through its log lines and its tasks."""

from __future__ import annotations

import json
import logging
import re
import sys
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from celery import current_app, shared_task
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings
from structlog.contextvars import bound_contextvars, get_contextvars

from inbox.views.errors import broken
from tests.factories import make_user
from webcare.lib import request_ids
from webcare.lib.request_ids import RequestIdMiddleware
from webcare.logs import ScrubbingFormatter, logging_config


def record_of(message: str, error: BaseException | None = None) -> logging.LogRecord:
    """Return a line that is about to be written."""
    held = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("webcare.x", logging.WARNING, __file__, 1, message, None, held)


def as_json(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a machine reads of it."""
    declared = dict(logging_config("INFO", machines=True)["formatters"]["json"])
    line = declared.pop("()")(**declared).format(record)
    assert "\n" not in line
    read: dict[str, Any] = json.loads(line)
    return read


def test_every_answer_has_an_id_that_its_log_lines_name(settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    seen: list[str] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(ScrubbingFormatter().format(record_of("Something happened")))
        return HttpResponse()

    answer = RequestIdMiddleware(view)(RequestFactory().get("/", headers={"x-request-id": "forged-by-a-client"}))
    request_id = answer["X-Request-ID"]
    assert len(request_id) == 32
    assert seen == [f"Something happened [request={request_id}]"]
    assert not get_contextvars()  # the thread's next request begins without one


@pytest.mark.parametrize(("given", "taken"), [("proxy-0123456789", True), ("a\nforged line", False), ("x" * 65, False)])
def test_a_proxys_id_is_taken_where_it_is_plain(settings: Settings, given: str, taken: bool) -> None:
    settings.BEHIND_PROXY = True
    request = RequestFactory().get("/", HTTP_X_REQUEST_ID=given)
    assert (RequestIdMiddleware(lambda _request: HttpResponse())(request)["X-Request-ID"] == given) is taken


def test_a_task_names_its_rows_and_its_request(settings: Settings) -> None:
    seen: list[dict[str, Any]] = []

    @shared_task(name="tests.look")
    def look(*_args: Any) -> None:
        seen.append(get_contextvars())

    headers: dict[str, Any] = {}
    with bound_contextvars(request="abc-123-def"):
        request_ids._hand_on(headers=headers)
    current_app.tasks["tests.look"].apply(args=(7, "a customer's word"), headers=headers)
    (bound,) = seen
    assert bound["task"] == "tests.look"
    assert bound["rows"] == [7]
    assert bound["request"] == "abc-123-def"
    assert not get_contextvars()
    current_app.tasks.pop("tests.look")


def test_lines_for_machines_hold_all_of_it_without_secrets() -> None:
    try:
        raise ValueError("access_token=geheim")
    except ValueError:
        error = sys.exc_info()[1]
    with bound_contextvars(request="abc-123-def"):
        read = as_json(record_of('asked for {"access_token": "geheim"}', error))
    assert (read["level"], read["logger"], read["request"]) == ("warning", "webcare.x", "abc-123-def")
    assert "geheim" not in json.dumps(read)
    assert "ValueError" in read["exception"]


def test_a_broken_page_tells_its_number() -> None:
    request = RequestFactory().get("/inbox/")
    answer = RequestIdMiddleware(broken)(request)
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("approval_by_link", {"token": "Im9uZS1hbnN3ZXIi:1vPq:s3cret"}),
        ("approval_file", {"token": "Im9uZS1hbnN3ZXIi:1vPq:s3cret", "code": uuid.uuid4()}),
        ("fetched_file", {"token": "31:1vPq:s3cret"}),
        ("chat_file", {"signed": "31:1vPq:s3cret"}),
        ("mailed_report_stop", {"token": "Im9uZS1yZXBvcnQi:1vPq:s3cret"}),
        ("account_reset_password_from_key", {"uidb36": "1a", "key": "dj3k-s3cret"}),
    ],
)
def test_an_address_that_is_a_key_is_not_in_the_log(
    caplog: pytest.LogCaptureFixture, name: str, more: dict[str, Any]
) -> None:
    address = reverse(name, kwargs=more)
    Client().put(address)
    Client().get(address)
    about = [record for record in caplog.records if record.name == "django.request"]
    caplog.clear()
    logging.getLogger("django.request").warning("Gone: %s", address)
    logging.getLogger("django.request").warning("Sent to /account/login/?next=%s", quote(address, safe=""))
    assert about or name.startswith("account_")  # that page says so itself, and is no refusal
    for record in about + caplog.records:
        for line in (ScrubbingFormatter().format(record), json.dumps(as_json(record))):
            assert "s3cret" not in line
            assert "***" in line


@pytest.mark.django_db
def test_a_refusal_tells_who_asked_what_and_from_where(caplog: pytest.LogCaptureFixture) -> None:
    agent = make_user("agent", email="farah@example.com")
    page = Client(REMOTE_ADDR="192.0.2.9")
    page.post("/account/login/", {"login": "farah@example.com", "password": "wrong"})
    page.force_login(agent)
    assert page.get("/people/").status_code == 403
    assert Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.8").post("/account/login/").status_code == 403
    wrong, refused, forged = [record for record in caplog.records if hasattr(record, "request")]
    told = ScrubbingFormatter("{asctime} {message}", style="{").format(wrong)
    assert re.match(rf"20..-..-..T..:..:..[.]...Z Refused to sign in person {agent.pk}: a wrong password", told)
    assert told.endswith("[address=192.0.2.9]")
    line = ScrubbingFormatter().format(refused).splitlines()[0]
    assert "/people/" in line
    assert f"[person={agent.pk}] [address=192.0.2.9]" in line
    assert (as_json(refused)["person"], as_json(refused)["address"]) == (agent.pk, "192.0.2.9")
    assert "[address=192.0.2.8]" in ScrubbingFormatter().format(forged)
    assert "person" not in as_json(forged)

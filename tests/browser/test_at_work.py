"""The workers beside a browser's test: they end with it."""

from __future__ import annotations

import threading
import time

import pytest

from tests.browser.morning import at_work
from webcare.celery import app


@pytest.mark.usefixtures("servers")
@pytest.mark.django_db(transaction=True)
def test_no_task_goes_on_after_the_workers_left() -> None:
    begun, ended = threading.Event(), threading.Event()

    @app.task(name="tests.slow")
    def slow() -> None:
        begun.set()
        time.sleep(3)
        ended.set()

    with at_work():
        slow.apply_async()
        assert begun.wait(20)
    assert ended.is_set()

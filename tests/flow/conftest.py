"""One running system for the tests of a worker, and a browser at it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.flow.system import PASSWORD, PATIENCE, Agent, System

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """Every process of the demo, with an empty world."""
    # Not pytest's own folder: for root, the servers run as another user, who must get through.
    with tempfile.TemporaryDirectory(prefix="webcare-flow-") as made:
        Path(made).chmod(0o755)
        running = System(Path(made))
        try:
            running.ready()
            yield running
        finally:
            running.end()


@pytest.fixture
def agent(system: System) -> Agent:
    """Somebody signed in who answers without a browser."""
    agent = Agent(system)
    agent.sign_in()
    return agent


@pytest.fixture
def visit(browser: Browser, system: System) -> Iterator[Visit]:
    """Sign in as a person and open a page."""
    opened: list[Page] = []

    def go(path: str = "/inbox/", email: str = "farah@veldhuis.example") -> Page:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.append(page)
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{system.url}/account/login/?next={path}")
        page.fill("#id_login", email)
        page.fill("#id_password", PASSWORD)
        page.click(".form-acts button")
        page.wait_for_url(f"{system.url}{path}")
        return page

    yield go
    for page in opened:
        page.context.close()

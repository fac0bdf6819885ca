"""The brand's accounts in an empty sandbox, the SDKs that use them, and a webhook receiver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import tweepy

from sandbox.testing import Running
from tests.sandbox.clients import Control, Graph, Json, Receiver, x_client


@pytest.fixture
def control(sandbox: Running) -> Control:
    return Control(sandbox.url)


@pytest.fixture
def brand(control: Control) -> Json:
    """The brand on X."""
    return control.account("x")


@pytest.fixture
def x(control: Control, brand: Json) -> tweepy.Client:
    return x_client(control.url, brand)


@pytest.fixture
def page(control: Control) -> Json:
    return control.account("facebook")


@pytest.fixture
def graph(control: Control, page: Json) -> Graph:
    return Graph(control.url, page["credentials"]["access_token"])


@pytest.fixture
def instagram(control: Control, page: Json) -> Json:
    return control.account("instagram", page_id=page["id"])


@pytest.fixture
def number(control: Control) -> Json:
    """The brand on WhatsApp."""
    return control.account("whatsapp")


@pytest.fixture
def receiver(control: Control, brand: Json, page: Json, instagram: Json, number: Json) -> Iterator[Receiver]:
    """A webhook registered for everything."""
    made = Receiver()
    made.meta_secret, made.x_secret = page["credentials"]["app_secret"], brand["credentials"]["consumer_secret"]
    control.call("POST", "webhooks", {"product": "meta", "url": made.url, "verify_token": made.verify_token})
    control.call("POST", "webhooks", {"product": "x", "url": made.url})
    yield made
    for product in ("meta", "x"):
        control.call("DELETE", "webhooks", {"product": product})
    made.stop()

"""The seam: which addresses are called, and what a broken connection means."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from pytest_django import Settings
from urllib3.exceptions import MaxRetryError, SSLError

from channels.errors import ChannelError
from channels.http import PlatformSession, graph_session, unanswered, x_session

TOKEN = "EAAB-secret-token"  # noqa: S105


class Leads(BaseHTTPRequestHandler):
    """Leads elsewhere."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("location", "http://169.254.169.254/latest")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    serving = HTTPServer(("127.0.0.1", 0), Leads)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{serving.server_port}"
    settings.X_API_BASE = url
    yield url
    serving.shutdown()
    serving.server_close()
    thread.join()


@contextmanager
def silent_server() -> Iterator[str]:
    """Accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_the_sdks_origins_lead_to_the_configured_ones(settings: Settings) -> None:
    settings.X_API_BASE, settings.X_UPLOAD_BASE = "http://127.0.0.1:1", "http://127.0.0.1:2"
    settings.GRAPH_API_BASE = "http://127.0.0.1:3/"
    assert x_session().rebased("https://api.twitter.com/2/tweets?ids=1") == "http://127.0.0.1:1/2/tweets?ids=1"
    assert x_session().rebased("https://upload.twitter.com/1.1/x") == "http://127.0.0.1:2/1.1/x"
    assert graph_session().rebased("https://graph.facebook.com/v25.0/me") == "http://127.0.0.1:3/v25.0/me"
    assert (
        graph_session().rebased("https://graph.facebook.com.evil.example/me")
        == "https://graph.facebook.com.evil.example/me"
    )


def test_a_redirect_of_an_api_call_is_not_followed(server: str) -> None:
    assert x_session().get(f"{server}/away").status_code == 302


@pytest.mark.parametrize(("method", "unknown"), [("GET", False), ("POST", True), ("DELETE", True)])
def test_no_answer_in_time_is_unknown_only_for_writes(method: str, unknown: bool) -> None:
    with silent_server() as url, pytest.raises(ChannelError) as broken:
        PlatformSession({}, timeout=(1, 0.2)).request(method, f"{url}/?access_token={TOKEN}")
    assert (broken.value.unknown, broken.value.reason) == (unknown, "unreachable")
    assert TOKEN not in repr(broken.value) + str(broken.value.__cause__)
    assert broken.value.__suppress_context__


def test_a_refused_connection_and_an_unknown_host_never_left() -> None:
    for url in ("http://127.0.0.1:9/", "http://no-such-host.invalid/"):
        with pytest.raises(ChannelError) as broken:
            PlatformSession({}).post(url)
        assert not broken.value.unknown


def test_refused_certificate_never_left_but_broken_line_may() -> None:
    refused = MaxRetryError(None, "/", SSLError(ssl.SSLCertVerificationError()))  # type: ignore[arg-type]
    assert not unanswered(requests.exceptions.SSLError(refused), "POST", "h").unknown
    assert unanswered(requests.exceptions.SSLError(), "POST", "h").unknown
    assert unanswered(requests.exceptions.ChunkedEncodingError(), "POST", "h").unknown
    assert not unanswered(requests.exceptions.ConnectTimeout(), "POST", "h").unknown
    assert unanswered(requests.exceptions.InvalidURL(), "POST", "h").permanent

"""The seam: which addresses are called, what a broken connection means, and where files may come from."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

import pytest
import requests
from pytest_django import Settings
from urllib3.exceptions import MaxRetryError, SSLError

from channels.errors import ChannelError
from channels.http import PlatformSession, graph_session, is_media_address, open_media, unanswered, x_session

TOKEN = "EAAB-secret-token"  # noqa: S105


class Answers(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        kind = self.path.split("?")[0]
        if kind == "/away":
            self.send_response(302)
            self.send_header("location", "http://169.254.169.254/latest")
            self.end_headers()
            return
        if kind == "/round":
            self.send_response(302)
            self.send_header("location", "/round")
            self.end_headers()
            return
        self.send_response(404 if kind == "/gone" else 200)
        self.send_header("content-type", "image/png; charset=binary")
        self.end_headers()
        self.wfile.write(b"x" * (5000 if kind == "/large" else 10))

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    serving = HTTPServer(("127.0.0.1", 0), Answers)
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
def test_no_answer_in_time_is_unknown_only_where_something_was_to_change(method: str, unknown: bool) -> None:
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


def test_a_refused_certificate_never_left_and_a_broken_line_may_have() -> None:
    refused = MaxRetryError(None, "/", SSLError(ssl.SSLCertVerificationError()))  # type: ignore[arg-type]
    assert not unanswered(requests.exceptions.SSLError(refused), "POST", "h").unknown
    assert unanswered(requests.exceptions.SSLError(), "POST", "h").unknown
    assert unanswered(requests.exceptions.ChunkedEncodingError(), "POST", "h").unknown
    assert not unanswered(requests.exceptions.ConnectTimeout(), "POST", "h").unknown
    assert unanswered(requests.exceptions.InvalidURL(), "POST", "h").permanent


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://pbs.twimg.com/a.jpg", True),
        ("https://scontent-ams2-1.cdninstagram.com/a.jpg", True),
        ("https://lookaside.fbsbx.com/whatsapp", True),
        ("http://pbs.twimg.com/a.jpg", False),
        ("https://twimg.com.evil.example/a.jpg", False),
        ("https://eviltwimg.com/a.jpg", False),
        ("https://user@pbs.twimg.com/a.jpg", False),
        ("https://pbs.twimg.com:8443/a.jpg", False),
        ("https://pbs.twimg.com:port/a.jpg", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_files_come_from_the_platforms_hosts_only(url: str, allowed: bool) -> None:
    assert is_media_address(url) is allowed


def test_the_sandbox_is_a_media_host_in_demo_and_tests_only(server: str, settings: Settings) -> None:
    assert is_media_address(f"{server}/a.jpg")
    settings.TESTING = settings.DEMO = False
    assert not is_media_address(f"{server}/a.jpg")


def test_a_platform_host_that_leads_inside_is_refused() -> None:
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]
    with patch("channels.http.socket.getaddrinfo", return_value=inside), pytest.raises(ChannelError) as refused:
        open_media("https://pbs.twimg.com/a.jpg", max_bytes=100)
    assert refused.value.reason == "media_refused"


def test_a_file_is_downloaded(server: str) -> None:
    file, mime = open_media(f"{server}/small", max_bytes=100)
    with file:
        assert (file.read(), mime) == (b"x" * 10, "image/png")


@pytest.mark.parametrize(
    ("path", "reason", "permanent"),
    [
        ("/large", "media_refused", True),
        ("/away", "media_refused", True),
        ("/round", "media_refused", True),
        ("/gone", "message_gone", True),
    ],
)
def test_a_file_that_cannot_be_had_says_why(server: str, path: str, reason: str, permanent: bool) -> None:
    with pytest.raises(ChannelError) as refused:
        open_media(f"{server}{path}", max_bytes=100)
    assert (refused.value.reason, refused.value.permanent) == (reason, permanent)

"""Where files may come from, how the connection is made, and when it is cut."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import ascii_letters
from typing import Any
from unittest.mock import patch

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from requests import Request, Session
from urllib3.util import parse_url

from channels import downloads
from channels.downloads import is_media_address, is_public, open_media
from channels.errors import ChannelError
from channels.types import Attachment
from channels.x.connector import XConnector

HOST = "pbs.twimg.com"
OUTSIDE = "199.232.40.157"
ROOT = Path(__file__).parents[3]
_LENGTHS = {"/odd-length": "\u00b2", "/endless-length": "9" * 5000}


class Answers(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        kind = self.path.split("?")[0]
        targets = {"/away": "http://169.254.169.254/latest", "/round": "/round", "/beside": "http://127.0.0.1:9/a"}
        if kind in targets:
            self.send_response(302)
            self.send_header("location", targets[kind])
            self.end_headers()
            return
        if kind == "/slow-head":
            self._drip(b"HTTP/1.0 200 OK\r\nX-Long: " + b"x" * 200)
            return
        self.send_response(404 if kind == "/gone" else 200)
        self.send_header("content-type", "image/png; charset=binary")
        if kind in _LENGTHS:
            self.send_header("content-length", _LENGTHS[kind])
        self.end_headers()
        if kind == "/slow":
            self._drip(b"x" * 200)
            return
        said = f"{self.headers['host']} {self.headers['authorization']}".encode()
        self.wfile.write(said if kind == "/mirror" else b"x" * (5000 if kind == "/large" else 10))

    def _drip(self, content: bytes) -> None:
        for byte in content:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(0.1)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server(settings: Settings) -> Iterator[str]:
    """A sandbox that is set as one."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    serving.daemon_threads = True
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{serving.server_port}"
    settings.MEDIA_SANDBOX = url
    yield url
    serving.shutdown()
    serving.server_close()
    thread.join()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Write a certificate of its own making for a name, with its key; return their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    who, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    cert, secret = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert, secret


class Platform:
    """A TLS server as a platform's host, and the names looked up for it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.connected: list[str] = []
        self.names: list[str | None] = []
        self.answers = [OUTSIDE]


@pytest.fixture
def platform(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """Answers for HOST, with a certificate for the name in `request.param`."""
    cert, key = certificate(tmp_path, getattr(request, "param", HOST))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert))
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    serving.daemon_threads = True
    stands = Platform(serving.server_port)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.sni_callback = lambda sock, name, context: stands.names.append(name)
    serving.socket = context.wrap_socket(serving.socket, server_side=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    real = socket.create_connection

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        stands.asked.append(host)
        address = stands.answers.pop(0) if host == HOST else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: tuple[str, int], timeout: Any = None, *args: Any, **kwargs: Any) -> socket.socket:
        stands.connected.append(address[0])
        return real(("127.0.0.1", stands.port), timeout)

    with (
        patch("requests_hardened.ip_filter.socket.getaddrinfo", side_effect=look_up),
        patch("urllib3.connection.connection.create_connection", side_effect=connect),
    ):
        monkeypatch.setattr("socket.create_connection", real)
        yield stands
    serving.shutdown()
    serving.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://pbs.twimg.com/a.jpg", True),
        ("https://PBS.twimg.com:443/a.jpg?format=jpg&name=large", True),
        ("https://scontent-ams2-1.cdninstagram.com/a.jpg?_nc_ht=1&oh=00_A%20b", True),
        ("https://lookaside.fbsbx.com/whatsapp", True),
        ("http://pbs.twimg.com/a.jpg", False),
        ("https://twimg.com.evil.example/a.jpg", False),
        ("https://eviltwimg.com/a.jpg", False),
        ("https://evil.example\\x.facebook.com/", False),
        ("https://evil.example\\@x.facebook.com/", False),
        ("https://evil.example/\\x.facebook.com/", False),
        ("https://evil.example#.facebook.com/", False),
        ("https://evil.example?.facebook.com/", False),
        ("https://evil.example%2f.facebook.com/", False),
        ("https://evil.example%00.facebook.com/", False),
        ("https://evil.example;.facebook.com/", False),
        ("https://evil.example .facebook.com/", False),
        ("https://evil.example\t.facebook.com/", False),
        ("https://evil.example\n.facebook.com/", False),
        ("https://-.facebook.com/", False),
        ("https://..facebook.com/", False),
        ("https://.facebook.com/", False),
        ("https://facebook.com./", False),
        ("https://facebook。com/", False),
        ("https://pbs.twimg.cоm/", False),
        ("https://xn--evil.facebook.com/", False),
        ("https://pbs．twimg.com/", False),
        ("https://user@pbs.twimg.com/a.jpg", False),
        ("https://@pbs.twimg.com/a.jpg", False),
        ("https://pbs.twimg.com@evil.example/a.jpg", False),
        ("https://pbs.twimg.com:8443/a.jpg", False),
        ("https://pbs.twimg.com:99999/a.jpg", False),
        ("https://pbs.twimg.com:port/a.jpg", False),
        ("https://[::1].facebook.com/", False),
        ("https://169.254.169.254/latest", False),
        ("//pbs.twimg.com/a.jpg", False),
        ("https:/pbs.twimg.com/a.jpg", False),
        ("https:\\\\pbs.twimg.com/a.jpg", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_files_come_from_the_platforms_hosts_only(url: str, allowed: bool) -> None:
    assert is_media_address(url) is allowed


@given(
    st.text(max_size=12), st.sampled_from(["", "@", "\\", "/", "#", "?", ":", ".", "\\@", "%2f", "\t"]), st.booleans()
)
def test_no_reader_sees_another_host_in_an_allowed_one(odd: str, mark: str, first: bool) -> None:
    url = f"https://{odd}{mark}x.facebook.com/a" if first else f"https://x.facebook.com{mark}{odd}/a"
    if is_media_address(url):
        with Session() as session:
            seen = parse_url(session.prepare_request(Request("GET", url)).url or "").host or ""
        assert seen == "facebook.com" or seen.endswith(".facebook.com")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (OUTSIDE, True),
        ("2a03:2880:f12d:83:face:b00c:0:25de", True),
        *(
            (address, False)
            for address in ("10.0.0.5", "0.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254")
        ),
        *(
            (address, False)
            for address in ("100.64.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1")
        ),
        *(
            (address, False)
            for address in ("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1")
        ),
        *((address, False) for address in ("fec0::1", "ff02::1", "::ffff:8.8.8.8", "::ffff:10.0.0.1", "::8.8.8.8")),
        *((address, False) for address in ("64:ff9b::808:808", "64:ff9b:1::1", "2002:808:808::1", "2001:0:808:808::1")),
        *((address, False) for address in ("2001:db8::1", "3fff::1", "5f00::1", "100::1", "[::1]", "::ffff:0:808:808")),
    ],
)
def test_an_address_of_a_network_of_ours_is_not_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("inside", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "fec0::1", "::ffff:10.0.0.1"])
def test_a_platform_host_that_leads_inside_is_refused(platform: Platform, inside: str) -> None:
    platform.answers = [inside]
    with pytest.raises(ChannelError) as refused:
        open_media(f"https://{HOST}/a.jpg", max_bytes=100)
    assert (refused.value.reason, platform.connected) == ("media_refused", [])


def test_the_checked_address_is_the_one_connected_to(platform: Platform) -> None:
    platform.answers = [OUTSIDE, "10.0.0.5"]  # a second look-up would lead inside
    file, _ = open_media(f"https://{HOST}/mirror", max_bytes=100)
    with file:
        assert file.read().split()[0] == HOST.encode()
    assert (platform.connected, platform.names) == ([OUTSIDE], [HOST])
    assert platform.asked.count(HOST) == 1


@pytest.mark.parametrize("platform", ["evil.example"], indirect=True)
def test_a_certificate_for_another_name_is_refused(platform: Platform) -> None:
    with pytest.raises(ChannelError) as refused:
        open_media(f"https://{HOST}/a.jpg", max_bytes=100)
    assert refused.value.reason == "unreachable"


def test_the_sandbox_is_a_media_host_only_where_it_is_set(server: str, settings: Settings) -> None:
    assert is_media_address(f"{server}/a.jpg")
    assert not is_media_address(f"{server}0/a.jpg")
    settings.MEDIA_SANDBOX, settings.X_API_BASE, settings.DEMO = "", server, True
    assert not is_media_address(f"{server}/a.jpg")


def test_settings_refuse_a_sandbox_outside_the_demo() -> None:
    named = ("WEBCARE_TESTING", "WEBCARE_DEMO")
    rest = {name: value for name, value in os.environ.items() if name not in named}
    key = "ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMhISE="
    environment = {**rest, "MEDIA_SANDBOX": "http://10.0.0.5", "SECRET_KEY": ascii_letters, "CREDENTIAL_KEYS": key}
    command = [sys.executable, "-c", "import webcare.settings"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "MEDIA_SANDBOX is for the demo only" in ended.stderr


def test_a_file_is_downloaded(server: str) -> None:
    file, mime = open_media(f"{server}/small", max_bytes=100)
    with file:
        assert (file.read(), mime) == (b"x" * 10, "image/png")


def test_a_length_that_is_no_number_is_passed_over(server: str) -> None:
    file, _mime = open_media(f"{server}/odd-length", max_bytes=100)
    with file:
        assert file.read() == b"x" * 10


@pytest.mark.parametrize(
    ("path", "reason", "permanent"),
    [
        ("/large", "media_refused", True),
        ("/endless-length", "media_refused", True),
        ("/away", "media_refused", True),
        ("/beside", "media_refused", True),
        ("/round", "media_refused", True),
        ("/gone", "message_gone", True),
    ],
)
def test_a_file_that_cannot_be_had_says_why(server: str, path: str, reason: str, permanent: bool) -> None:
    with pytest.raises(ChannelError) as refused:
        open_media(f"{server}{path}", max_bytes=100)
    assert (refused.value.reason, refused.value.permanent) == (reason, permanent)


@pytest.mark.parametrize("path", ["/slow", "/slow-head"])
def test_a_file_that_drips_is_cut(server: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_SECONDS", 0.5)
    with pytest.raises(ChannelError, match="too long") as refused:
        open_media(f"{server}{path}", max_bytes=1000)
    assert not refused.value.permanent


@pytest.mark.parametrize(
    ("url", "signed"),
    [("https://ton.twitter.com/a", True), ("https://pbs.twimg.com/a", False), ("https://x.fbcdn.net/a", False)],
)
def test_the_accounts_signature_goes_to_x_only(url: str, signed: bool) -> None:
    keys = dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "1-k")
    connector = XConnector(external_id="1", handle="v", credentials=keys)
    with (
        patch("channels.x.connector.open_media", side_effect=ChannelError("no")) as opened,
        pytest.raises(ChannelError),
    ):
        connector.open_attachment(Attachment("image", url=url))
    connector.close()
    assert (opened.call_args.kwargs["auth"] is not None) is signed

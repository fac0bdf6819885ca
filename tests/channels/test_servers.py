"""Addresses of servers that admins type: read as people write them, and never inside our own network."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from channels.errors import ChannelError
from channels.servers import MOST_BYTES, ServerSession, origin_of
from sandbox.testing import Running


@pytest.mark.parametrize(
    "typed",
    [
        "mastodon.nl",
        "https://mastodon.nl",
        " https://Mastodon.nl/ ",
        "mastodon.nl/@gemeente",
        "https://mastodon.nl:443",
    ],
)
def test_a_server_is_typed_as_people_write_it(typed: str) -> None:
    assert origin_of(typed) == "https://mastodon.nl"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "mastodon", "localhost", "127.0.0.1", "https://[::1]", "http://mastodon.nl", "https://a@mastodon.nl"),
        *("https://mastodon.nl:8443", "ftp://mastodon.nl", "https://masto don.nl", "https://10.0.0.1/", "2130706433"),
        *("https://mastodon.nl:x", "-a.nl", "a" * 300 + ".nl", "http://127.0.0.1:9"),
    ],
)
def test_what_is_no_server_is_refused(typed: str) -> None:
    with pytest.raises(ChannelError) as failure:
        origin_of(typed)
    assert (failure.value.permanent, failure.value.reason) == (True, "site_address")


def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: found)
    with ServerSession("https://binnen.example") as session, pytest.raises(ChannelError) as failure:
        session.request("GET", "https://binnen.example/api/v2/instance")
    assert failure.value.permanent and not failure.value.unknown


def test_an_sdk_reaches_its_own_server_only() -> None:
    with ServerSession("https://mastodon.nl") as session, pytest.raises(ChannelError):
        session.request("GET", "https://mastodon.nl.elders.example/api/v2/instance")


def test_an_answer_without_end_is_left(platforms: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.servers.MOST_BYTES", 10)
    with ServerSession(origin_of(platforms.url)) as session, pytest.raises(ChannelError) as failure:
        session.request("GET", f"{platforms.url}/api/v2/instance")
    assert failure.value.reason == "unreachable"
    assert MOST_BYTES > 10


def test_the_sandbox_is_a_server_where_it_is_set(platforms: Running, settings: Settings) -> None:
    assert origin_of(f"{platforms.url}/") == platforms.url
    settings.MEDIA_SANDBOX = ""
    with pytest.raises(ChannelError):
        origin_of(platforms.url)

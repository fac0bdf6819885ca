"""Each Mastodon server has limits of its own: asked when an account is connected, and looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.intake import checkups
from channels.mastodon.connector import MastodonConnector
from channels.mastodon.limits import limits_of
from channels.models import Account
from channels.types import Route
from tests.support.sandbox_accounts import connect, control

if TYPE_CHECKING:
    from sandbox.testing import Running

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def told(**configuration: Any) -> dict[str, Any]:
    return {"configuration": configuration}


@pytest.mark.django_db
def test_an_account_writes_as_long_as_its_server_lets_it(platforms: Running) -> None:
    control(platforms, "POST", "/control/settings", mastodon_limit=5000)
    try:
        account = connect(platforms, "mastodon")
        assert account.capabilities.routes[Route.POST].limit == 5000
        assert account.capabilities.routes[Route.PUBLIC_REPLY].limit == 5000 - 32
        assert Account.objects.only("platform").get().capabilities.routes[Route.POST].limit == 500
        control(platforms, "POST", "/control/settings", mastodon_limit=800)
        checkups.check_account(account.pk)
        assert Account.objects.get().capabilities.routes[Route.POST].limit == 800
    finally:
        control(platforms, "POST", "/control/settings", mastodon_limit=500)


def test_what_a_server_takes_is_what_can_be_sent() -> None:
    media = {"supported_mime_types": ["image/png", "audio/ogg"], "image_size_limit": 2_000_000, "video_size_limit": -1}
    statuses = {"max_characters": 10**9, "max_media_attachments": 2}
    known = limits_of(told(statuses=statuses, media_attachments=media))
    rules = MastodonConnector.capabilities_with(known).routes[Route.POST]
    assert (rules.limit, rules.max_files, rules.file_kinds) == (20_000, 2, ("image",))
    assert rules.takes("image", "image/png") and not rules.takes("image", "image/jpeg")
    assert rules.most_bytes("image", "image/png") == 2_000_000


@given(
    _JSON
    | st.fixed_dictionaries({"configuration": st.fixed_dictionaries({"statuses": _JSON, "media_attachments": _JSON})})
)
def test_whatever_a_server_says_answers_can_be_written(said: Any) -> None:
    rules = MastodonConnector.capabilities_with(limits_of(said)).routes[Route.PUBLIC_REPLY]
    assert rules.limit >= 68 and 0 <= rules.max_files <= 4

"""A customer's question on each channel that is asked, in the sandbox, and what of our answer arrived there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from channels.models import Account
from channels.types import Route
from tests.support.chat import Visitor, make_chat
from tests.support.mail import connect_mailbox, letters, write_mail
from tests.support.sandbox_accounts import connect, said, say
from tests.support.workers import poll

if TYPE_CHECKING:
    from sandbox.testing import Running

ANSWER = "Die komt morgen."
ASKED = ("email", "livechat", "youtube", "bluesky", "mastodon")


class Talk(NamedTuple):
    """A customer's question on a channel, and how often our answer stands there."""

    account: Account
    stream: str
    route: Route
    arrived: Callable[[], int]


def begin(sandbox: Running, platform: str) -> Talk:
    """Connect an account and let a customer ask something."""
    if platform == "email":
        account = connect_mailbox(sandbox)
        poll(account, "inbox")
        write_mail(sandbox, "Waar blijft mijn bank?")
        return Talk(account, "inbox", Route.PRIVATE_MESSAGE, lambda: len(letters(sandbox, "noor@post.example")))
    if platform == "livechat":
        visitor = Visitor(make_chat())
        visitor.write("Waar blijft mijn bank?")
        ours = lambda: sum(one["ours"] for one in visitor.messages())  # noqa: E731
        return Talk(visitor.account, "messages", Route.PRIVATE_MESSAGE, ours)
    name = "veldhuis.bsky.example" if platform == "bluesky" else "veldhuis"
    account = connect(sandbox, platform, username=name)
    if platform == "youtube":
        say(sandbox, platform, "upload", name, "Onze winkel")
        say(sandbox, platform, "comment", "karin", "Waar blijft mijn bank?")
    else:
        say(sandbox, platform, "post", "karin", f"@{name} waar blijft mijn bank?")

    def arrived() -> int:
        return sum(ANSWER in str(one["text"]) for one in said(sandbox, platform=platform) if one["by_brand"])

    return Talk(account, "comments" if platform == "youtube" else "notifications", Route.PUBLIC_REPLY, arrived)

"""A page that somebody found themselves becomes work, as a post that a query found does."""

from __future__ import annotations

from inbox.models import Conversation, User
from monitoring.feeds import html, web
from monitoring.hits.models import WEB, Post
from monitoring.hits.taking_up import take_up, take_up_link


def title_at(url: str) -> str:
    """Return what a page calls itself; "" where it cannot be read or does not say."""
    try:
        answer = web.read_now(url)
    except web.CannotRead:
        return ""
    return html.page_title(answer.body.decode("utf-8", "replace"))


def take_up_address(url: str, title: str, by: User) -> Conversation | None:
    """Make a conversation of what stands at an address. What a feed brought from there is taken up as it is.

    Without a title the page is asked for it; None where it does not tell. Raises CannotTakeUp.
    """
    external_id = web.name_of(url)
    known = Post.objects.found_for(by).filter(source=WEB, external_id=external_id).first()
    if known is not None:
        return take_up(known, by)
    title = title or title_at(url)
    return take_up_link(external_id, url, title, by) if title else None

"""Posts of our own: a full month, and one post in each state that wants something of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from channels.models import Account
from inbox.models import Message
from inbox.outbox import posts
from publishing.models import Part, Post
from tests.screenshots.scenes import Scene
from tests.screenshots.world import ARABIC, World

WORDS = (
    "De nieuwe collectie staat in de winkel. Kom zaterdag kijken, de koffie staat klaar.",
    ARABIC,
    "🎉🛋️ " * 20,
    "Onwaarschijnlijklangwoordzonderspatieomtekijkenofhetafbreekt" * 2,
    "Kort",
)


def no_posts() -> Iterator[Scene]:
    """Let accounts publish, and show pages without any post."""
    Account.objects.filter(platform__in=["x", "facebook"], paused_at=None).update(mode="publish")
    yield Scene("posts-empty", "/publishing/")
    yield Scene("posts-month-empty", "/publishing/calendar/")


def planned(world: World, now: datetime) -> Iterator[Scene]:
    """Plan posts, then show their pages."""
    x, page = (Account.objects.get(pk=world.accounts[name].pk) for name in ("x", "facebook"))
    states = list(Post.State)
    for number in range(60):
        at = now + timedelta(hours=7 * number)
        _post(world, WORDS[number % len(WORDS)], at, states[number % len(states)], x, *([page] * (number % 2)))
    asked = _post(world, WORDS[0], now + timedelta(hours=3), Post.State.ASKED, x, page)
    stuck = _post(world, WORDS[0], now + timedelta(hours=4), Post.State.PLANNED, x, page)
    for state in ("sending", "failed"):
        Message.objects.filter(planned_post__post=stuck, account=x).update(state=state, error_reason="duplicate_text")
    yield Scene("posts", "/publishing/")
    yield Scene("posts-nothing", "/publishing/?status=held")
    yield Scene("posts-month", "/publishing/calendar/", whole=True)
    yield Scene("posts-week", "/publishing/calendar/?view=week")
    yield Scene("post-new", "/publishing/new/?on=2026-03-20")
    yield Scene("post-edit", f"/publishing/{asked.code}/edit/", whole=True)
    yield Scene("post-asked", f"/publishing/{asked.code}/", "lead")
    yield Scene("post-failed", f"/publishing/{stuck.code}/")


def _post(world: World, text: str, at: datetime, state: str, *accounts: Account) -> Post:
    post = Post.objects.create(text=text, at=at, state=state, author=world.agent)
    for account in accounts:
        row = posts.queue(account, world.agent, text, at) if state == Post.State.PLANNED else None
        Part.objects.create(post=post, account=account, message=row)
    return post

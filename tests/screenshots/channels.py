"""Mail, Mastodon and chat as they are read and connected, and the assistant beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.cache import cache
from playwright.sync_api import Page

from assist.server import servers
from assist.server.models import Help
from assist.translating.models import Translation
from channels.models import Account
from channels.types import Attachment, Shown, ShownKind
from inbox.models import Conversation, Message
from inbox.outbox import drafts
from tests import factories
from tests.screenshots.scenes import Scene
from tests.screenshots.world import ARABIC, LETTER, LONG_NAME, World

OLDER = "Op 12-03-2026 om 9:14 schreef Veldhuis Wonen:\n\nDag Karin, hij komt donderdag.\n\n> Waar blijft mijn kast?"


def channels(world: World, now: datetime) -> Iterator[Scene]:
    """Make a talk by mail and one on Mastodon, and name what to look at."""
    mailbox = factories.make_account("email", name="Veldhuis Wonen", handle="info@veldhuis.example")
    mastodon = factories.make_account("mastodon", name="Veldhuis Wonen", handle="veldhuis@sociaal.example")
    mail, asked = _mails(mailbox, now), _on_mastodon(mastodon, now)
    yield Scene("thread-mail", mail.get_absolute_url())
    yield Scene("thread-mastodon", asked.get_absolute_url())
    yield Scene("list-mail", f"/inbox/?account={mailbox.code}")
    yield Scene("search-subject", "/inbox/search/?q=bezorging")
    yield Scene("thread-mastodon-more", asked.get_absolute_url(), act=_more)
    for platform in ("email", "mastodon"):
        yield Scene(f"sign-in-{platform}", f"/accounts/sign-in/{platform}/", "admin")
        yield Scene(f"connect-{platform}", f"/accounts/add/{platform}/", "admin", whole=True)
    yield Scene("apps", "/accounts/apps/", "admin", whole=True)
    yield from _assisted(world, asked)


def _mails(mailbox: Account, now: datetime) -> Conversation:
    who = factories.author("Karin de Vries", external_id="karin@post.example", handle="karin@post.example")
    fields = {"kind": "dm", "visibility": "private", "author": who}
    subject = "Re: Klacht over de bezorging van mijn kast, bestelling VH-99123, en over de factuur die ik daarvan kreeg"
    shown = (Shown(ShownKind.SUBJECT, title=subject), Shown(ShownKind.QUOTED, words=OLDER))
    files = (Attachment("file", external_id="1", filename="factuur-2026-00123.pdf", size=182_000),)
    factories.make_inbound(mailbox, LETTER[:600], sent_at=now - timedelta(hours=2), shown=shown, **fields)
    words = "Hierbij de factuur.\n\nMet vriendelijke groet,\nKarin de Vries"
    found = factories.make_inbound(
        mailbox, words, sent_at=now - timedelta(minutes=9), shown=shown[:1], attachments=files, **fields
    ).conversation
    assert found is not None
    return found


def _on_mastodon(account: Account, now: datetime) -> Conversation:
    who = factories.author(LONG_NAME, external_id="noor@elders.example", handle="noor@elders.example")
    text = "@veldhuis, @bo@elders.example en @veldhuis@sociaal.example: kann ich den Schrank auch in Grün bestellen?"
    found = factories.make_inbound(account, text, sent_at=now - timedelta(minutes=5), author=who).conversation
    assert found is not None
    factories.make_inbound(account, ARABIC, sent_at=now - timedelta(minutes=4), author=who)
    return found


def _assisted(world: World, talk: Conversation) -> Iterator[Scene]:
    cache.clear()
    servers.save(world.admin, address="https://llm.veldhuis.example/v1", model="llama", key="k", helps=Help.values)
    first, _second = Message.objects.filter(conversation=talk).order_by("sent_at")
    Message.objects.filter(pk=first.pk).update(language="de")
    Conversation.objects.filter(pk=talk.pk).update(language="de")
    Translation.objects.create(
        message=first, language=world.agent.language, has_gaps=True, by=world.agent,
        text="@veldhuis, @bo@elders.example en @veldhuis@sociaal.example: kan ik de kast ook in groen bestellen?",
    )  # fmt: skip
    drafts.save_draft(talk, world.agent, tab="public", text="Guten Tag, ja, er ist auch in Grün da.", helped=True)
    yield Scene("assist", "/assist/", "admin", whole=True)
    yield Scene("thread-translated", talk.get_absolute_url())


def _more(page: Page) -> None:
    more = page.locator("[popovertarget^=more-] >> visible=true")
    if more.count():  # on a phone; where there is room they stand beside the name
        more.first.click()
    else:
        page.locator(".msg-in").first.hover()

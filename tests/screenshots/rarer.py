"""States that change what other pictures show, and so come last: a template, an approval, a block, a lost account."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, expect

from channels.accounts import connecting, templates
from channels.models import Account
from channels.types import Attachment, Route, Shown, ShownKind, Template, TemplateButton, TemplateGap
from inbox.models import Block, Conversation, Event, Message
from inbox.outbox import approval_link, drafts, queue
from inbox.team import organisation
from inbox.triage import escalation
from tests import factories
from tests.screenshots.scenes import Scene, keys
from tests.screenshots.world import LONG_NAME, World

SLOT = Template(
    "delivery_slot",
    "nl",
    "Dag {{first_name}}, we bezorgen op {{day}}. Komt dat uit?",
    category="utility",
    header="Je kast komt eraan",
    footer="Dit is een bericht van onze klantenservice.",
    buttons=(TemplateButton("quick_reply", "Dat komt uit"), TemplateButton("quick_reply", "Andere dag graag")),
    gaps=(TemplateGap("body", "first_name", "Sanne"), TemplateGap("body", "day", "dinsdag 12 mei")),
    named=True,
)
SALE = replace(SLOT, name="nieuwe_collectie_najaar", category="marketing", header="", buttons=(), footer="")


def rarer(world: World, now: datetime) -> Iterator[Scene]:
    """Make each of them, and name what to look at."""
    whatsapp, x = world.accounts["whatsapp"], world.accounts["x"]
    templates.replace_templates(whatsapp, [SLOT, SALE])
    private = {"kind": "dm", "visibility": "private", "sent_at": now - timedelta(days=2)}
    shut = _talk(whatsapp, "Wanneer wordt mijn tafel bezorgd?", "Karin Bos", handle="", **private)
    blocked = _talk(world.accounts["facebook"], "Ik weet jullie te vinden.", LONG_NAME)
    Block.objects.create(account=blocked.account, identity=blocked.identity, by=world.lead, reason="threat", at=now)
    asked = _talk(x, "Hoe ziet die kast er in het groen uit?", "Noor Bakker")
    _await_approval(world, asked)
    gone = factories.make_account("instagram", name="Veldhuis Outlet", handle="veldhuis.outlet")
    left = _talk(gone, "Is de outlet zondag open?", "Ravi Ramdin")
    connecting.remove(gone, by=world.admin)
    photo = {"kind": "dm", "visibility": "private", "attachments": (Attachment("image", text="Kapotte poot"),)}
    wordless = _talk(whatsapp, "", "Ahmet Yildirim", handle="", **photo)
    fields = {"kind": "dm", "visibility": "private", "shown": (Shown(ShownKind.CALL, words="reject"),)}
    _talk(whatsapp, "", "Noor Vermeer", handle="", **fields)
    _talk(whatsapp, "", "Joke Terpstra", handle="", **fields | {"shown": (Shown(ShownKind.FORWARDED),)})
    back = _talk(x, "Kan ik mijn tafel nog ruilen?", "Fenna de Wit", sent_at=now - timedelta(minutes=2))
    Event.note("taken_back", actor=world.lead, conversation=back)
    at = {
        "taken-back": back,
        "wordless": wordless,
        "blocked": blocked,
        "approval": asked,
        "removed": left,
        "template": shut,
    }
    for name, talk in at.items():
        yield Scene(f"thread-{name}", talk.get_absolute_url())
    yield Scene("template-filled", shut.get_absolute_url(), act=_fill_in)
    yield Scene("thread-approval-lead", asked.get_absolute_url(), "lead")
    yield Scene("approval-by-link-files", _link_to(asked, world), "", whole=True)
    yield from _second_person(world, private)
    yield Scene("list-removed", "/inbox/?queue=removed")
    yield Scene("emoji", world.talks["karin"].get_absolute_url(), act=keys("r", "Alt+j", wait=".emoji-row"))
    yield Scene("overtaken", world.talks["karin"].get_absolute_url(), act=_answer_too_late)

    def begin(page: Page) -> None:
        world.agent.first_steps_from = now
        world.agent.save(update_fields=["first_steps_from"])
        page.reload()

    yield Scene("first-steps", "/inbox/", act=begin)


def _talk(account: Account, text: str, name: str, *, handle: str | None = None, **fields: Any) -> Conversation:
    who = factories.author(name, handle=name.split()[0].lower() if handle is None else handle)
    found = factories.make_inbound(account, text, author=who, **fields).conversation
    assert found is not None
    return found


def _second_person(world: World, private: dict[str, Any]) -> Iterator[Scene]:
    """What a colleague is asked in doubt, and what somebody looks at before it leaves."""
    x, whatsapp = world.accounts["x"], world.accounts["whatsapp"]
    doubt = _talk(whatsapp, "€ 389, dus boven de 250. Toch terugbetalen?", "Peter van der Linden", handle="", **private)
    drafts.save_draft(doubt, world.agent, tab="private", text="Dag Peter, we betalen het terug.")
    trainees, question = _in_training(x), _in_doubt(world, whatsapp, private)
    link = approval_link.make(Message.objects.get(author__role="trainee"), world.lead, "Iris Hofman")
    yield Scene("thread-approval-words", trainees.get_absolute_url())
    yield Scene("thread-approval-words-lead", trainees.get_absolute_url(), "lead", act=_change)
    yield Scene("approval-by-link", f"/approve/{approval_link.token_of(link)}/", "", whole=True)
    yield Scene("approval-links", f"/inbox/messages/{link.approval.message.code}/links/", "lead")
    yield Scene("thread-question", question.get_absolute_url())
    yield Scene("thread-question-lead", question.get_absolute_url(), "lead")
    yield Scene("list-asked", "/inbox/?queue=asked", "lead")
    yield Scene("menu-ask", doubt.get_absolute_url(), act=keys("q", wait=".ask textarea"))


def _in_doubt(world: World, account: Account, fields: dict[str, Any]) -> Conversation:
    doubt = _talk(account, "Mag ik hem zonder bon ruilen?", "Ilse Kramer", handle="", **fields)
    escalation.ask(doubt, "Zonder bon, maar wel klant sinds 2019. Mag dat?", to=world.lead, by=world.agent)
    return doubt


def _in_training(account: Account) -> Conversation:
    organisation.change(factories.make_user("admin"), approval_minutes=15, approval_fallback="return")
    talk = _talk(account, "Is deze lamp ook in het zwart?", "Yasmina El Idrissi")
    newest = Message.objects.filter(conversation=talk).latest("pk")
    text = "Hoi Yasmina! De zwarte Bol-lamp is helaas even uitverkocht maar komt in december terug. Bel 06-12345678."
    trainee = factories.make_user("trainee", first_name="Mila", last_name="de Boer")
    queue.queue_reply(
        talk, trainee, text=text, route=Route.PUBLIC_REPLY, reply_to=newest, seen_message_id=newest.pk
    )  # fmt: skip
    return talk


def _change(page: Page) -> None:
    page.locator(".approve-edit summary").click()
    page.locator(".approve-edit textarea").fill(
        "Hoi Yasmina! De zwarte Bol-lamp is op dit moment uitverkocht. We verwachten hem in december. Bel 06-12345678."
    )
    expect(page.locator(".difference ins").first).to_be_visible()


def _await_approval(world: World, asked: Conversation) -> None:
    organisation.change(world.admin, approves_pictures=True)
    newest = Message.objects.filter(conversation=asked).latest("pk")
    queue.queue_reply(
        asked, world.lead, text="Zo staat hij in de winkel in Utrecht.", route=Route.PUBLIC_REPLY, reply_to=newest,
        seen_message_id=newest.pk, files=[SimpleUploadedFile("groen.png", _green(), "image/png")],
        alt_texts=["Een groene kast tegen een witte muur"],
    )  # fmt: skip


def _link_to(asked: Conversation, world: World) -> str:
    link = approval_link.make(Message.objects.get(conversation=asked, state="approval"), world.admin, "Iris Hofman")
    return f"/approve/{approval_link.token_of(link)}/"


def _fill_in(page: Page) -> None:
    page.locator(".template-option").first.click()
    page.fill('[name="gap-body.first_name"]', "Karin")
    expect(page.locator("#template-preview")).to_contain_text("Dag Karin")


def _answer_too_late(page: Page) -> None:
    page.evaluate("document.querySelector('#composer [name=seen]').value = 0")
    page.fill("#reply", "We zoeken het uit.")
    page.locator("[data-send]").click()
    expect(page.locator(".overtaken")).to_be_visible()


def _green(width: int = 480, height: int = 270) -> bytes:
    """A picture: one colour, as PNG."""
    rows = (b"\x00" + b"\x5a\x8a\x6a" * width) * height
    parts = (
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

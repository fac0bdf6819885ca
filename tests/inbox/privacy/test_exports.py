"""What a person is handed who asks what is held of them."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from api.webhooks.models import Endpoint, Telling
from assist.translating.models import Translation
from channels.models import ChatVisitor
from inbox.models import Conversation, Event, Message, PersonExport
from inbox.privacy import exports
from tests import factories
from tests.support.chat import Visitor, make_chat, take_in
from tests.support.pages import signed_in
from tests.support.planted import PICTURE, WORDS, plant

pytestmark = pytest.mark.django_db


def test_everything_of_a_person_is_in_their_file() -> None:
    planted = plant()
    other = factories.make_inbound(planted.public.account, "Van een ander: snijbonen", author=factories.author("Koos"))
    admin, colleague = factories.make_user("admin"), factories.make_user("admin")
    page = signed_in(admin)
    her = reverse("privacy_person", args=[planted.contact.code])
    assert her in page.get(reverse("privacy"), {"q": "zeldenthuis"}).content.decode()
    said = {"known": "wrote", "language": "nl", "with_notes": "on"}
    page.post(reverse("export_ask", args=[planted.contact.code]), said)
    exports.make_due()
    row = PersonExport.objects.get()
    address = reverse("export_fetch", args=[row.code])
    assert address in page.get(her).content.decode()
    answer = page.get(address)
    archive = ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # a file
    html, data = archive.read("inzage.html").decode(), archive.read("data.json").decode()
    assert [name for name, word in WORDS.items() if word not in data] == []
    assert [name for name, word in WORDS.items() if word not in html] == ["raw"]
    (talk, _other) = sorted(json.loads(data)["conversations"], key=lambda talk: not talk["public"])
    assert [label["name"] for label in talk["labels"]] == ["Piepende bank"]
    assert any("wrote a note" in line["what"] or "notitie" in line["what"] for line in talk["log"])
    (picture,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(picture) == PICTURE
    assert picture in html
    # Of colleagues a name and nothing else; of other customers nothing.
    assert "Farah Bensaïd" in html
    for word in ("geheim.adres", "snijbonen", other.external_id or ""):
        assert word not in html + data
    assert signed_in(colleague).get(address).status_code == 404
    assert set(Event.objects.filter(verb__startswith="export_").values_list("verb", "actor")) == {
        ("export_asked", admin.pk), ("export_fetched", admin.pk),
    }  # fmt: skip
    with time_machine.travel(timezone.now() + exports.KEPT):
        exports.forget_old()
        assert signed_in(admin).get(address).status_code == 404
    assert not default_storage.exists(row.path)


def test_command_writes_it_in_english_without_notes(tmp_path: Path) -> None:
    planted, to = plant(), tmp_path / "her.zip"
    call_command("export_person", str(planted.contact.code), "--to", str(to), "--language", "en", "--without-notes")
    with ZipFile(to) as archive:
        html = archive.read("access.html").decode()
    assert WORDS["private text"] in html
    assert "What we hold of you" in html
    assert [word for word in ("note", "note about her", "handover") if WORDS[word] in html] == []
    assert list(tmp_path.iterdir()) == [to]


def test_a_search_with_a_nul_finds_nobody() -> None:
    page = signed_in(factories.make_user("admin"))
    assert page.get(reverse("privacy"), {"q": "mina\x00"}).status_code == 200


def test_file_says_what_else_is_known_made_and_passed_on(tmp_path: Path) -> None:
    visitor = Visitor(make_chat())
    visitor.write("Wanneer komt mijn kast?", name="Mina", email="mina@elders.example")
    take_in(visitor.account)
    message = Message.objects.get(direction="inbound")
    assert message.conversation is not None and message.identity is not None
    ChatVisitor.objects.update(user_id="klant-1207", email="mina@elders.example")
    Translation.objects.create(message=message, language="en", text="When does my cupboard come?")
    _tell(message.conversation, "crm.elders.example", with_words=True, n=2)
    _tell(message.conversation, "stil.elders.example", with_words=False, n=1)
    call_command("export_person", str(message.identity.contact.code), "--to", str(tmp_path / "p.zip"), language="nl")
    html = ZipFile(tmp_path / "p.zip").read("inzage.html").decode()
    for said in (
        "klant-1207", "<small>E-mail:</small> mina@elders.example", "When does my cupboard come?",
        "crm.elders.example: 2 gebeurtenissen in gesprekken met jou, met je naam en woorden",
        "stil.elders.example: 1 gebeurtenis in een gesprek met jou, zonder naam en woorden",
    ):  # fmt: skip
        assert said in html, said


def _tell(conversation: Conversation, host: str, *, with_words: bool, n: int) -> None:
    endpoint = Endpoint.objects.create(
        name=host, host=host, kinds=["message.received"], with_words=with_words, sealed_url="-", sealed_secret="-"
    )
    for _turn in range(n):
        Telling.objects.create(
            endpoint=endpoint, kind="message.received", conversation=conversation, state="done", tried_at=timezone.now()
        )

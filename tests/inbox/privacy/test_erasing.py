"""After an erasure nothing of the person is left: not in the database, Redis, files or logs, and nothing comes back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone

from channels.models import Account, Delivery, UnreadItem
from channels.types import Author
from inbox.ingest.receive import receive
from inbox.models import (
    Approval,
    ApprovalLink,
    Contact,
    Conversation,
    Erasure,
    Event,
    Guideline,
    GuidelineVersion,
    Identity,
    Message,
    Notification,
    PracticeCase,
    PracticeRound,
    RawPayload,
    SavedView,
)
from inbox.privacy import erasing, exports, sweeping
from inbox.privacy.person import Person
from inbox.privacy.traces import Traces, phrases_of
from inbox.triage import assignment
from reports.figures import values_of
from reports.scope import scope_of
from tests import factories
from tests.environment import SERVICES
from tests.support.pages import signed_in
from tests.support.planted import HANDLE, NAME, PICTURE, WA_ID, WORDS, X_ID, Planted, plant, write_again
from webcare.embedded.postgres import Postgres

SAID = f"Mijn {WORDS['public text']} en niemand belt terug"


@pytest.mark.django_db(transaction=True)
def test_nothing_of_an_erased_person_is_left_anywhere(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    planted, admin = plant(), factories.make_user("admin")
    other = _around(planted)
    exports.ask(planted.contact, admin, known="wrote", language="nl", with_notes=True)
    exports.make_due()
    before = _figures()
    assert set(_found_in(_dumped(tmp_path))) == set(WORDS)
    assert _found_in(_media())

    said = StringIO()
    call_command("erase_person", str(planted.contact.code), "--reason", f"{NAME} vroeg erom", stdout=said)

    assert _found_in(_dumped(tmp_path)) == []
    assert _found_in(_media() + _redis() + caplog.text.encode() + said.getvalue().encode()) == []
    assert PICTURE not in _media()
    assert _figures() == before
    row = Erasure.objects.get()
    assert row.number in said.getvalue() and "\nconversations 2\n" in said.getvalue()
    assert (row.sealed, row.reason) == ("", "[…] vroeg erom")
    # What others have is theirs still, but for what names her.
    other.refresh_from_db()
    assert other.text == "Zelfde klacht als @[…]: de bank."
    bodies = [json.loads(bytes(body)) for body in Delivery.objects.order_by("pk").values_list("body", flat=True)]
    assert [[tweet["id_str"] for tweet in body["tweet_create_events"]] for body in bodies] == [["2"], []]
    # Done again, it finds nothing to do.
    assert erasing.go_on(row.pk).counts == row.counts


def _around(planted: Planted) -> Message:
    """Have others name and quote her, and her messages stand in everything that is kept."""
    account, agent = planted.public.account, planted.agent
    hers = {"id_str": "1", "text": SAID, "user": {"id_str": X_ID, "name": NAME}}
    for status, tweets in (("read", [hers, {"id_str": "2", "text": "Van een ander"}]), ("waiting", [hers])):
        Delivery.objects.create(
            product="x", status=status, body=json.dumps({"for_user_id": "9", "tweet_create_events": tweets}).encode()
        )
    UnreadItem.objects.create(account=account, reason="odd", body={"from": HANDLE, "text": SAID}, digest="d" * 64)
    other = factories.make_inbound(
        account, f"Zelfde klacht als @{HANDLE}: de bank.", author=factories.author("Koos"),
        raw={"entities": {"mentions": [{"username": HANDLE, "id": X_ID}]}},
    )  # fmt: skip
    conversation = other.conversation
    assert conversation is not None
    factories.make_note(conversation, agent, f"Net als {NAME}: “{SAID}”. Bel {WA_ID}.")
    guideline = Guideline.objects.create(title="Klachten")
    GuidelineVersion.objects.create(guideline=guideline, text=f"Zoals bij {NAME}: {SAID}", by=agent)
    lesson = PracticeRound.objects.create(name="Boze klanten", by=agent)
    PracticeCase.objects.create(round=lesson, position=1, title="De bank", platform="x", customer=NAME, words=SAID)
    SavedView.objects.create(owner=agent, name="Zij", query="q=Wilhelmina+Zeldenthuis")
    waits = factories.make_answer(planted.public, agent, state="approval", external_id=None, first_external_id="")
    asked = Approval.objects.create(message=waits, why="trainee", written=f"Beste {NAME}")
    ApprovalLink.objects.create(approval=asked, name=NAME, expires_at=timezone.now())
    Event.note("approval_link_made", actor=agent, conversation=planted.public, message=waits, for_whom=NAME)
    Notification.objects.create(user=agent, conversation=planted.public, kind="late", subject=NAME)
    return other


@pytest.mark.django_db
def test_short_name_of_one_server_is_left_in_no_stored_body() -> None:
    fediverse = factories.make_account("mastodon", handle="veldhuis@sociaal.example")
    hers = factories.make_inbound(fediverse, SAID, author=Author("mina@elders.example", NAME, "mina@elders.example"))
    mention = {"acct": "mina@elders.example", "username": "mina", "url": "https://elders.example/@mina"}
    others = [
        factories.make_inbound(fediverse, "Ik ook", author=factories.author("Koos"), raw=raw)
        for raw in ({"mentions": [mention], "language": "nl"}, {"username": "mina", "language": "nl"})
    ]
    assert hers.identity is not None
    erasing.go_on(erasing.ask(hers.identity.contact, None, "vroeg erom").pk)
    assert list(RawPayload.objects.filter(message__in=others).values_list("message", flat=True)) == [others[1].pk]


@pytest.mark.django_db
def test_erased_messages_stay_away_a_new_one_begins_anew() -> None:
    planted = plant()
    first = planted.public.messages.get(direction="inbound")
    told = factories.incoming(SAID, external_id=first.external_id, author=Author(X_ID, NAME, HANDLE))
    _erase(planted)

    receive(planted.public.account, [told])
    assert not Message.objects.filter(text=SAID).exists()
    assert not Identity.objects.filter(handle=HANDLE).exists()

    again = write_again(planted, "Nu iets heel anders")
    assert again.identity is not None and again.conversation is not None
    assert again.identity.contact_id != planted.contact.pk
    assert again.conversation.messages.count() == 1
    assert Contact.objects.get(pk=planted.contact.pk).name == ""


@pytest.mark.django_db
def test_erasing_waits_for_what_leaves_and_stops_the_rest() -> None:
    planted = plant()
    leaving = factories.make_answer(planted.public, planted.agent, state="sending", external_id=None)
    queued = factories.make_answer(planted.private, planted.agent, state="queued", external_id=None)
    row = _erase(planted)
    queued.refresh_from_db()
    assert (row.done_at, row.waits_for, queued.state) == (None, "leaving", "cancelled")
    assert Conversation.objects.get(pk=planted.public.pk).erased_at is None
    Message.objects.filter(pk=leaving.pk).update(state="sent", external_id="77", first_external_id="77")
    row = erasing.go_on(row.pk)
    assert row.done_at is not None
    assert set(Message.objects.filter(conversation=planted.public).values_list("text", flat=True)) == {""}
    assert erasing.due() == []


@pytest.mark.django_db(transaction=True)
def test_words_are_read_while_nothing_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    planted, looked = plant(), []
    read = phrases_of

    def reading(texts: Any) -> list[str]:
        looked.append(connection.in_atomic_block)
        found = read(texts)
        if len(looked) == 1:  # she goes on while they are read
            write_again(planted, "De stoel wiebelt nu ook al weken")
        return found

    monkeypatch.setattr("inbox.privacy.erasing.phrases_of", reading)
    other = factories.make_inbound(planted.public.account, "Hallo", author=factories.author("Koos"))
    assert other.conversation is not None
    note = factories.make_note(other.conversation, planted.agent, "Zij schreef: de stoel wiebelt nu ook al weken")
    row = _erase(planted)
    assert (row.emptied_at, row.waits_for) == (None, "busy")
    assert erasing.go_on(row.pk).done_at is not None
    note.refresh_from_db()
    assert looked == [False, False] and note.text == "Zij schreef: […]"


@pytest.mark.django_db(transaction=True)
def test_no_text_is_read_in_the_transaction_that_empties() -> None:
    planted, held = plant(), []

    def noting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            held.append(sql)
        return execute(sql, params, many, context)

    hers = Message.objects.filter(conversation=planted.public, direction="inbound")
    hers.update(direction="context", conversation=None, thread_id="1")
    row = erasing.ask(planted.contact, None, "vroeg erom")
    with connection.execute_wrapper(noting):
        assert erasing.go_on(row.pk).done_at is not None
    assert not Message.objects.filter(direction="context").exists()
    emptied = next(at for at, sql in enumerate(held) if sql.startswith('UPDATE "inbox_erasure"'))
    read = [sql.partition(" FROM ")[0] for sql in held[:emptied] if sql.startswith("SELECT")]
    assert any('"inbox_message"."external_id"' in columns for columns in read)
    assert [columns for columns in read if '"inbox_message"."text"' in columns] == []


@pytest.mark.django_db
def test_killed_half_way_it_goes_on_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = plant()
    name = planted.file.file.name
    assert name

    def dies(*_args: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sweeping, "sweep", dies)
        patch.setattr(default_storage, "delete", dies)
        _erase(planted)
    row = Erasure.objects.get()
    assert row.emptied_at is not None and row.done_at is None and NAME not in row.sealed
    assert default_storage.exists(name)
    assert erasing.go_on(row.pk).done_at is not None
    assert not default_storage.exists(name)


def test_words_looked_for_are_gathered_once_for_all_texts() -> None:
    gathered = []

    class Phrases(list[str]):
        def __iter__(self) -> Iterator[str]:
            gathered.append(len(self))
            return super().__iter__()

    traces = Traces(phrases=Phrases(phrases_of(["de stoel wiebelt nu ook al"])))
    assert traces.is_named_in("Zij zei: de stoel wiebelt nu ook al.") and not traces.is_named_in("De stoel wiebelt")
    assert traces.without_words("De stoel wiebelt nu ook") == "[…]"
    assert gathered == [2]


@pytest.mark.django_db
def test_nobody_begins_beside_a_long_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    planted, begun = plant(), []
    other = _around(planted)
    assert other.identity is not None
    sweep = sweeping.sweep

    def slow(traces: Traces) -> sweeping.Found:
        Erasure.objects.update(due_at=F("due_at") - timedelta(minutes=3))
        begun.extend(erasing.due())
        return sweep(traces)

    monkeypatch.setattr(sweeping, "sweep", slow)
    first, second = (erasing.ask(who, None, "vroeg erom") for who in (planted.contact, other.identity.contact))
    assert erasing.due() == [first.pk]
    assert erasing.go_on(first.pk).done_at is not None
    assert len(begun) > 1 and set(begun) == {second.pk}


@pytest.mark.django_db
def test_body_in_a_readers_hands_is_looked_at_again() -> None:
    planted = plant()
    body = json.dumps({"tweet_create_events": [{"id_str": "1", "user": {"id_str": X_ID}}]}).encode()
    held = Delivery.objects.create(product="x", body=body, claimed_at=timezone.now())
    row = _erase(planted)
    assert (row.done_at, row.waits_for) == (None, "reading")
    Delivery.objects.filter(pk=held.pk).update(claimed_at=None, status="read")
    assert erasing.go_on(row.pk).done_at is not None
    assert X_ID.encode() not in bytes(Delivery.objects.get().body)


@pytest.mark.django_db
def test_log_lets_words_be_taken_out_of_the_erased_only() -> None:
    planted = plant()
    event = Event.note("approval_link_made", conversation=planted.public, for_whom="Notaris Pos", n=1)

    def refused(**values: Any) -> bool:
        try:
            with transaction.atomic():
                Event.objects.filter(pk=event.pk).update(**values)
        except IntegrityError:
            return True
        return False

    assert refused(data={"n": 1})
    now = timezone.now()
    Conversation.objects.filter(pk=planted.public.pk).update(erased_at=now, closed_at=now, status="closed")
    assert refused(data={"n": 2}) and refused(data={"n": 1, "also": 1}) and refused(verb="sent", data={})
    assert not refused(data={"n": 1})
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).delete()


@pytest.mark.django_db
def test_admin_types_the_words_before_somebody_is_erased() -> None:
    planted = plant()
    page = signed_in(factories.make_user("admin", language="nl"))
    address = reverse("erase", args=[planted.contact.code])
    wrong = page.post(address, {"why": "asked", "typed": "wis iemand anders"})
    assert wrong.status_code == 422 and not Erasure.objects.exists()
    right = page.post(address, {"why": "asked", "typed": f"wis {NAME.lower()}"})
    row = Erasure.objects.get()
    assert right["Location"] == reverse("receipt", args=[row.code])
    erasing.go_on(row.pk)
    receipt = page.get(right["Location"]).content.decode()
    assert row.number in receipt and "<dt>Door</dt>" in receipt and NAME not in receipt
    assert page.get(reverse("privacy_person", args=[planted.contact.code]))["Location"] == right["Location"]
    # Nobody answers somebody who is not there.
    assert page.post(reverse("reopen", args=[planted.public.code])).status_code == 403
    assert page.get(reverse("conversation", args=[planted.public.code])).status_code == 200


def _erase(planted: Planted) -> Erasure:
    row = erasing.ask(planted.contact, None, "vroeg erom")
    return erasing.go_on(row.pk)


def _figures() -> Any:
    today = timezone.localdate()
    found = values_of(
        scope_of(today - timedelta(days=1), today, Account.objects.values_list("pk", flat=True), every=True)
    )
    # Closing what was open is work that was done; it is no longer left to do.
    return {name: value for name, value in found.items() if name not in ("backlog", "open")}


def _dumped(folder: Path) -> bytes:
    to, where = folder / "dump.sql", connection.settings_dict
    address = ["-h", str(where["HOST"]), "-U", str(where["USER"]), "-d", str(where["NAME"])]
    port = ["-p", str(where["PORT"])] if where["PORT"] else []
    subprocess.run([Postgres(SERVICES).bin() / "pg_dump", *address, *port, "-f", to], check=True)
    return to.read_bytes()


def _media() -> bytes:
    root = Path(configured.MEDIA_ROOT)
    return b"".join(str(path).encode() + path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def _redis() -> bytes:
    """Every value in Redis, as the commands of their kinds read it."""
    client: Any = redis.Redis.from_url(configured.REDIS_URL)
    reads = {
        "string": client.get, "list": lambda key: client.lrange(key, 0, -1), "hash": client.hgetall,
        "set": client.smembers, "zset": lambda key: client.zrange(key, 0, -1),
    }  # fmt: skip
    return repr([(key, reads[client.type(key).decode()](key)) for key in client.scan_iter()]).encode()


def _found_in(heap: bytes) -> list[str]:
    return [name for name, word in WORDS.items() if word.encode() in heap or word.encode().hex().encode() in heap]


@pytest.mark.django_db
@pytest.mark.parametrize("left", ["[…] is gebeld", "iemand is gebeld"])
def test_note_changed_while_it_is_swept_names_nobody(monkeypatch: pytest.MonkeyPatch, left: str) -> None:
    planted = plant()
    other = factories.make_conversation()
    note = assignment.write_note(other, factories.make_user(), f"{NAME} belde")
    traces, read = erasing.traces_of(Person(planted.contact)), Traces.without_words

    def meanwhile(self: Traces, text: str) -> str:
        Message.objects.filter(pk=note.pk, text=f"{NAME} belde").update(text=left.replace("[…]", NAME))
        return read(self, text)

    monkeypatch.setattr(Traces, "without_words", meanwhile)
    sweeping.sweep(traces)
    note.refresh_from_db()
    assert note.text == left

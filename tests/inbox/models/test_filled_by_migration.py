"""Older rows get new columns filled, without holding anybody up."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from channels.models import Account
from channels.types import Attachment, Visibility
from inbox.models import Conversation, Message, UndoableAct
from inbox.triage.summary import refresh
from tests import factories

pytestmark = pytest.mark.django_db
FILLING = importlib.import_module("inbox.migrations.0029_times_and_files_of_before")


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FILLING, "BATCH", 2)


@pytest.fixture
def account(db: None) -> Account:
    """The brand's account."""
    return factories.make_account("instagram")


def _run(step: Callable[[Any, Any], None]) -> None:
    with connection.schema_editor(atomic=False) as editor:
        step(apps, editor)


def _added() -> datetime:
    """Return when this database got the column."""
    moment: datetime = MigrationRecorder.Migration.objects.get(app="inbox", name="0020_shown_and_worded_at").applied
    return moment


def test_no_rows_are_written_while_the_table_is_locked() -> None:
    sql = StringIO()
    call_command("sqlmigrate", "inbox", "0020", stdout=sql)
    assert "ADD COLUMN" in sql.getvalue() and "UPDATE" not in sql.getvalue()
    assert not FILLING.Migration.atomic


def test_words_edited_before_are_as_old_as_their_edit(account: Account) -> None:
    before, after = _added() - timedelta(hours=1), _added() + timedelta(seconds=1)
    messages = {
        name: factories.make_inbound(account, name) for name in ("edited", "later", "new", "dated", "as it was")
    }
    times: dict[str, dict[str, datetime]] = {
        "edited": {"received_at": before, "edited_at": before},
        "later": {"received_at": before, "edited_at": after},  # an edit without its words: they may still come
        "new": {"received_at": after, "edited_at": before},
        "dated": {"received_at": before, "edited_at": before, "worded_at": before - timedelta(hours=1)},
        "as it was": {"received_at": before},
    }
    for name, fields in times.items():
        Message.objects.filter(pk=messages[name].pk).update(**fields)
    _run(FILLING.date_words)
    _run(FILLING.date_words)  # as after an upgrade that was cut off
    assert dict(Message.objects.values_list("text", "worded_at")) == {
        "edited": before,
        "later": None,
        "new": None,
        "dated": before - timedelta(hours=1),
        "as it was": None,
    }


def _say(account: Account, name: str, *messages: tuple[str, str]) -> Conversation:
    """Return the conversation of somebody who sent messages, each with words and kinds of files."""
    person = factories.author(name)
    for number, (text, kinds) in enumerate(messages):
        kind = next((kind_name for kind_name in ("unsupported", "story_mention") if kind_name in kinds), "dm")
        factories.make_inbound(
            account,
            text,
            author=person,
            kind=kind,
            visibility=Visibility.PRIVATE,
            sent_at=factories.minutes_ago(10 - number),
            attachments=tuple(Attachment(kind=file_kind) for file_kind in kinds.split() if file_kind != kind),
        )
    return Conversation.objects.get(identity__name=name)


def test_rows_say_which_files_they_have_as_new_ones_do(account: Account) -> None:
    rows = [
        _say(account, "A", ("Kijk", ""), ("", "image")),
        _say(account, "B", ("Kijk\n eens", "image image")),
        _say(account, "C", ("", "image video")),
        _say(account, "D", ("", "image"), ("Gezien?", "")),
        _say(account, "E", ("Hoi", ""), ("", "unsupported")),
        _say(account, "F", ("", "story_mention")),
        _say(account, "G", ("", "audio"), ("", "file")),
        _say(account, "H", ("Niets erbij", "")),
        _say(account, "I", ("Blijft staan", ""), ("", "image")),
    ]
    Message.objects.filter(conversation=rows[8], text="").update(removed_at=factories.minutes_ago(1))
    refresh([row.pk for row in rows])
    names = ("pk", "excerpt", "file_kind", "file_count")
    expected = list(Conversation.objects.order_by("pk").values_list(*names))
    assert {kind for _pk, _words, kind, _count in expected} == {
        "", "image", "mixed", "unsupported", "story_mention", "file",
    }  # fmt: skip
    Conversation.objects.update(file_kind="", file_count=0)
    Conversation.objects.filter(pk=rows[0].pk).update(excerpt="Kijk")  # of the newest with words, as it was before
    _run(FILLING.fill_files)
    assert list(Conversation.objects.order_by("pk").values_list(*names)) == expected


def test_what_is_filled_already_is_left_alone(account: Account) -> None:
    row = _say(account, "A", ("", "image"))
    Conversation.objects.filter(pk=row.pk).update(excerpt="Zoals het is")
    _run(FILLING.fill_files)
    row.refresh_from_db()
    assert (row.excerpt, row.file_kind, row.file_count) == ("Zoals het is", "image", 1)


def test_acts_kept_in_another_way_are_forgotten(account: Account) -> None:
    steps = [{"conversation": _say(account, "A", ("Hoi", "")).pk, "was": {"handover_note": "Let op de kleur"}}]
    UndoableAct.objects.create(user=factories.make_user(), kind="assign", steps=steps)
    _run(FILLING.forget_acts)
    assert not UndoableAct.objects.exists()

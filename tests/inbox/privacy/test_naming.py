"""Texts of colleagues that name somebody stay as they are: they are shown before erasing and after it."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from io import StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inbox.ingest import erased
from inbox.models import Erasure, Label, PracticeCase, PracticeRound, Rule, SavedView, WatchedWord
from inbox.models.rights import Right
from inbox.privacy import archive, erasing, naming
from monitoring.queries.models import Query
from tests import factories
from tests.support.pages import signed_in
from tests.support.planted import HANDLE, NAME, Planted, plant
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db


def test_texts_that_name_somebody_are_shown_before_and_after() -> None:
    planted = plant()
    label, rule, query = _write(planted)
    page = signed_in(factories.make_user("admin", language="en"))
    shown = page.get(reverse("privacy_person", args=[planted.contact.code])).content.decode()
    links = [
        reverse("label_edit", args=[label.code]), reverse("rule", args=[rule.code]),
        reverse("monitoring_query", args=[query.code]), reverse("words"),
    ]  # fmt: skip
    assert [link for link in links if f'href="{link}"' not in shown.partition("Texts that name")[2]] == []
    assert f"Klacht {NAME}" in shown and "Iemand anders" not in shown

    row = erasing.go_on(erasing.ask(planted.contact, None, "vroeg erom").pk)
    label.refresh_from_db()
    assert row.done_at is not None and label.name == f"Klacht {NAME}"
    assert row.counts == erasing.go_on(row.pk).counts
    receipt = _receipt(page, row)
    assert [link for link in links if f'href="{link}"' not in receipt] == []
    assert NAME not in receipt and HANDLE not in receipt + json.dumps(row.named)
    assert (receipt.count("still says it"), receipt.count("since")) == (4, 0)

    Label.objects.filter(pk=label.pk).update(name="Piepklacht")
    query.delete()
    receipt = _receipt(page, row)
    found = [receipt.count(words) for words in ("still says it", "changed since", "removed since")]
    assert found == [2, 1, 1]
    assert links[2] not in receipt


def test_rule_says_it_still_until_its_words_are_changed() -> None:
    planted = plant()
    _label, rule, _query = _write(planted)
    row = erasing.go_on(erasing.ask(planted.contact, None, "vroeg erom").pk)

    def is_changed() -> bool:
        return next(one.is_changed for one in naming.still(row) if one.address == reverse("rule", args=[rule.code]))

    other = {"all": [{"what": "words", "is": [f"@{HANDLE}", "stuk"]}]}
    Rule.objects.filter(pk=rule.pk).update(name="Klager", actions=[{"what": "close"}], conditions=other)
    assert not is_changed()
    Rule.objects.filter(pk=rule.pk).update(conditions={"all": [{"what": "words", "is": ["kapot"]}]})
    assert is_changed()


def test_receipt_of_before_is_read_as_it_was_kept() -> None:
    planted = plant()
    label, *_others = _write(planted)
    row = erasing.ask(planted.contact, None, "vroeg erom")
    kept = hmac.digest(erased.key(), json.dumps([label.name]).encode(), hashlib.sha256).hex()[:16]
    row.named = [["label", label.pk, kept]]
    assert [one.is_changed for one in naming.still(row)] == [False]
    Label.objects.filter(pk=label.pk).update(name="Piepklacht")
    assert [one.is_changed for one in naming.still(row)] == [True]


def test_texts_are_listed_where_two_people_have_one_name() -> None:
    planted = plant()
    factories.make_inbound(planted.public.account, "Hoi", author=factories.author(NAME))
    label, *_others = _write(planted)
    page = signed_in(factories.make_user("admin", language="en"))
    with CaptureQueriesContext(connection) as asked:
        shown = page.get(reverse("privacy_person", args=[planted.contact.code])).content.decode()
    assert f"Klacht {NAME}" in shown
    assert [one["sql"] for one in asked if 'UPPER("inbox_identity"' in one["sql"]] == []  # no index serves that
    row = erasing.go_on(erasing.ask(planted.contact, None, "vroeg erom").pk)
    assert reverse("label_edit", args=[label.code]) in _receipt(page, row)


def test_command_prints_only_texts_that_still_name_somebody() -> None:
    planted, said = plant(), StringIO()
    label, rule, query = _write(planted)
    row = erasing.go_on(erasing.ask(planted.contact, None, "vroeg erom").pk)
    Label.objects.filter(pk=label.pk).update(name="Piepklacht")
    query.delete()
    call_command("erase_person", str(planted.contact.code), "--reason", "vroeg erom", stdout=said)
    named = [line.rpartition(": ")[2] for line in said.getvalue().splitlines() if line.startswith("names them")]
    assert named == [reverse("rule", args=[rule.code]), reverse("words")]
    assert row.number in said.getvalue()


def test_access_file_counts_texts_that_name_somebody() -> None:
    planted = plant()
    _write(planted)
    data, html = _file_of(planted)
    assert {row["what"]: row["n"] for row in data["named_in"]} == dict.fromkeys(
        ["Label", "Rule", "Watched word", "Saved query"], 1
    )
    assert "Texts of ours that name you" in html and "Watched word: 1" in html
    assert [words for words in (f"Klacht {NAME}", "Bel eerst", "OR veldhuis") if words in html + json.dumps(data)] == []


def test_access_file_leaves_out_texts_about_a_namesake() -> None:
    planted = plant()
    factories.make_inbound(planted.public.account, "Hoi", author=factories.author(NAME))
    _write(planted)
    data, html = _file_of(planted)
    assert [(row["what"], row["n"]) for row in data["named_in"]] == [("Rule", 1)]
    assert "Watched word" not in html


def test_who_else_is_called_so_is_found_by_an_index() -> None:
    factories.make_inbound(author=factories.author(NAME))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of so few rows reading all would be cheaper
        found = erasing.namesakes(NAME.upper())
        assert "identity_name" in found.explain()
        assert found.count() == 1


def test_names_of_saved_views_and_lessons_say_nothing_of_her() -> None:
    planted = plant()
    view = SavedView.objects.create(owner=planted.agent, name=f"Van {NAME}", query="state=open")
    lesson = PracticeRound.objects.create(name="Boze klanten", by=planted.agent)
    case = PracticeCase.objects.create(round=lesson, position=1, title=f"Zoals {NAME}", platform="x", words="Hallo")
    erasing.go_on(erasing.ask(planted.contact, None, "vroeg erom").pk)
    view.refresh_from_db()
    case.refresh_from_db()
    assert (view.name, case.title) == ("Van […]", "Zoals […]")


def test_who_does_not_read_everything_sees_no_words_of_others() -> None:
    planted = plant()
    label, *_others = _write(planted)
    officer = person_with({Right.PRIVACY, Right.WORK})
    factories.limit(officer, planted.public.account, planted.private.account)
    shown = signed_in(officer).get(reverse("privacy_person", args=[planted.contact.code])).content.decode()
    assert reverse("label_edit", args=[label.code]) in shown and f"Klacht {NAME}" not in shown


def _write(planted: Planted) -> tuple[Label, Rule, Query]:
    Label.objects.create(name="Iemand anders")
    WatchedWord.objects.create(kind="sensitive", phrase=NAME.upper(), advice="Bel eerst")
    conditions = {"all": [{"what": "words", "is": [f"@{HANDLE}", "kapot"]}]}
    rule = Rule.objects.create(name="Bekende klager", conditions=conditions)
    query = Query.objects.create(name="Zij", text=f'"{NAME}" OR veldhuis')
    return Label.objects.create(name=f"Klacht {NAME}"), rule, query


def _file_of(planted: Planted) -> tuple[Any, str]:
    with io.BytesIO() as made:
        archive.write(planted.contact, made, language="en", with_notes=False)
        opened = ZipFile(made)
        return json.loads(opened.read("data.json")), opened.read("access.html").decode()


def _receipt(page: Client, row: Erasure) -> str:
    answer = page.get(reverse("receipt", args=[row.code]))
    assert answer.status_code == 200
    return answer.content.decode()

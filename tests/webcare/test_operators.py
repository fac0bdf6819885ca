"""Technical tables: there where the environment opens them, for who has the right alone, and to look at alone."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, reverse

import webcare.urls
from api.webhooks.models import Endpoint, Telling
from channels import secrets
from channels.models import Account, Checkup, Delivery, Stream, UnreadItem
from crm.connecting.models import Connection
from crm.writing.models import Write
from inbox.models import CustomRole, EarlyEvent, RuleApplication, RuleErrand, RuleOccasion, User, Webhook
from inbox.models.rights import BUILT_IN, Right
from inbox.team import roles
from tests.factories import make_account, make_answer, make_conversation, make_user
from tests.support.html import tight
from tests.support.pages import page_of, signed_in
from tests.support.rights import person_with
from tests.support.rules import make_rule

pytestmark = pytest.mark.django_db
SECRET, WORDS = "planted-token-1207", "aardappelgroothandel"


@pytest.fixture
def tables(settings: LazySettings) -> Iterator[dict[str, str]]:
    """Open the tables as the environment does; return the address of each by its name."""
    settings.OPERATORS_ADMIN = True
    _read_addresses()
    from webcare.operators.tables import site  # noqa: PLC0415  loaded where it is open

    names = ["index", *(table.name for table in site.tables)]
    yield {name: reverse(f"operators:{name}") for name in names}
    settings.OPERATORS_ADMIN = False
    _read_addresses()


def _read_addresses() -> None:
    importlib.reload(webcare.urls)
    clear_url_caches()


@pytest.fixture
def operator(tables: dict[str, str]) -> Client:
    """Somebody with this right and no other."""
    return signed_in(person_with({Right.OPERATE}))


def test_where_it_is_off_there_is_nothing_of_it() -> None:
    page = signed_in(person_with({Right.OPERATE}))
    assert page.get("/operators/").status_code == 404
    assert page.get("/")["Location"] == "/preferences/"
    boss = signed_in(make_user("admin", language="en"))
    assert "Technical tables" not in page_of(boss, "/people/roles/") + page_of(boss, "/people/roles/add/")


def test_every_other_role_and_who_is_signed_out_is_refused(tables: dict[str, str]) -> None:
    others = {role: signed_in(make_user(role)) for role in BUILT_IN}
    others["all but this"] = signed_in(person_with(set(Right) - {Right.OPERATE}))
    wrong: dict[Any, Any] = {}
    for name, address in tables.items():
        for role, page in others.items():
            wrong[name, role] = page.get(address).status_code
        assert Client().get(address)["Location"] == f"/account/login/?next={address}"
    assert set(wrong.values()) == {403}


def test_a_right_that_an_admin_gives_opens_every_table(tables: dict[str, str]) -> None:
    boss, person = make_user("admin", language="en"), make_user(language="en")
    assert Right.OPERATE not in boss.rights
    signed_in(boss).post("/people/roles/add/", {"title": "Operator", "group_3": ["operate"]})
    roles.give(person, f"custom:{CustomRole.objects.get().pk}")
    person.save()
    page = signed_in(person)
    assert page.get("/")["Location"] == tables["index"]
    index = page_of(page, tables["index"])
    assert all(f'href="{address}"' in index for address in tables.values())
    assert {page.get(address).status_code for address in tables.values()} == {200}


def test_an_operator_owes_a_second_step(tables: dict[str, str]) -> None:
    person = person_with({Right.OPERATE})
    page = signed_in(person)
    roles.save(CustomRole.objects.get(), [Right.OPERATE], by=make_user("admin"))
    assert User.objects.get(pk=person.pk).second_factor_due
    assert {page.get(address)["Location"] for address in tables.values()} == {"/account/second-step/"}


def test_no_table_takes_anything_but_a_look(operator: Client, tables: dict[str, str]) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert {operator.generic(method, address).status_code for address in tables.values()} == {405}
    for more in ("add/", "1/change/", "1/delete/", "1/history/"):
        assert operator.get(f"{tables['channels_delivery']}{more}").status_code == 404
    for more in ("login/", "logout/", "password_change/", "jsi18n/", "autocomplete/"):
        assert operator.get(f"{tables['index']}{more}").status_code == 404


def _plant(more: str = "") -> None:
    account = make_account("x", name="Veldhuis")
    account.credentials = {"access_token": SECRET}
    account.verify_token = SECRET
    account.save()
    Stream.objects.create(account=account, name="mentions", query=WORDS + more, cursor={"text": WORDS})
    Checkup.objects.create(account=account)
    delivery = Delivery.objects.create(product="meta", body=WORDS.encode(), error=WORDS, status="failed")
    UnreadItem.objects.create(account=account, delivery=delivery, reason=WORDS, body={"text": WORDS}, digest="d1")
    EarlyEvent.objects.create(
        account=account, external_id="1", kind="edit", data={"text": WORDS}, digest="d2", at=delivery.received_at
    )
    talk = make_conversation(account)
    make_answer(talk, make_user(), state="retry", text=WORDS, error=WORDS, route="public_reply")
    sealed = {"sealed_url": secrets.seal({"url": SECRET}), "sealed_secret": secrets.seal({"secret": SECRET})}
    webhook = Webhook.objects.create(name=f"Magazijn{more}", host="hooks.example.com", **sealed)
    rule = make_rule(name=f"Regel{more}")
    RuleOccasion.objects.create(conversation=talk, rule=rule, name=WORDS, kinds=["waits"])
    done = RuleApplication.objects.create(rule=rule, version=1, conversation=talk, occasion=WORDS)
    RuleErrand.objects.create(application=done, place=0, webhook=webhook, body={"text": WORDS})
    crm, _made = Connection.objects.get_or_create(
        removed_at=None, defaults={"brand": "webhook", "host": "crm.example.com", "sealed": secrets.seal({"a": SECRET})}
    )
    Write.objects.create(connection=crm, kind="lead", conversation=talk, state="failed", detail=WORDS)
    endpoint = Endpoint.objects.create(name="Dashboard", host="board.example.com", kinds=["message.sent"], **sealed)
    Telling.objects.create(endpoint=endpoint, kind="message.sent")


def test_rows_are_shown_without_secrets_or_words(
    operator: Client, tables: dict[str, str], django_assert_max_num_queries: Any
) -> None:
    _plant()
    sealed = [*Account.objects.values_list("sealed_credentials", flat=True), SECRET, WORDS]
    sealed += [text for row in Endpoint.objects.values_list("sealed_url", "sealed_secret") for text in row]
    shown = {}
    for name, address in tables.items():
        with django_assert_max_num_queries(14) as asked:
            shown[name] = page_of(operator, address)
        assert not [text for text in sealed if text in shown[name]]
        rows = [query["sql"] for query in asked.captured_queries if f'FROM "{name}"' in query["sql"]]
        said = " ".join(sql for sql in rows if "DESC" in sql)
        assert name == "index" or (said and shown[name].count("<tr>") >= 2), name
        columns = ("sealed_credentials", '"body"', '"text"', "sealed_url", "sealed_secret", "verify_token", '"data"')
        assert not [column for column in columns if column in said], name
    assert "hooks.example.com" in shown["inbox_webhook"]
    assert "Veldhuis (x)" in shown["inbox_message"]
    assert "Could not be read" in shown["channels_delivery"]


def test_more_rows_cost_no_more_statements(operator: Client, tables: dict[str, str]) -> None:
    _plant()
    few = {name: _statements(operator, address) for name, address in tables.items() for _again in range(2)}
    for number in range(3):
        _plant(str(number))
    page_of(operator, tables["index"])  # what the navigation keeps is read anew
    assert {name: _statements(operator, address) for name, address in tables.items()} == few


def _statements(page: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        page_of(page, address)
    return len(asked)


def test_the_newest_rows_are_paged_through(operator: Client, tables: dict[str, str]) -> None:
    account, address = make_account("x"), tables["channels_stream"]
    Stream.objects.bulk_create(Stream(account=account, name="search", query=str(number)) for number in range(122))
    page = page_of(operator, address)
    assert (page.count("<tr>"), "?p=2" in page) == (101, True)
    assert page_of(operator, f"{address}?p=2").count("<tr>") == 23
    assert operator.get(f"{address}?p=9").status_code == 404


def test_a_filter_is_over_states_and_nothing_else(operator: Client, tables: dict[str, str]) -> None:
    _plant()
    address = tables["channels_delivery"]
    assert "There is nothing in it." in page_of(operator, f"{address}?status__exact=read")
    assert 'aria-current="true"' in tight(page_of(operator, f"{address}?status__exact=failed"))
    # What is not shown cannot be guessed at either.
    guesses = ("body__contains=a", "error__startswith=a", "unread_items__body__contains=a", "status__regex=a")
    assert {operator.get(f"{address}?{guess}").status_code for guess in guesses} == {404}
    assert operator.get(f"{tables['api_endpoint']}?sealed_secret__startswith=a").status_code == 404
    # Nor does an address put rows in another order, or find among them.
    Delivery.objects.create(product="meta", body=WORDS.encode(), status="read")
    shown = [_row_numbers(operator, f"{address}{more}") for more in ("", "?o=0&q=a&all=&_facets=True&e=1")]
    assert shown == [sorted(Delivery.objects.values_list("pk", flat=True), reverse=True)] * 2


def _row_numbers(page: Client, address: str) -> list[int]:
    answer = page.get(address)
    assert answer.status_code == 200
    return [int(number) for number in re.findall(r"<tr><td>(\d+)</td>", tight(answer.content.decode()))]

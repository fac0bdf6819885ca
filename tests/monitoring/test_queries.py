"""Queries: made, tried, searched for on X, paused and deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account, Reading
from inbox.models import Conversation, Event, Organisation, Team, User
from monitoring.hits import estimating, looking_back, searching
from monitoring.hits.models import WEB, Post
from monitoring.queries.models import Query
from sandbox.testing import Running
from tests import factories
from tests.support.pages import page_of, signed_in
from tests.support.sandbox_accounts import connect, fault, say

pytestmark = pytest.mark.django_db
ADD = "/monitoring/queries/add/"


def on_the_web(title: str, **fields: object) -> Post:
    """Return a post of a feed that nobody asked for yet."""
    values = {"published_at": timezone.now(), "estimated_at": timezone.now(), "language": "nl"} | fields
    return Post.objects.create(source=WEB, external_id=title, site="Thuis met Tess", title=title, **values)


@pytest.fixture
def brand(web: Running) -> Account:
    return connect(web, "x")


def search_again(query: Query) -> int:
    Query.objects.filter(pk=query.pk).update(next_search_at=timezone.now())
    [(pk, _account)] = searching.due()
    return searching.search(pk)


def test_a_query_is_tried_before_it_is_saved(page: Client) -> None:
    on_the_web("De bank van Veldhuis")
    on_the_web("Vacature: de bank van Veldhuis")
    data = {"name": "Merk", "text": "veldhuis bank NOT vacature", "in_feeds": "on"}
    html = page_of(page, ADD, **data, do="try")
    assert "1 post of a feed fits" in html and "Vacature: de bank" not in html
    assert "veldhuis bank -vacature" in html
    assert not Query.objects.exists()
    assert "Saved" in page_of(page, ADD, **data)
    query = Query.objects.get()
    assert looking_back.look_back(query.pk) == looking_back.look_back(query.pk) == 1
    assert [hit.post.title for hit in query.hits.all()] == ["De bank van Veldhuis"]
    assert Organisation.current().monitors


def test_trying_shows_messages_of_ones_own_accounts_alone(page: Client, brand: Account, lead: User) -> None:
    factories.make_inbound(brand, "@veldhuis waar blijft mijn bankstel?")
    data = {"name": "Merk", "text": "bankstel", "account": str(brand.pk), "in_feeds": "on", "do": "try"}
    assert "1 message to us" in page_of(page, ADD, **data)
    factories.limit(lead, factories.make_account("x"))
    assert "bankstel?" not in page_of(page, ADD, **data)


def test_a_wrong_query_is_said_with_its_place(page: Client) -> None:
    html = page_of(page, ADD, name="Merk", text="veldhuis (bank OR", in_feeds="on")
    assert "missing at the end" in html
    html = page_of(page, ADD, name="Merk", text="veldhuis (bank stoel", in_feeds="on")
    assert "This bracket is not closed. At character 10: “(bank stoel”" in html
    assert "Choose where to look" in page_of(page, ADD, name="Merk", text="veldhuis")
    assert not Query.objects.exists()


def test_x_is_searched_and_what_is_found_stays_outside_the_inbox(
    page: Client, web: Running, brand: Account, lead: User
) -> None:
    say(web, "x", "post", "karin", "Slechte service van Veldhuis zeg, schandalig!")
    say(web, "x", "post", "piet", "Vacature bij Veldhuis")
    say(web, "x", "post", "joost", f"@{brand.handle} waar blijft mijn Veldhuis bank?")
    page.post(ADD, {"name": "Merk", "text": "veldhuis -vacature", "account": brand.pk})
    query = Query.objects.get()
    assert search_again(query) == 1
    assert search_again(query) == 0
    post = Post.objects.get()
    assert (post.handle, post.source, post.account) == ("karin", "x", brand)
    assert not Conversation.objects.exists()
    assert estimating.estimate_due() == 1
    html = page_of(page, "/monitoring/")
    assert "Slechte service van Veldhuis" in html and "1 post to look at" in html
    assert Post.objects.get().mood == "angry"
    assert Reading.objects.filter(account=brand, stream="search").count() >= 1


def test_two_queries_that_find_one_post_make_one_hit_of_both(page: Client, web: Running, brand: Account) -> None:
    say(web, "x", "post", "karin", "De bank van Veldhuis")
    for name, text in (("Merk", "veldhuis"), ("Banken", "bank")):
        page.post(ADD, {"name": name, "text": text, "account": brand.pk})
    for pk, _account in searching.due():
        searching.search(pk)
    assert sorted(Post.objects.get().hits.values_list("query__name", flat=True)) == ["Banken", "Merk"]
    assert page_of(page, "/monitoring/").count("De bank van Veldhuis") == 1


def test_a_search_that_fails_waits_and_says_why(page: Client, web: Running, brand: Account) -> None:
    page.post(ADD, {"name": "Merk", "text": "veldhuis", "account": brand.pk})
    query = Query.objects.get()
    fault(web, "server_error_html", n=9)
    assert search_again(query) == 0
    query.refresh_from_db()
    assert query.problem and query.failures == 1
    assert query.next_search_at > timezone.now() and query.claimed_until is None
    assert searching.due() == []


def test_nothing_is_searched_for_who_paused_or_has_no_access(page: Client, brand: Account) -> None:
    page.post(ADD, {"name": "Merk", "text": "veldhuis", "account": brand.pk})
    query = Query.objects.get()
    page.post(f"/monitoring/queries/{query.code}/switch/")
    assert searching.due() == []
    page.post(f"/monitoring/queries/{query.code}/switch/", {"on": "1"})
    assert len(searching.due()) == 1
    Account.objects.filter(pk=brand.pk).update(needs_reauth_at=timezone.now())
    assert searching.due() == []


def test_another_question_begins_its_search_anew(page: Client, web: Running, brand: Account) -> None:
    page.post(ADD, {"name": "Merk", "text": "veldhuis", "account": brand.pk})
    query = Query.objects.get()
    search_again(query)
    assert Query.objects.get().cursor
    page.post(f"/monitoring/queries/{query.code}/", {"name": "Merk", "text": "veldhuis bank", "account": brand.pk})
    assert Query.objects.get().cursor == {}
    page.post(f"/monitoring/queries/{query.code}/", {"name": "Anders", "text": "veldhuis bank", "account": brand.pk})
    assert Query.objects.get().name == "Anders"


def test_deleting_a_query_takes_what_it_alone_found(page: Client) -> None:
    on_the_web("De bank van Veldhuis"), on_the_web("De stoel van Veldhuis")
    for name, text in (("Merk", "veldhuis"), ("Banken", "bank")):
        page.post(ADD, {"name": name, "text": text, "in_feeds": "on"})
    for query in Query.objects.all():
        looking_back.look_back(query.pk)
    page.post(f"/monitoring/queries/{Query.objects.get(name='Merk').code}/remove/")
    html = page_of(page, "/monitoring/")
    assert "De bank van Veldhuis" in html and "De stoel" not in html
    assert [row.verb for row in Event.objects.filter(verb__startswith="monitor_").order_by("pk")] == [
        "monitor_added", "monitor_added", "monitor_removed"
    ]  # fmt: skip


def test_only_leads_make_queries_and_nobody_else_sees_theirs(page: Client, web: Running, brand: Account) -> None:
    team = Team.objects.create(name="Personeelszaken", is_closed=True)
    on_the_web("De bank van Veldhuis")
    query = Query.objects.create(name="Geheime vraag", text="veldhuis", team=team)
    looking_back.look_back(query.pk)
    assert "De bank" not in page_of(page, "/monitoring/") + page_of(page, "/monitoring/queries/")
    assert page.get(f"/monitoring/queries/{query.code}/").status_code == 404
    agent = factories.make_user("agent", language="en")
    assert signed_in(agent).get(ADD).status_code == 403
    team.members.add(agent)
    html = page_of(signed_in(agent), "/monitoring/")
    assert "De bank" in html and "Geheime vraag" in html


def test_a_language_is_asked_of_x_and_of_feeds(page: Client, web: Running, brand: Account) -> None:
    on_the_web("Veldhuis sofa", language="en")
    on_the_web("Veldhuis bank", language="nl")
    on_the_web("Veldhuis", language="")
    query = Query.objects.create(name="Merk", text="veldhuis", language="nl", account=brand)
    assert looking_back.look_back(query.pk) == 2
    say(web, "x", "post", "karin", "Veldhuis is een mooie winkel met een fijne bank", lang="nl")
    say(web, "x", "post", "piet", "Veldhuis is a lovely shop and the sofa is great", lang="en")
    assert search_again(query) == 1


def test_forgotten_is_what_no_query_found_for_a_month(page: Client) -> None:
    from monitoring.hits import forgetting

    for title in ("De bank van Veldhuis", "Iets anders"):
        on_the_web(title, stored_at=timezone.now() - timedelta(days=31))
    looking_back.look_back(Query.objects.create(name="Merk", text="veldhuis").pk)
    assert forgetting.forget_old() == 1
    assert Post.objects.get().title == "De bank van Veldhuis"
    assert forgetting.forget_old(timezone.now() + timedelta(days=400)) == 1

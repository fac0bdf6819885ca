"""The page of what was found: narrowed, paged, dealt with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.models import Event, Organisation, User
from inbox.team import masks, organisation
from monitoring.feeds.models import Feed
from monitoring.hits.listing import SHOWN
from monitoring.hits.models import WEB, Hit, Post
from monitoring.queries.models import Query
from tests import factories
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def query(lead: User) -> Query:
    return Query.objects.create(name="Merk", text="veldhuis", by=lead)


def found(query: Query, title: str = "Veldhuis", **fields: object) -> Post:
    """Return a post that a query found."""
    number = Post.objects.count()
    values = {"published_at": NOW, "found_at": NOW + timedelta(seconds=number), "estimated_at": NOW} | fields
    post = Post.objects.create(**({"source": WEB, "external_id": str(number), "title": title} | values))
    Hit.objects.create(query=query, post=post)
    return post


def test_posts_come_newest_first_a_page_at_a_time(page: Client, query: Query) -> None:
    for number in range(SHOWN + 2):
        found(query, f"Veldhuis {number:03}")
    html = page_of(page, "/monitoring/")
    assert html.index(f"Veldhuis {SHOWN + 1:03}") < html.index("Veldhuis 002") and "Veldhuis 001" not in html
    after = html.split("after=")[1].split('"')[0]
    older = page_of(page, f"/monitoring/?after={after}")
    assert "Veldhuis 001" in older and "Veldhuis 002" not in older
    assert page.get("/monitoring/?after=onzin").status_code == 200


def test_the_page_costs_the_same_for_many_posts(page: Client, query: Query) -> None:
    found(query)
    page_of(page, "/monitoring/")
    with CaptureQueriesContext(connection) as few:
        page_of(page, "/monitoring/")
    for _number in range(10):
        found(query)
    with CaptureQueriesContext(connection) as many:
        page_of(page, "/monitoring/")
    assert len(many) == len(few)


def test_posts_are_narrowed_by_query_channel_language_and_mood(page: Client, query: Query) -> None:
    other = Query.objects.create(name="Treinen", text="trein")
    forum = Feed.objects.create(url="https://example.com/f", host="example.com", title="Tafel", kind="forum")
    found(query, "Een", language="nl", mood="angry")
    found(query, "Twee", language="en", feed=forum)
    found(other, "Drie", source="x", account=factories.make_account("x"), handle="karin")
    for narrowed, titles in {
        "": {"Een", "Twee", "Drie"}, f"query={other.code}": {"Drie"}, "source=forum": {"Twee"}, "source=x": {"Drie"},
        "language=nl": {"Een"}, "mood=angry": {"Een"}, "mood=angry&language=en": set(),
        "query=onzin": {"Een", "Twee", "Drie"},
    }.items():  # fmt: skip
        html = page_of(page, f"/monitoring/?{narrowed}")
        assert {title for title in ("Een", "Twee", "Drie") if f"<h2>{title}</h2>" in html} == titles, narrowed


def test_what_is_dealt_with_leaves_and_can_come_back(page: Client, query: Query, lead: User) -> None:
    post = found(query)
    assert page.post(f"/monitoring/posts/{post.code}/", {"outcome": "on_site"}).status_code == 302
    post.refresh_from_db()
    assert (post.outcome, post.done_by) == ("on_site", lead)
    assert "You have seen everything" in page_of(page, "/monitoring/")
    assert "Answered on the site itself" in page_of(page, "/monitoring/?which=all")
    colleague = signed_in(factories.make_user("agent"))
    colleague.post(f"/monitoring/posts/{post.code}/", {"outcome": "others"})
    post.refresh_from_db()
    assert (post.outcome, post.done_by) == ("on_site", lead)
    page.post(f"/monitoring/posts/{post.code}/", {"outcome": ""})
    assert "1 post to look at" in page_of(page, "/monitoring/")
    assert page.post(f"/monitoring/posts/{post.code}/", {"outcome": "taken"}).status_code == 404
    told = Event.objects.filter(verb__startswith="found_").order_by("pk")
    assert [(event.verb, event.actor, event.data["posts"]) for event in told] == [
        ("found_settled", lead, [post.pk]), ("found_reopened", lead, [post.pk]),
    ]  # fmt: skip
    log = page_of(signed_in(factories.make_user("admin", language="en")), "/log/")
    assert "dealt with what a search found" in log and "Answered on the site itself" in log


def test_a_row_is_answered_with_itself_and_the_list_stays(page: Client, query: Query) -> None:
    post = found(query)
    response = page.post(f"/monitoring/posts/{post.code}/", {"outcome": "nothing"}, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert html.strip().startswith('<li class="post is-done"') and "Not done after all" in html


def test_all_that_was_shown_is_put_away_at_once(page: Client, query: Query) -> None:
    posts = [found(query, f"Veldhuis {number}") for number in range(3)]
    codes = [str(post.code) for post in posts[:2]]
    html = page_of(page, "/monitoring/seen/", post=codes, mood="", query=str(query.code))
    assert "2 posts put away as seen" in html and "1 post to look at" in html


def test_monitoring_is_in_everybodys_menu_once_it_is_used(page: Client, query: Query) -> None:
    agent = signed_in(factories.make_user("agent", language="en"))
    assert 'href="/monitoring/"' not in page_of(agent, "/inbox/")
    assert 'href="/monitoring/"' in page_of(page, "/inbox/")
    Organisation.objects.update_or_create(pk=1, defaults={"monitors": True})
    assert 'href="/monitoring/"' in page_of(agent, "/inbox/")


def test_details_are_masked_in_titles_too(page: Client, query: Query) -> None:
    found(query, "Veldhuis, bel mij op 06-12345678", text="Of op 06-87654321")
    organisation.change(factories.make_user("admin"), masks_personal_data=True)
    agent = factories.make_user("agent")
    masks.refresh(User.objects.filter(pk=agent.pk))
    html = page_of(signed_in(agent), "/monitoring/")
    assert "bel mij op 06" in html and not any(number in html for number in ("12345678", "87654321"))

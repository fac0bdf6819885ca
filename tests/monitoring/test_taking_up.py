"""A found post becomes work: a conversation that is assigned, noted and closed as answered on the site."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.models import Contact, Conversation, FormerId, Identity, Message, OtherId, Team, User
from inbox.privacy import emptying, erasing
from inbox.privacy.person import Person
from inbox.privacy.record import record_of
from monitoring.feeds import web as reading_of_sites
from monitoring.feeds.web import name_of
from monitoring.hits import storing, taking_up
from monitoring.hits.models import WEB, Hit, Post
from monitoring.queries.models import Query
from sandbox.testing import Running
from tests import factories
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


def found(title: str = "De bank van Veldhuis", **fields: Any) -> Post:
    """Return a post of a blog, found two days after it was written."""
    now = timezone.now()
    values: dict[str, Any] = {
        "source": WEB, "external_id": name_of(f"https://blog.example/{title}"), "site": "Thuis met Tess",
        "url": "https://blog.example/bank/", "author": "Tess", "author_id": "blog.example/Tess", "title": title,
        "text": "Twee weken te laat!", "published_at": now - timedelta(days=2), "found_at": now, "estimated_at": now,
    } | fields  # fmt: skip
    post = Post.objects.create(**values)
    query, _made = Query.objects.get_or_create(name="Merk", text="veldhuis")
    Hit.objects.create(query=query, post=post)
    return post


def replaced(post: Post, **fields: Any) -> Post:
    """Return a post as a feed tells it anew."""
    told = ("source", "site", "url", "author", "author_id", "title", "text", "published_at")
    return Post(**{name: getattr(post, name) for name in told} | fields)


def take(page: Client, post: Post) -> Conversation:
    response = page.post(f"/monitoring/posts/{post.code}/take/")
    assert response.status_code == 302
    conversation = Conversation.objects.get(messages__external_id=post.external_id)
    assert response["Location"] == conversation.get_absolute_url()
    return conversation


def test_i2_blog_post_becomes_a_case_closed_as_answered_there(page: Client, lead: User) -> None:
    post = found()
    conversation = take(page, post)
    assert (conversation.assignee, conversation.account.platform) == (lead, WEB)
    html = page_of(page, conversation.get_absolute_url())
    assert "De bank van Veldhuis" in html and "https://blog.example/bank/" in html
    assert "Answer on the site itself" in html and "Open the page" in html.split("composer-blocked")[1]
    page.post(f"/inbox/{conversation.code}/note/", {"text": "Tess gebeld", "code": ""})
    page.post(f"/inbox/{conversation.code}/close/", {"reason": "answered_on_site"})
    conversation.refresh_from_db()
    assert (conversation.status, conversation.close_reason) == ("closed", "answered_on_site")
    assert "You have seen everything" in page_of(page, "/monitoring/")
    html = page_of(page, "/monitoring/?which=all")
    assert "Taken up in the inbox" in html and "Answered on the site itself" in html


def test_taking_up_twice_is_one_case_of_whoever_was_first(page: Client, lead: User) -> None:
    post = found()
    conversation = take(page, post)
    assert take(signed_in(factories.make_user("agent")), post) == conversation
    conversation.refresh_from_db()
    assert conversation.assignee == lead
    assert Message.objects.filter(external_id=post.external_id).count() == 1
    assert Account.objects.filter(platform=WEB).count() == 1


def test_its_clock_runs_from_when_it_was_taken_up(page: Client) -> None:
    conversation = take(page, found())
    assert conversation.waiting_since is not None
    assert timezone.now() - conversation.waiting_since < timedelta(minutes=5)
    assert conversation.messages.get().sent_at < timezone.now() - timedelta(days=1)


def test_posts_of_one_writer_are_one_case(page: Client) -> None:
    first, second = found(), found("De stoel van Veldhuis")
    assert take(page, first) == take(page, second)


def test_who_does_not_see_the_account_takes_nothing_up(page: Client, lead: User) -> None:
    post = found()
    factories.limit(lead, factories.make_account("x"))
    html = page_of(page, f"/monitoring/posts/{post.code}/take/", sure="1")
    assert "You do not see the account" in html
    assert not Conversation.objects.exists()


def test_post_on_x_comes_in_at_the_account_that_found_it(page: Client, lead: User) -> None:
    account = factories.make_account("x", mode="engage")
    post = found("", source="x", external_id="1900", account=account, author_id="77", handle="karin", text="Veldhuis!")
    conversation = take(page, post)
    assert (conversation.account, conversation.identity.handle) == (account, "karin")
    assert conversation.messages.get().kind == "found"
    assert 'data-tab="public"' in page_of(page, conversation.get_absolute_url())


def test_a_pasted_link_becomes_a_case_with_the_pages_title(page: Client, lead: User, web: Running) -> None:
    address = f"{web.url}/web/keukentafel/post-1/"
    page.post("/monitoring/link/", {"address": address})
    conversation = Conversation.objects.get()
    message = conversation.messages.get()
    assert (message.text, message.permalink) == ("Veldhuis reageert niet op garantie", address)
    page.post("/monitoring/link/", {"address": address})
    assert Conversation.objects.get().assignee == lead


def _pasted(page: Client, address: str) -> str:
    return page.post("/monitoring/link/", {"address": address}).content.decode()


def test_title_is_typed_where_the_page_does_not_tell_it(page: Client) -> None:
    html = _pasted(page, "https://10.0.0.5/topic")
    assert "did not tell what it is called" in html and not Conversation.objects.exists()
    assert "no address of a page" in _pasted(page, "geen adres")
    page.post("/monitoring/link/", {"address": "https://10.0.0.5/topic", "title": "Klacht op een forum"})
    assert Message.objects.get().text == "Klacht op een forum"


def test_a_link_that_a_feed_brought_is_taken_up_as_it_is(page: Client) -> None:
    post = found(external_id=name_of("https://blog.example/bank/"))
    page.post("/monitoring/link/", {"address": "https://blog.example/bank/"})
    post.refresh_from_db()
    assert post.conversation is not None and post.outcome == "taken"


def test_posts_of_who_is_erased_go_with_them(page: Client) -> None:
    taken, left = found(), found("De stoel van Veldhuis")
    other = found("Iemand anders", author="Jan", author_id="blog.example/Jan")
    conversation = take(page, taken)
    emptying.empty_person(conversation.contact, [conversation.identity])
    assert list(Post.objects.all()) == [other]
    assert not Hit.objects.filter(post__in=[taken.pk, left.pk]).exists()
    assert Contact.objects.count() == 1


def test_erasing_reaches_posts_under_every_id_of_theirs(page: Client) -> None:
    taken, also = found(), found("Onder een andere naam", author_id="blog.example/Tessa")
    before, other = found("Vroeger", author_id="blog.example/T."), found("Van een ander", author_id="blog.example/Jan")
    identity = take(page, taken).identity
    OtherId.objects.create(identity=identity, platform=WEB, external_id=also.author_id)
    FormerId.objects.create(identity=identity, platform=WEB, external_id=before.author_id, until=timezone.now())
    said = record_of(Person(identity.contact), with_notes=False)["found"]
    assert [post["title"] for post in said] == [taken.title, also.title, before.title]
    erasing.go_on(erasing.ask(identity.contact, None, "").pk)
    assert list(Post.objects.all()) == [other]
    again = [replaced(post, external_id=f"{post.external_id}-2") for post in (taken, also, before, other)]
    storing.store(again, {post.external_id: [Query.objects.get().pk] for post in again})
    assert set(Post.objects.values_list("author_id", flat=True)) == {other.author_id}


def test_who_is_erased_does_not_come_back_by_a_post_read_before(page: Client, lead: User) -> None:
    contact, read_before = take(page, found()).contact, found("De stoel van Veldhuis")
    erasing.go_on(erasing.ask(contact, None, "").pk)
    with pytest.raises(taking_up.CannotTakeUp):
        taking_up.take_up(read_before, lead)
    assert Contact.objects.count() == 1 and not Message.objects.filter(external_id=read_before.external_id).exists()


def test_posts_of_who_gets_another_id_stay(page: Client) -> None:
    post = found()
    conversation = take(page, post)
    Identity.objects.filter(pk=conversation.identity_id).update(external_id="another")
    assert Post.objects.filter(pk=post.pk).exists()


def test_sites_are_no_account_to_connect_or_look_after(page: Client) -> None:
    take(page, found())
    admin = signed_in(factories.make_user("admin", language="en"))
    assert admin.get("/accounts/add/web/").status_code == 404
    shown = page_of(admin, "/accounts/").partition("<main")[2]
    assert "Blogs en fora" not in shown and "add/web" not in page_of(admin, "/accounts/add/")


def test_a_link_reopens_nothing_of_a_team_one_does_not_see(page: Client, lead: User) -> None:
    address = "https://10.0.0.5/topic"
    page.post("/monitoring/link/", {"address": address, "title": "Klacht op een forum"})
    conversation = Conversation.objects.get()
    team = Team.objects.create(name="Personeelszaken", is_closed=True)
    Conversation.objects.filter(pk=conversation.pk).update(
        team=team, assignee=None, status="closed", closed_at=timezone.now()
    )
    assert (
        "Another team has this" in page.post("/monitoring/link/", {"address": address, "title": "x"}).content.decode()
    )
    conversation.refresh_from_db()
    assert (conversation.status, conversation.assignee) == ("closed", None)


def test_a_site_that_hangs_takes_few_threads_of_pages(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_of_sites, "_AT_ONCE", threading.BoundedSemaphore(1))
    assert reading_of_sites._AT_ONCE.acquire()  # noqa: SLF001
    monkeypatch.setattr(reading_of_sites, "read", lambda *_given, **_more: pytest.fail("It waits for the site."))
    assert "did not tell what it is called" in _pasted(page, "https://blog.example/bank/")
    found = page.post("/monitoring/feeds/", {"address": "https://blog.example/", "kind": "blog"}).content.decode()
    assert "The site cannot be reached" in found

"""Feeds: found at a page's address, fetched politely, read safely."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inbox.models import Event, Organisation, User
from monitoring.feeds import fetching, html, reading
from monitoring.feeds import web as reader
from monitoring.feeds.models import Feed
from monitoring.hits.models import Post
from monitoring.queries.models import Query
from sandbox.testing import Running
from tests import factories
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


def add(page: Client, address: str, kind: str = "blog") -> str:
    answer = page.post("/monitoring/feeds/", {"address": address, "kind": kind}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def go_round() -> None:
    """Fetch and read what there is, as the workers do."""
    Feed.objects.update(next_fetch_at=timezone.now())
    for feed_id in Feed.objects.values_list("pk", flat=True):
        fetching.fetch(feed_id)
    for feed_id in reading.waiting():
        reading.read(feed_id)


def write(web: Running, site: str, title: str, text: str) -> None:
    requests.post(f"{web.url}/control/sites/{site}", json={"title": title, "text": text}, timeout=10)


def test_a_feed_is_found_at_the_address_of_its_site(page: Client, web: Running) -> None:
    assert "Thuis met Tess is read along from now on" in add(page, f"{web.url}/web/thuisblog/")
    assert "was read along already" in add(page, f"{web.url}/web/thuisblog/feed.xml")
    feed = Feed.objects.get()
    assert (feed.url, feed.title, feed.kind) == (f"{web.url}/web/thuisblog/feed.xml", "Thuis met Tess", "blog")
    assert Organisation.current().monitors
    assert [event.verb for event in Event.objects.filter(verb__startswith="feed_")] == ["feed_added"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("{web}/web/nergens/", "no feed any more"),
        ("{web}/web/thuisblog/post-1/", "names no feed"),
        ("http://10.0.0.5/feed", "private network"),
        ("https://127.0.0.1/feed", "private network"),
        ("https://localhost/feed", "private network"),
        ("ftp://example.com/feed", "no address of a site"),
        ("geen adres", "no address of a site"),
    ],
)
def test_what_gives_no_feed_is_said_at_the_address(page: Client, web: Running, address: str, says: str) -> None:
    assert says in add(page, address.format(web=web.url))
    assert not Feed.objects.exists()


def test_a_redirect_leads_into_no_private_network(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = reader._one

    def moved(session: Any, over: Any, url: str, headers: Any) -> reader.Answer:
        if url.startswith(web.url):
            return reader.Answer(302, url, {"location": "http://192.168.1.1/feed"})
        return ask(session, over, url, headers)

    monkeypatch.setattr(reader, "_one", moved)
    with pytest.raises(reader.CannotRead, match="private"):
        reader.read(f"{web.url}/web/thuisblog/")


def test_posts_that_fit_are_found_once_as_plain_text(page: Client, lead: User, web: Running) -> None:
    query = Query.objects.create(name="Merk", text='veldhuis OR "lijn noord"', by=lead)
    add(page, f"{web.url}/web/thuisblog/")
    add(page, f"{web.url}/web/keukentafel/", "forum")
    go_round()
    assert Post.objects.count() == 7
    assert set(query.hits.values_list("post__title", flat=True)) == {
        "Onze nieuwe bank is er (en wat er misging)", "Getest: drie eettafels onder de 500 euro",
        "Met de trein naar Groningen", "Veldhuis reageert niet op garantie", "Re: kast zelf in elkaar zetten",
        "Vertraging Lijn Noord, recht op geld terug?",
    }  # fmt: skip
    bank = Post.objects.get(title__startswith="Onze nieuwe bank")
    assert bank.text.startswith("De bank van Veldhuis kwam twee weken te laat")
    assert (bank.author, bank.site, bank.language) == ("Tess", "Thuis met Tess", "nl")
    assert bank.mood in ("annoyed", "angry")
    assert "alert" not in Post.objects.get(title__startswith="Vijf kleuren").text
    go_round()
    assert (Post.objects.count(), query.hits.count()) == (7, 6)
    write(web, "thuisblog", "Nieuw bij Veldhuis", "Een lamp.")
    go_round()
    assert (Post.objects.count(), query.hits.count()) == (8, 7)


def test_what_did_not_change_is_not_sent_again_and_asked_less(page: Client, web: Running) -> None:
    add(page, f"{web.url}/web/thuisblog/")
    go_round()
    before = Feed.objects.get()
    assert before.etag and before.body is None
    go_round()
    after = Feed.objects.get()
    assert after.interval > before.interval
    assert (after.problem, after.failures) == ("", 0)
    assert fetching.due() == []


def test_a_site_that_fails_is_asked_later_and_later(page: Client, web: Running) -> None:
    add(page, f"{web.url}/web/thuisblog/")
    Feed.objects.update(url=f"{web.url}/web/weg/feed.xml")
    go_round()
    first = Feed.objects.get()
    go_round()
    second = Feed.objects.get()
    assert (second.problem, second.failures) == ("gone", 2)
    assert second.next_fetch_at - timezone.now() > (first.next_fetch_at - timezone.now()) * 1.5
    assert "no feed any more" in page_of(page, "/monitoring/feeds/")


def test_one_site_is_asked_for_one_feed_at_a_time(page: Client, web: Running) -> None:
    for site in ("thuisblog", "keukentafel"):
        add(page, f"{web.url}/web/{site}/")
    assert len(fetching.due()) == 1


def test_what_ends_the_reader_is_given_up_after_three_times() -> None:
    feed = Feed.objects.create(url="https://example.com/feed", host="example.com", title="Weg", body=b"<rss/>", tries=3)
    assert reading.read(feed.pk) == 0
    feed.refresh_from_db()
    assert (feed.body, feed.problem) == (None, "no_feed")


_ITEM = b"<item><title>Veldhuis</title><link>https://example.com/1</link></item>"


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        (b"", []),
        (b"geen xml", []),
        (b"<rss version='2.0'><channel>" + _ITEM, ["Veldhuis"]),
        (b"<rss version='2.0'><channel><item/>" + _ITEM + b"<item><pubDate>x</pubDate>", ["Veldhuis"]),
        (b"<!DOCTYPE r [<!ENTITY a 'aaaa'>]><rss version='2.0'><channel>" + _ITEM + b"</channel></rss>", ["Veldhuis"]),
        (b"\xff\xfe\x00<rss", []),
        *(
            (b"<rss version='2.0'><channel><item><title>Vel&#" + reference + b";dhuis</title></item>", ["Veldhuis"])
            for reference in (b"0", b"xD800", b"x110000", b"99999999999", b"x" + b"f" * 5000)
        ),
    ],
)
def test_broken_feeds_give_what_can_be_read(body: bytes, titles: list[str]) -> None:
    feed = Feed(url="https://example.com/feed", title="Voorbeeld")
    assert [post.title for post in reading.posts_of(feed, body)] == titles


@pytest.mark.parametrize("reference", ["&#0;", "&#xD800;", "&#99999999999;"])
def test_an_odd_address_costs_no_neighbour_its_place(lead: User, reference: str) -> None:
    odd = f"<item><title>Veldhuis</title><link>https://example.com/{reference}</link></item>"
    body = f"<rss version='2.0'><channel>{odd}{_ITEM.decode()}</channel></rss>".encode()
    feed = Feed.objects.create(url="https://example.com/feed", host="example.com", title="Weg", body=body, etag="x")
    reading.read(feed.pk)
    feed.refresh_from_db()
    assert (feed.problem, feed.etag, Post.objects.count()) == ("", "x", 2)


def test_replies_that_share_an_address_are_each_a_post() -> None:
    items = "".join(
        f"<item><title>Veldhuis {n}</title><link>https://example.com/t</link>"
        f"<guid isPermaLink='false'>t#{n}</guid></item>"
        for n in range(3)
    )
    feed = Feed(url="https://example.com/feed", title="Voorbeeld")
    posts = list(reading.posts_of(feed, f"<rss version='2.0'><channel>{items}</channel></rss>".encode()))
    assert len({post.external_id for post in posts}) == 3


def test_what_is_given_up_is_asked_for_anew() -> None:
    feed = Feed.objects.create(
        url="https://example.com/feed", host="example.com", title="Weg", body=b"geen xml", etag="x", modified="y"
    )
    reading.read(feed.pk)
    feed.refresh_from_db()
    assert (feed.problem, feed.etag, feed.modified) == ("no_feed", "", "")


def test_bombs_of_entities_do_not_grow() -> None:
    levels = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    body = (
        f"<!DOCTYPE r [<!ENTITY l0 'veldhuis'>{levels}]><rss><channel><item><title>&l9;</title></item></channel></rss>"
    )
    feed = Feed(url="https://example.com/feed", title="Voorbeeld")
    assert all(len(post.title) <= 300 for post in reading.posts_of(feed, body.encode()))


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"<rss><item>{text}".encode())))
def test_reading_any_bytes_ends_well(body: bytes) -> None:
    for post in reading.posts_of(Feed(url="https://example.com/feed", title="Voorbeeld"), body):
        assert "\x00" not in post.title + post.text
        assert post.url.startswith(("http://", "https://", "")) and post.published_at <= timezone.now()


_FIELDS = ("title", "link", "guid", "author", "pubDate", "description", "dc:creator", "content:encoded", "category")
# What somebody may have written whom a site lets into its feed: the site escapes it, and that is all.
_WRITTEN = st.text(max_size=40) | st.sampled_from(
    [
        *("&#0;", "&#xD800;", "&amp;#xD800;", "\ud800", "\x00\x01", "\x0b", "\ufffe", "\u202e", "]]>"),
        *("x" * 20_000, "&amp;lt;b&amp;gt;" * 2000, "e\u0301" * 5000, "9" * 5000),
        *("https://" + "a" * 3000, "https://[", "javascript:alert(1)", "https://example.com/1", "http://\u0130.example"),
        *("Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 1 Jan 0001 00:00:00 +1400", "99999999999999999999", "-1"),
    ]
)  # fmt: skip


def check_neighbours_of(said: dict[str, str], encoding: str = "utf-8") -> None:
    """Read a feed with an item that says this between two others."""
    told = "".join(f"<{name}>{value.replace('<', '&lt;')}</{name}>" for name, value in said.items())
    items = "".join(f"<item><title>Veldhuis {n}</title><guid>https://example.com/n{n}</guid></item>" for n in range(2))
    first, second = items.split("</item>")[:2]
    head = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    head += " xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
    body = f"{head}{first}</item><item>{told}</item>{second}</item></channel></rss>".encode(encoding, "surrogatepass")
    with transaction.atomic():
        Query.objects.create(name="Merk", text="veldhuis", by=factories.make_user("lead"))
        feed = Feed.objects.create(url="https://example.com/feed", host="example.com", title="Weg", body=body)
        reading.read(feed.pk)
        feed.refresh_from_db()
        titles = set(Post.objects.values_list("title", flat=True))
        transaction.set_rollback(True)
    assert feed.problem == ""
    assert titles >= {"Veldhuis 0", "Veldhuis 1"}


@given(st.dictionaries(st.sampled_from(_FIELDS), _WRITTEN, max_size=4))
def test_one_hostile_item_costs_no_neighbour_its_place(said: dict[str, str]) -> None:
    check_neighbours_of(said)


@pytest.mark.parametrize(
    ("field", "word", "encoding"),
    [
        ("author", "x" * 200_000, "utf-8"),
        ("dc:creator", "x" * 200_000, "utf-8"),
        ("author", "x&#120;" * 50_000, "utf-8"),
        ("author", "&#x78;" * 50_000, "utf-8"),
        ("author", "x" * 200_000, "utf-16"),
    ],
)
def test_a_word_without_an_end_costs_no_time(field: str, word: str, encoding: str) -> None:
    """Whole, it would take the seconds of its feed, and so all its posts."""
    check_neighbours_of({field: word}, encoding)


@given(st.text(alphabet="<>/ab\"'=!-pscript&;#0 \n", max_size=200))
def test_plain_text_of_any_markup_is_bounded(markup: str) -> None:
    assert len(html.plain(markup)) <= html.LONGEST
    assert html.page_title(markup) == " ".join(html.page_title(markup).split())


def test_markup_becomes_lines_and_what_is_unseen_goes() -> None:
    text = html.plain("<p>Een&nbsp;<b>bank</b></p><style>p{}</style><ul><li>rood<li>groen</ul><script>weg()</script>")
    assert text == "Een bank\nrood\ngroen"


def test_only_leads_choose_feeds_and_removing_keeps_posts(page: Client, lead: User, web: Running) -> None:
    Query.objects.create(name="Merk", text="veldhuis", by=lead)
    add(page, f"{web.url}/web/thuisblog/")
    go_round()
    feed = Feed.objects.get()
    agent = signed_in(factories.make_user("agent"))
    assert agent.get("/monitoring/feeds/").status_code == 403
    assert agent.post(f"/monitoring/feeds/{feed.code}/remove/").status_code == 403
    assert "no longer read along" in page_of(page, f"/monitoring/feeds/{feed.code}/remove/", sure="1")
    assert not Feed.objects.exists()
    assert "Onze nieuwe bank" in page_of(page, "/monitoring/")


def test_feeds_older_than_a_month_bring_nothing(lead: User) -> None:
    old = (timezone.now() - timedelta(days=40)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    body = f"<rss version='2.0'><channel><item><title>Oud</title><pubDate>{old}</pubDate></item></channel></rss>"
    assert list(reading.posts_of(Feed(url="https://example.com/feed", title="Oud"), body.encode())) == []


def test_what_a_feed_names_anew_each_time_is_one_post() -> None:
    feed = Feed.objects.create(url="https://example.com/feed", host="example.com", title="Forum")
    for turn in range(3):
        item = (
            "<item><title>Veldhuis</title><link>https://example.com/t</link><guid isPermaLink='false'>{}</guid></item>"
        )
        items = item.format(f"a{turn}") + item.format(f"b{turn}") + item.format(f"c{turn}").replace("/t<", "/u<")
        body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        Feed.objects.filter(pk=feed.pk).update(body=body)
        assert reading.read(feed.pk) == (0 if turn else 2)
    assert sorted(Post.objects.values_list("url", flat=True)) == ["https://example.com/t", "https://example.com/u"]


def test_an_item_that_stands_twice_in_a_feed_is_one_post() -> None:
    feed = Feed.objects.create(url="https://example.com/feed", host="example.com", title="Forum")
    item = "<item><title>Veldhuis</title><link>https://example.com/t</link><guid isPermaLink='false'>a</guid></item>"
    Feed.objects.filter(pk=feed.pk).update(body=f"<rss version='2.0'><channel>{item * 2}</channel></rss>".encode())
    assert reading.read(feed.pk) == 1
    assert Post.objects.get().title == "Veldhuis"


def test_of_a_huge_feed_the_first_items_are_read() -> None:
    item = "<item><title>Veldhuis {}</title><link>https://example.com/{}</link></item>"
    items = "".join(item.format(n, n) for n in range(reading.MOST_ITEMS * 2))
    whole = f"<rss version='2.0'><channel><title>Forum</title>{items}</channel></rss>".encode()
    assert reading.title_of(whole, "https://example.com/feed") == "Forum"
    posts = list(reading.posts_of(Feed(url="https://example.com/feed", title="Forum"), whole))
    assert [post.title for post in posts] == [f"Veldhuis {n}" for n in range(reading.MOST_ITEMS)]


def test_what_a_huge_feed_is_called_is_found_in_no_time() -> None:
    body = b"<rss version='2.0'><channel><title>Forum</title>" + b"<item/>" * (reader.MOST_BYTES // 7)
    began = time.process_time()
    assert reading.title_of(body, "https://example.com/feed") == "Forum"
    assert time.process_time() - began < 3

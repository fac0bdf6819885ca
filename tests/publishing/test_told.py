"""Who is told of a planned post, and when that is dealt with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from channels.models import Account
from inbox.models import Incident, Message, Notification, User
from inbox.notifications import lines
from inbox.outbox import deliver, posts
from publishing import planning
from publishing.models import Part, Post
from tests.factories import limit, make_account, make_user
from tests.support.html import text_of
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


def asked(brand: Account, author: User, minutes: int = 60) -> Post:
    """A post that waits for approval."""
    post = Post.objects.create(text="Nieuw!", at=timezone.now() + timedelta(minutes=minutes), author=author)
    Part.objects.create(post=post, account=brand)
    return planning.ask(post, author)


def told(user: User) -> list[tuple[str, str]]:
    """What somebody has not dealt with: the words, and where they lead."""
    with translation.override("en"):
        return [(line.words, line.address) for line in lines.page_of(user).lines]


def test_who_may_approve_is_told_until_it_is_decided(brand: Account, sanne: User) -> None:
    colleague, trainee = make_user(), make_user("trainee")
    elsewhere = make_user(all_accounts=False)
    post = asked(brand, sanne)
    page = reverse("post", args=[post.code])
    assert told(colleague) == [(f"{sanne.name} asks you to approve a post", page)]
    assert [told(person) for person in (sanne, trainee, elsewhere)] == [[], [], []]
    signed_in(colleague).get(page)
    assert told(colleague)  # looking decides nothing
    planning.give_back(post, colleague, "Te lang")
    assert told(colleague) == []
    [(words, where)] = told(sanne)
    assert (words, where) == (f"{colleague.name} gave a post back to you", page)
    signed_in(sanne).get(page)
    assert told(sanne) == []


def test_a_post_that_does_not_leave_is_told_to_author_and_leads(brand: Account, sanne: User) -> None:
    lead, other = make_user("lead"), make_user()
    post = planning.approve(asked(brand, sanne), make_user())
    row = Message.objects.get(route="post")
    Message.objects.filter(pk=row.pk).update(send_after=timezone.now(), sent_at=timezone.now())
    Account.objects.filter(pk=brand.pk).update(mode="engage")
    deliver.deliver(row.pk)
    assert told(other) == []
    for person in (lead, sanne):
        [(words, where)] = told(person)
        assert words == "A post on @veldhuis could not be published"
        answer = signed_in(person).get(where, follow=True)
        assert answer.redirect_chain[-1][0] == reverse("post", args=[post.code])
        assert told(person) == []
    assert signed_in(make_user(all_accounts=False)).get(where).status_code == 404


def test_who_cannot_open_a_post_is_not_told_of_it(brand: Account, sanne: User) -> None:
    lead, of_one = make_user("lead"), make_user("lead")
    limit(of_one, brand)
    elsewhere = make_account("facebook", handle="veldhuis", mode="publish")
    post = Post.objects.create(text="Nieuw!", at=timezone.now() + timedelta(hours=1), author=sanne)
    for account in (brand, elsewhere):
        Part.objects.create(post=post, account=account)
    planning.approve(planning.ask(post, sanne), make_user())
    row = Message.objects.select_related("account").get(route="post", account=brand)
    Account.objects.filter(pk=brand.pk).update(mode="engage")
    row.account.refresh_from_db()
    assert not posts.may_leave(row, timezone.now())
    assert [len(told(person)) for person in (sanne, lead, of_one)] == [1, 1, 0]


def test_what_an_incident_holds_is_told_once(brand: Account, sanne: User) -> None:
    for _number in range(3):
        planning.approve(asked(brand, sanne), make_user())
    Incident.objects.create(name="Storing", text="Storing", account_ids=[brand.pk], since=timezone.now())
    for row in Message.objects.select_related("account"):
        assert not posts.may_leave(row, timezone.now())
        row.save()
    [(words, where)] = told(sanne)
    assert words == "Posts on @veldhuis are held: an incident is running"
    assert Notification.objects.filter(user=sanne).count() == 1
    assert "3 posts are held" in signed_in(sanne).get(where).content.decode()
    assert told(sanne) == []


def test_whose_incident_is_over_hears_what_is_still_held(brand: Account, sanne: User) -> None:
    lead = signed_in(make_user("lead", language="en"))
    post = planning.approve(asked(brand, sanne), make_user())
    incident = Incident.objects.create(name="Storing", text="Storing", account_ids=[brand.pk], since=timezone.now())
    row = Message.objects.select_related("account").get()
    assert not posts.may_leave(row, timezone.now())
    row.save()
    page = reverse("post", args=[post.code])
    assert "An incident is running" in text_of(lead.get(page).content.decode())
    ended = lead.post(reverse("incident_end", args=[incident.code]), follow=True).content.decode()
    assert "1 planned post is still held. Let it go under Posts." in text_of(ended)
    assert "Tick a group" not in ended and "Nothing was sent." in text_of(ended)
    shown = text_of(lead.get(page).content.decode())
    assert "The incident is over; this waits until somebody lets it go" in shown
    assert "An incident is running" not in shown

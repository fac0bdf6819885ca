"""A post from its first words to the outbox: who may do what, and what is looked at before."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Account
from inbox.ingest.receive import receive
from inbox.models import Attachment, Event, Incident, Message, User
from inbox.models.rights import Right
from inbox.outbox import posts
from inbox.team import organisation
from inbox.text.length import length_of
from publishing.forms import PostForm
from publishing.models import Post
from tests.factories import author, incoming, make_account, make_user
from tests.support.files import picture as made
from tests.support.pages import page_of, signed_in
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db
CLOCK = "2031-07-01T09:30"
MOMENT = datetime(2031, 7, 1, 7, 30, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def colleague() -> User:
    """Who approves."""
    return make_user(first_name="Bo", language="en")


def filled(*accounts: Account, **more: Any) -> dict[str, Any]:
    """A form as somebody fills it in."""
    usual = {"text": "Nieuwe collectie!", "clock": CLOCK, "accounts": [str(account.code) for account in accounts]}
    return usual | more


def write(person: User, *accounts: Account, **more: Any) -> Post:
    """Write a post on the page."""
    response = signed_in(person).post(reverse("post_new"), filled(*accounts, **more))
    assert response.status_code == 302, response.content.decode()
    return Post.objects.latest("pk")


def cleaned(form: PostForm, name: str, value: str) -> str:
    """What a field makes of a text; nothing of one it refuses."""
    try:
        return str(form.fields[name].clean(value))
    except ValidationError:
        return ""


def act(person: User, post: Post, do: str, **more: Any) -> str:
    """Press a button of a post's page; return how it stands then."""
    signed_in(person).post(reverse("post_act", args=[post.code]), {"do": do, **more})
    post.refresh_from_db()
    return str(post.state)


def test_a_post_is_approved_by_another_and_planned(brand: Account, sanne: User, colleague: User) -> None:
    post = write(sanne, brand, link="https://veldhuis.example/nieuw")
    assert (post.state, post.at, Message.objects.count()) == ("draft", MOMENT, 0)
    assert act(sanne, post, "ask") == "asked"
    assert act(sanne, post, "approve") == "asked"
    assert act(make_user("trainee"), post, "approve") == "asked"
    assert Message.objects.count() == 0
    assert act(colleague, post, "approve") == "planned"
    row = Message.objects.get()
    assert (row.text, row.send_after, row.state) == (
        "Nieuwe collectie!\n\nhttps://veldhuis.example/nieuw", MOMENT, "queued"
    )  # fmt: skip
    assert (row.author, row.approved_by, post.approved_by) == (sanne, colleague, colleague)
    assert act(colleague, post, "approve") == "planned"
    assert Message.objects.count() == 1
    assert list(Event.objects.order_by("pk").values_list("verb", "actor")) == [
        ("post_written", sanne.pk), ("post_asked", sanne.pk), ("post_queued", colleague.pk),
        ("post_approved", colleague.pk),
    ]  # fmt: skip


def test_who_changes_the_words_is_their_author(brand: Account, sanne: User, colleague: User) -> None:
    post = write(sanne, brand)
    act(sanne, post, "ask")
    signed_in(colleague).post(reverse("post_edit", args=[post.code]), filled(brand, text="Andere woorden"))
    post.refresh_from_db()
    assert (post.state, post.author) == ("draft", colleague)
    assert act(colleague, post, "ask") == "asked"
    assert act(colleague, post, "approve") == "asked"
    assert act(sanne, post, "approve", version="1") == "asked"  # of the words as they were
    assert act(sanne, post, "approve", version="2") == "planned"


def test_saved_twice_it_is_one_post(brand: Account, sanne: User) -> None:
    page, form = signed_in(sanne), filled(brand, code=str(uuid.uuid4()))
    first, again = (page.post(reverse("post_new"), form) for _press in range(2))
    assert first.url == again.url  # type: ignore[attr-defined]  # a redirect
    post = Post.objects.get()
    other = page.post(reverse("post_new"), form | {"text": "Andere woorden"})
    assert "saved already" in other.content.decode()
    edit = reverse("post_edit", args=[post.code])
    changed = filled(brand, version="1", text="Andere woorden")
    assert [page.post(edit, changed).status_code for _press in range(2)] == [302, 302]
    post.refresh_from_db()
    assert (post.version, post.text) == (2, "Andere woorden")
    stale = page.post(edit, filled(brand, version="1", text="Van wie te laat is"))
    assert "changed meanwhile" in stale.content.decode()
    assert "Van wie te laat is" in stale.content.decode()


def test_saved_again_with_other_pictures_it_is_refused(brand: Account, sanne: User) -> None:
    def given(alt_text: str = "Een kast", **more: Any) -> dict[str, Any]:
        file = SimpleUploadedFile("kast.png", made(), "image/png")
        return filled(brand, code=code, picture_0=file, alt_new_0=alt_text, **more)

    code, page, new = str(uuid.uuid4()), signed_in(sanne), reverse("post_new")
    assert [page.post(new, given()).status_code for _press in range(2)] == [302, 302]
    for other in (filled(brand, code=code), given("Een stoel"), given(time_zone="Europe/Amsterdam")):
        assert "saved already" in page.post(new, other).content.decode()
    post = Post.objects.get()
    [kept] = post.pictures.all()
    dropped = filled(brand, version="0", **{f"alt_{kept.code}": "Een kast", f"drop_{kept.code}": "on"})
    assert "changed meanwhile" in page.post(reverse("post_edit", args=[post.code]), dropped).content.decode()
    assert (post.pictures.count(), kept.alt_text) == (1, "Een kast")


def test_a_changed_post_saved_twice_has_its_pictures_once(brand: Account, sanne: User) -> None:
    post = write(sanne, brand, picture_0=SimpleUploadedFile("kast.png", made(), "image/png"), alt_new_0="Een kast")
    [kept] = post.pictures.all()
    page, edit = signed_in(sanne), reverse("post_edit", args=[post.code])

    def given(**more: Any) -> dict[str, Any]:
        bank = SimpleUploadedFile("bank.png", made(), "image/png")
        old = {f"alt_{kept.code}": "Een kast, van voren"}
        return filled(brand, version="1", picture_0=bank, alt_new_0="Een bank", **old, **more)

    assert [page.post(edit, given()).status_code for _press in range(2)] == [302, 302]
    assert [picture.alt_text for picture in post.pictures.all()] == ["Een kast, van voren", "Een bank"]
    assert "changed meanwhile" in page.post(edit, given(text="Andere woorden")).content.decode()
    assert post.pictures.count() == 2


def test_a_chosen_picture_is_asked_for_again(brand: Account, sanne: User) -> None:
    picture = SimpleUploadedFile("kast.png", made(), "image/png")
    form = filled(brand, picture_0=picture, alt_new_0="Een kast", clock="")
    assert "Choose this picture once more" in signed_in(sanne).post(reverse("post_new"), form).content.decode()


def test_a_post_begins_on_the_day_it_was_begun_on(brand: Account, sanne: User) -> None:
    page = signed_in(sanne)
    assert 'value="2031-07-04T09:00"' in page_of(page, reverse("post_new") + "?on=2031-07-04")
    assert page.get(reverse("post_new"), {"on": "0001-01-01"}).status_code == 200


def test_accounts_of_one_name_are_told_apart(brand: Account, sanne: User) -> None:
    make_account("facebook", handle="veldhuis", mode="publish")
    shown = signed_in(sanne).post(reverse("post_new"), filled(brand, text="lang " * 80)).content.decode()
    assert "On @veldhuis (X) this is 119 characters too long" in shown


def test_without_the_rule_only_trainees_are_looked_at(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    assert act(sanne, write(sanne, brand), "ask") == "planned"
    trainee = make_user("trainee")
    assert act(trainee, write(trainee, brand), "ask") == "asked"


def test_given_back_it_says_why(brand: Account, sanne: User, colleague: User) -> None:
    post = write(sanne, brand)
    act(sanne, post, "ask")
    assert act(colleague, post, "give_back", comment="Te lang") == "draft"
    assert "Te lang" in page_of(signed_in(sanne), reverse("post", args=[post.code]))


def test_each_account_has_its_words_and_its_row(brand: Account, sanne: User, colleague: User) -> None:
    page = make_account("facebook", name="Veldhuis", mode="publish")
    post = write(sanne, brand, page, **{f"text_{page.code}": "Langer verhaal", "link": "https://veldhuis.example"})
    act(sanne, post, "ask")
    act(colleague, post, "approve")
    assert dict(Message.objects.values_list("account__platform", "text")) == {
        "x": "Nieuwe collectie!\n\nhttps://veldhuis.example", "facebook": "Langer verhaal\n\nhttps://veldhuis.example",
    }  # fmt: skip


def test_a_picture_goes_along_with_what_it_shows(brand: Account, sanne: User, colleague: User) -> None:
    picture = SimpleUploadedFile("kast.png", made(), "image/png")
    response = signed_in(sanne).post(reverse("post_new"), filled(brand, picture_0=picture))
    assert "Say what the picture shows" in response.content.decode()
    picture = SimpleUploadedFile("kast.png", made(), "image/png")
    post = write(sanne, brand, picture_0=picture, alt_new_0="Een kast")
    [kept] = post.pictures.all()
    assert signed_in(sanne).get(reverse("post_picture", args=[kept.code]))["Content-Type"] == "image/png"
    act(sanne, post, "ask")
    act(colleague, post, "approve")
    sent = Attachment.objects.get()
    assert (sent.message.route, sent.alt_text, sent.state, sent.kind) == ("post", "Een kast", "stored", "image")


def test_what_is_no_picture_is_refused(brand: Account, sanne: User) -> None:
    file = SimpleUploadedFile("kast.png", b"<script>", "image/png")
    response = signed_in(sanne).post(reverse("post_new"), filled(brand, picture_0=file, alt_new_0="Kast"))
    assert "is no picture" in response.content.decode()
    assert not Post.objects.exists()


def test_personal_data_asks_for_a_decision(brand: Account, sanne: User) -> None:
    post = write(sanne, brand, text="Bel Karin op 06-12345678")
    page = signed_in(sanne)
    address = reverse("post_act", args=[post.code])
    shown = page.post(address, {"do": "ask"}).content.decode()
    assert "Personal data in public" in shown
    key = shown.split('name="anyway" value="')[1].split('"')[0]
    post.refresh_from_db()
    assert post.state == "draft"
    page.post(address, {"do": "ask", "anyway": key})
    post.refresh_from_db()
    assert post.state == "asked"


@given(text=st.text(min_size=1, max_size=400), own=st.text(max_size=400))
def test_it_fits_where_each_account_counts_it_so(text: str, own: str) -> None:
    accounts = [Account(platform=platform, mode="publish", handle=platform) for platform in ("x", "facebook")]
    form = PostForm(filled(*accounts, text=text, **{f"text_{accounts[0].code}": own}), accounts=accounts)
    with translation.override("en"):
        form.is_valid()
    text, own = cleaned(form, "text", text), cleaned(form, f"text_{accounts[0].code}", own)
    rules = posts.rules_for(accounts[0])
    too_long = length_of(own or text, rules) > rules.limit
    assert any("too long" in error for errors in form.errors.values() for error in errors) == too_long


@pytest.mark.parametrize("clock", ["2031-03-30T02:30", "2020-01-01T09:00", "nooit", "0001-01-01T00:00"])
def test_a_moment_that_does_not_come_is_refused(brand: Account, sanne: User, clock: str) -> None:
    response = signed_in(sanne).post(reverse("post_new"), filled(brand, clock=clock))
    assert response.status_code == 200
    assert not Post.objects.exists()


def test_a_post_is_planned_by_another_clock(brand: Account, sanne: User) -> None:
    post = write(sanne, brand, time_zone="America/New_York")
    assert post.at == datetime(2031, 7, 1, 13, 30, tzinfo=ZoneInfo("UTC"))
    assert "9:30 (EDT)" in page_of(signed_in(sanne), reverse("post", args=[post.code]))


def test_moving_and_withdrawing_reach_the_outbox(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    post = write(sanne, brand)
    act(sanne, post, "ask")
    act(sanne, post, "move", clock="2031-07-02T09:30", time_zone="")
    row = Message.objects.get()
    assert (post.at, row.send_after) == (MOMENT + timedelta(days=1), MOMENT + timedelta(days=1))
    assert act(sanne, post, "withdraw") == "withdrawn"
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert signed_in(sanne).get(reverse("post_edit", args=[post.code])).status_code == 200


def test_a_moved_post_is_approved_again(brand: Account, sanne: User, colleague: User) -> None:
    post = write(sanne, brand)
    act(sanne, post, "ask")
    act(colleague, post, "approve")
    assert Message.objects.get().state != "cancelled"
    act(sanne, post, "move", clock="2031-07-02T09:30", time_zone="")
    post.refresh_from_db()
    assert (post.state, post.approved_by, post.at) == (Post.State.ASKED, None, MOMENT + timedelta(days=1))
    assert Message.objects.get().state == "cancelled"
    act(colleague, post, "approve")
    assert Message.objects.exclude(state="cancelled").get().send_after == MOMENT + timedelta(days=1)


def test_a_decision_is_about_one_moment(brand: Account, sanne: User, colleague: User) -> None:
    post = write(sanne, brand)
    act(sanne, post, "ask")
    seen = post.version
    act(sanne, post, "move", clock="2031-07-02T09:30", time_zone="")
    assert act(colleague, post, "approve", version=str(seen)) == "asked"  # another moment than what was read
    assert act(colleague, post, "approve") == "planned"
    act(colleague, post, "move", clock="2031-07-03T09:30", time_zone="")
    assert act(colleague, post, "approve", version=str(seen + 1)) == "asked"


def in_doubt(person: User, brand: Account) -> Post:
    """A planned post that was looked for in vain, may stand there all the same, and is held."""
    post = write(person, brand)
    act(person, post, "ask")
    Message.objects.update(state="held", error_reason="incident", lookups=2)
    return post


def test_moved_in_doubt_it_is_not_published_anew(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    post = in_doubt(sanne, brand)
    organisation.change(colleague, approves_posts=True)
    assert act(sanne, post, "move", clock="2031-07-02T09:30", time_zone="") == "planned"
    row = Message.objects.get()
    assert (row.state, row.lookups, post.parts.get().message, post.at) == ("held", 2, row, MOMENT)


def test_withdrawn_in_doubt_a_person_says_if_it_is_there(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    post = in_doubt(sanne, brand)
    page = signed_in(sanne)
    answer = page.post(reverse("post_act", args=[post.code]), {"do": "withdraw"}, follow=True).content.decode()
    assert "It may stand there already" in answer and "Perhaps published" in answer
    assert page.get(reverse("post_edit", args=[post.code])).status_code == 403
    assert act(sanne, post, "ask") == "planned"
    assert Message.objects.get().state == "unknown"
    assert act(sanne, post, "not_there", part=str(post.parts.get().pk)) == "withdrawn"
    assert act(sanne, post, "ask") == "planned"
    assert sorted(Message.objects.values_list("state", flat=True)) == ["cancelled", "queued"]


def test_what_nobody_can_look_for_is_settled_by_hand(brand: Account, sanne: User) -> None:
    organisation.change(sanne, approves_posts=False)
    there, not_there = (write(sanne, brand, text=text) for text in ("Een", "Twee"))
    for post in (there, not_there):
        act(sanne, post, "ask")
    Message.objects.update(state="sending", claimed_at=MOMENT)
    Message.objects.update(state="unknown", retry_at=None)
    Account.objects.filter(pk=brand.pk).update(removed_at=timezone.now())
    sanne = make_user("admin", language="en")
    page = signed_in(sanne)
    listed = page_of(page, f"{reverse('posts')}?status=unsure")
    assert listed.count('<span class="chip post-unsure">') == 2
    assert "It does not stand there" in page_of(page, reverse("post", args=[there.code]))
    act(sanne, there, "there", part=str(there.parts.get().pk))
    act(sanne, not_there, "not_there", part=str(not_there.parts.get().pk))
    states = dict(Message.objects.values_list("text", "state"))
    assert states == {"Een": "sent", "Twee": "cancelled"}
    assert (there.state, not_there.state) == ("planned", "withdrawn")
    assert "says that the post stands there" in page_of(page, reverse("post", args=[there.code]))


def test_held_posts_are_let_go_one_by_one_or_all(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    first, second, third = (write(sanne, brand, text=text) for text in ("Een", "Twee", "Drie"))
    for post in (first, second, third):
        act(sanne, post, "ask")
    Incident.objects.create(name="Storing", text="Storing", account_ids=[brand.pk], since=timezone.now())
    with time_machine.travel(MOMENT, tick=False):
        for row in Message.objects.select_related("account"):
            assert not posts.may_leave(row, timezone.now())
            row.save()
        page = signed_in(sanne)
        assert "3 posts are held" in page_of(page, reverse("posts"))
        act(sanne, first, "release", part=str(first.parts.get().pk))
        assert Message.objects.filter(state="queued").count() == 1
        page.post(reverse("posts_release"))
        assert Message.objects.filter(state="queued").count() == 3


def test_trainee_lets_nothing_go_that_was_held(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    post, trainee = write(sanne, brand), make_user("trainee", language="en")
    act(sanne, post, "ask")
    Message.objects.update(state="held", error_reason="incident")
    page = signed_in(trainee)
    shown = page_of(page, reverse("posts"))
    assert "1 post is held" in shown and reverse("posts_release") not in shown
    assert "Publish after all" not in page_of(page, reverse("post", args=[post.code]))
    act(trainee, post, "release", part=str(post.parts.get().pk))
    assert "ask a colleague" in page.post(reverse("posts_release"), follow=True).content.decode()
    assert Message.objects.get().state == "held"
    assert "Publish after all" in page_of(signed_in(sanne), reverse("post", args=[post.code]))


def test_what_may_not_leave_holds_no_other_post_back(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    listens = make_account("x", handle="luistert", mode="publish")
    for account in (listens, brand):
        act(sanne, write(sanne, account), "ask")
    Message.objects.update(state="held", error_reason="incident")
    Account.objects.filter(pk=listens.pk).update(mode="listen")
    shown = signed_in(sanne).post(reverse("posts_release"), follow=True).content.decode()
    assert "1 post was let go" in shown and "This account only listens" in shown
    assert dict(Message.objects.values_list("account__handle", "state")) == {"luistert": "held", "veldhuis": "queued"}


def test_its_page_links_what_people_said_to_it(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    post = write(sanne, brand)
    act(sanne, post, "ask")
    Message.objects.update(state="sending")
    Message.objects.update(state="sent", external_id="77", first_external_id="77", thread_id="77")
    said = incoming("Mooi!", kind="reply", thread_id="77", parent_id="77", author=author("Karin Vos"))
    receive(brand, [said])
    shown = page_of(signed_in(sanne), reverse("post", args=[post.code]))
    assert "1 conversation under it" in shown and "Karin Vos" in shown
    conversation = Message.objects.get(direction="inbound").conversation
    assert conversation is not None
    assert "Nieuwe collectie!" in page_of(signed_in(sanne), reverse("conversation", args=[conversation.code]))


def test_the_list_asks_as_often_for_many_as_for_one(brand: Account, sanne: User) -> None:
    page, address = signed_in(sanne), reverse("posts")
    write(sanne, brand)
    page.get(address)
    with CaptureQueriesContext(connection) as one:
        page.get(address)
    for number in range(5):
        write(sanne, brand, text=f"Bericht {number}")
    with CaptureQueriesContext(connection) as many:
        shown = page.get(address).content.decode()
    assert shown.count("posts-line") == 6
    assert len(many) == len(one)


def test_the_list_is_narrowed_and_paged(brand: Account, sanne: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.display.PAGE", 2)
    for number in range(3):
        write(sanne, brand, text=f"Bericht {number}")
    page: Client = signed_in(sanne)
    first = page_of(page, reverse("posts"))
    after = first.split(f"{reverse('posts')}?after=")[1].split('"')[0]
    second = page_of(page, f"{reverse('posts')}?after={after}")
    assert [f"Bericht {n}" in first for n in range(3)] == [False, True, True]
    assert [f"Bericht {n}" in second for n in range(3)] == [True, False, False]
    assert "Bericht" not in page_of(page, f"{reverse('posts')}?status=asked")
    assert "Bericht" in page_of(page, f"{reverse('posts')}?status=draft&account={brand.code}")


def test_who_sends_nothing_reads_a_post_and_has_no_buttons(brand: Account, sanne: User) -> None:
    address = reverse("post", args=[write(sanne, brand).code])
    assert 'name="do"' in page_of(signed_in(sanne), address)
    assert 'name="do"' not in page_of(signed_in(person_with({Right.WORK})), address)


def test_who_has_no_such_account_sees_none_of_it(sanne: User) -> None:
    make_account("x", mode="engage")
    page = signed_in(sanne)
    assert reverse("posts") not in page_of(page, reverse("inbox"))
    assert "You work in no account that may publish posts." in page_of(page, reverse("posts"))
    assert reverse("post_new") not in page_of(page, reverse("posts"))


def test_a_trainee_plans_nobodys_post_alone(brand: Account, sanne: User, colleague: User) -> None:
    organisation.change(colleague, approves_posts=False)
    post = write(sanne, brand)
    assert act(make_user("trainee"), post, "ask") == "asked"
    assert not Message.objects.exists()
    assert act(colleague, post, "approve") == "planned"

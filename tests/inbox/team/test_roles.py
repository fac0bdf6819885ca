"""The organisation's own roles: sets of rights, given by who has them, and held at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from inbox.models import Conversation, CustomRole, Event, Message, Team, User
from inbox.models.rights import BUILT_IN, Right, completed, holding
from inbox.team import members, roles
from inbox.views.team.roles import RoleForm
from tests.factories import limit, make_account, make_conversation, make_user
from tests.support.html import tight
from tests.support.pages import page_of, signed_in
from tests.support.rights import person_with, role_with

pytestmark = pytest.mark.django_db
FIELDS = {"first_name": "Noor", "email": "noor@example.com", "language": "nl", "how": "link"}


@pytest.fixture
def boss() -> User:
    return make_user("admin", language="en")


@pytest.fixture
def admin(boss: User) -> Client:
    return signed_in(boss)


def test_a_role_begins_as_a_copy_and_is_given(admin: Client) -> None:
    page = tight(page_of(admin, "/people/roles/add/?like=lead"))
    ticked = re.findall(r'name="group_\d" value="(\w+)"[^>]*checked', page)
    assert set(ticked) == BUILT_IN["lead"]
    admin.post("/people/roles/add/", {"title": "Weekenddienst", "group_0": ["answer"], "group_1": ["figures"]})
    role = CustomRole.objects.get()
    assert role.rights == ["work", "answer", "figures"]  # who answers reads too
    assert "Weekenddienst" in page_of(admin, "/people/add/")
    admin.post("/people/add/", {**FIELDS, "role": f"custom:{role.pk}"})
    noor = User.objects.get(email="noor@example.com")
    assert (noor.role, noor.get_role_display(), noor.rights) == ("custom", "Weekenddienst", frozenset(role.rights))
    assert [event.verb for event in Event.objects.filter(verb__startswith="role_")] == ["role_added"]
    assert "Weekenddienst" in page_of(admin, "/people/")
    assert "Weekenddienst; + " in page_of(admin, "/log/")


def test_a_right_that_opens_nothing_now_outlasts_an_edit(admin: Client) -> None:
    role = role_with("Servers", {Right.OPERATE, Right.LOG})
    address = f"/people/roles/{role.pk}/"
    assert 'value="operate"' not in page_of(admin, address)  # the tables are closed
    admin.post(address, {"title": "Serverbeheer", "group_2": ["log", "reads"]})
    role.refresh_from_db()
    assert (role.title, role.rights) == ("Serverbeheer", ["log", "reads", "operate"])
    admin.post(address, {"title": "Serverbeheer"})
    role.refresh_from_db()
    assert role.rights == ["operate"]
    admin.post(f"/people/roles/add/?like=custom:{role.pk}", {"title": "Net zo", "group_2": ["log"]})
    assert CustomRole.objects.get(title="Net zo").rights == ["log"]


def test_what_a_role_loses_its_people_lose_at_once(boss: User) -> None:
    person = person_with({Right.FIGURES})
    page = signed_in(person)
    assert page.get("/figures/").status_code == 200
    roles.save(CustomRole.objects.get(), [Right.LOG], by=boss)
    assert page.get("/figures/").status_code == 403
    assert page.get("/log/").status_code == 200
    event = Event.objects.get(verb="role_changed")
    assert (event.data["gained"], event.data["lost"]) == (["log"], ["figures"])


def test_what_a_role_lost_meanwhile_does_not_come_back(boss: User) -> None:
    person = person_with({Right.FIGURES})
    filled = User.objects.get(pk=person.pk)  # as a form read it, before the role lost a right
    roles.give(filled, roles.key_of(filled))
    roles.save(CustomRole.objects.get(), [Right.LOG], by=boss)
    User.objects.filter(pk=person.pk).update(led_teams=[7], sees_masks=True)
    members.change(filled, by=boss)
    person.refresh_from_db()
    assert (person.custom_rights, person.led_teams) == (["log"], [7])


def test_who_no_longer_works_gives_back_what_they_hold(boss: User) -> None:
    person = person_with({Right.ANSWER, Right.FIGURES})
    talk = make_conversation(make_account())
    Conversation.objects.filter(pk=talk.pk).update(assignee=person)
    roles.save(CustomRole.objects.get(), [Right.FIGURES], by=boss)
    talk.refresh_from_db()
    person.refresh_from_db()
    assert (talk.assignee_id, person.all_accounts) == (None, False)
    assert signed_in(person).get("/", follow=True).redirect_chain[-1][0] == "/figures/"


def test_nobody_gives_rights_they_do_not_have() -> None:
    manager = person_with({Right.PEOPLE, *BUILT_IN["agent"]}, "Personeel")
    role_with("Cijferaar", [Right.FIGURES])
    page = signed_in(manager)
    offered = page.get("/people/add/").content.decode()
    assert [f'value="{role}"' in offered for role in ("agent", "trainee", "lead", "admin")] == [
        True,
        True,
        False,
        False,
    ]
    assert "Cijferaar" not in offered
    page.post("/people/add/", {**FIELDS, "role": "admin"})
    assert not User.objects.filter(email="noor@example.com").exists()
    page.post("/people/add/", {**FIELDS, "role": "agent"})
    assert User.objects.filter(email="noor@example.com").exists()


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_who_may_do_more_is_not_theirs_to_change(role: str) -> None:
    page, other = signed_in(person_with({Right.PEOPLE, *BUILT_IN["agent"]})), make_user(role, language="en")
    assert str(other.code) not in page.get("/people/").content.decode()
    for act in ("", "deactivate/", "link/", "second-step/remove/", "sessions/end/"):
        assert page.post(f"/people/{other.code}/{act}", {**FIELDS, "role": "agent"}).status_code == 403
    other.refresh_from_db()
    assert (other.role, other.is_active) == (role, True)


def test_accounts_one_does_not_read_are_not_ones_to_give() -> None:
    mine, hidden = make_account(), make_account("facebook", name="Verborgen pagina", handle="")
    manager = person_with({Right.PEOPLE, *BUILT_IN["agent"]})
    limit(manager, mine)
    someone = make_user()
    limit(someone, mine)
    page = signed_in(manager)
    address = f"/people/{someone.code}/"
    shown = page.get(address).content.decode()
    assert "Verborgen pagina" not in shown
    assert 'name="all_accounts"' not in shown
    fields = {**FIELDS, "email": someone.email, "role": "agent", "all_accounts": "on", "accounts": [mine.pk, hidden.pk]}
    page.post(address, fields)
    someone.refresh_from_db()
    assert (set(someone.accounts.all()), someone.all_accounts) == ({mine}, False)


@pytest.mark.parametrize("more", ["account", "every account", "closed team"])
def test_who_sees_more_is_not_theirs_to_let_in(more: str) -> None:
    mine, hidden = make_account(), make_account("facebook", name="Verborgen", handle="")
    manager = person_with({Right.PEOPLE, *BUILT_IN["agent"]})
    limit(manager, mine)
    other, equal = make_user(), make_user()
    limit(equal, mine)
    if more != "every account":
        limit(other, hidden if more == "account" else mine)
    if more == "closed team":
        Team.objects.create(name="Fraude", is_closed=True).members.add(other)
    page = signed_in(manager)
    listed = page.get("/people/").content.decode()
    assert (str(equal.code) in listed, str(other.code) in listed) == (True, False)
    for act in ("", "link/", "second-step/remove/", "sessions/end/"):
        assert page.post(f"/people/{other.code}/{act}", {**FIELDS, "role": "agent"}).status_code == 403
    assert page.get(f"/people/{equal.code}/").status_code == 200


def test_a_role_in_use_stays_and_the_last_admin_too(admin: Client, boss: User) -> None:
    person = person_with(frozenset(Right))
    role = CustomRole.objects.get()
    User.objects.filter(role="admin").exclude(pk=boss.pk).update(is_active=False)
    assert "Somebody has this role" in tight(page_of(admin, f"/people/roles/{role.pk}/remove/", go="1"))
    fields = {**FIELDS, "email": boss.email, "role": f"custom:{role.pk}"}
    assert "This is the last admin." in page_of(admin, f"/people/{boss.code}/", **fields)
    assert not person.is_admin  # every right, but not every account and team
    person.delete()
    assert "Removed." in page_of(admin, f"/people/roles/{role.pk}/remove/", go="1")


def test_a_role_without_a_name_of_its_own_is_refused(admin: Client) -> None:
    role_with("Weekend", [Right.LOG])
    for title, wrong in (("weekend", "of this name"), ("Agent", "of this name"), ("Nieuw", "at least one right")):
        assert wrong in page_of(admin, "/people/roles/add/", title=title)


def test_a_name_given_twice_at_one_moment_is_said(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    role_with("Weekenddienst", {Right.WORK})
    monkeypatch.setattr(RoleForm, "clean_title", lambda form: form.cleaned_data["title"])  # it looked before
    said = page_of(admin, "/people/roles/add/", title="weekenddienst", group_0=["work"])
    assert "There is a role of this name already." in said
    assert CustomRole.objects.count() == 1


def test_any_other_broken_constraint_is_no_taken_name(boss: User) -> None:
    nothing: Any = None
    role = CustomRole(title="Weekenddienst", description=nothing)
    with pytest.raises(IntegrityError, match="description"):
        roles.save(role, [Right.WORK], by=boss)
    somebody = User(email="email@veldhuis.example", first_name=nothing)  # the database tells the whole row
    with pytest.raises(IntegrityError, match="first_name"):
        members.add(somebody, by=boss)


def test_who_may_not_answer_or_close_is_told_why() -> None:
    reader = person_with({Right.WORK})
    talk = make_conversation(make_account("x"))
    page = signed_in(reader)
    address = talk.get_absolute_url()
    assert "Your role does not answer customers" in page.get(address).content.decode()
    page.post(f"{address}reply/", {"text": "Dag!", "tab": "public", "code": "0f5b5f6e-1111-4a4a-8a8a-1234567890ab"})
    assert not Message.objects.filter(direction="outbound").exists()
    assert "does not close conversations" in page.post(f"{address}close/", {"reason": "no_question"}).content.decode()
    talk.refresh_from_db()
    assert talk.status == "open"
    page.post(f"{address}note/", {"text": "Klant belde."})
    assert Message.objects.filter(direction="note").count() == 1


@pytest.mark.parametrize(
    ("rights", "tabs"),
    [
        ({Right.LOG, Right.READS}, ["/people/", "/log/", "/privacy/reads/"]),
        ({Right.ACCOUNTS}, ["/accounts/"]),
    ],
)
def test_a_phone_offers_the_pages_that_open(rights: set[Right], tabs: list[str]) -> None:
    page = page_of(signed_in(person_with(rights)), "/preferences/")
    bar = page.partition('class="tabbar"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)"', bar) == [*tabs, "/preferences/"]


@pytest.mark.parametrize("right", Right)
def test_a_query_finds_who_has_a_right(right: Right) -> None:
    own = person_with({right})
    people = {role: make_user(role) for role in BUILT_IN}
    expected = {people[role] for role, rights in BUILT_IN.items() if right in rights} | {own}
    found = set(User.objects.filter(holding(right)))
    assert {person for person in found if person in {*people.values(), own}} == expected
    assert own.rights == frozenset(completed([right]))


def test_every_right_stands_in_one_group() -> None:
    from inbox.models.rights import GROUPS

    grouped: list[Any] = [right for _title, rights in GROUPS for right in rights]
    assert sorted(grouped) == sorted(Right)

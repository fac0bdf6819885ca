"""People: who sees them, who changes them, and what becomes of their work when they leave."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from inbox.models import Conversation, Event, User
from inbox.team import members
from inbox.views.team.forms import PersonForm
from tests.factories import limit, make_account, make_conversation, make_user
from tests.support.html import tight

pytestmark = pytest.mark.django_db
NEW = {"first_name": "Noor", "last_name": "Jansen", "email": "Noor@Example.com", "role": "agent", "language": "nl"}


@pytest.fixture
def boss() -> User:
    """The only admin."""
    return make_user("admin", first_name="Mila", last_name="de Boer", language="en")


@pytest.fixture
def admin(client: Client, boss: User) -> Client:
    """A browser the only admin is signed in with."""
    client.force_login(boss)
    return client


def page(client: Client, address: str, **data: Any) -> str:
    answer = client.post(address, data, follow=True) if data else client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_agents_see_no_people_page(client: Client) -> None:
    client.force_login(make_user("agent"))
    assert client.get("/people/").status_code == 403


def test_leads_see_people_but_do_not_edit(client: Client) -> None:
    someone = make_user("agent", first_name="Joost")
    client.force_login(make_user("lead"))
    shown = page(client, "/people/")
    assert "Joost" in shown
    assert str(someone.code) not in shown
    for address in ("add/", f"{someone.code}/", f"{someone.code}/deactivate/"):
        assert client.get(f"/people/{address}").status_code == 403
        assert client.post(f"/people/{address}", NEW).status_code == 403
    for act in ("link", "invite", "sessions/end", "reactivate"):
        assert client.post(f"/people/{someone.code}/{act}/").status_code == 403


def test_a_limited_lead_counts_their_own_accounts_only(client: Client) -> None:
    hidden, mine = make_account(), make_account()
    someone = make_user("agent", first_name="Joost")
    limit(someone, hidden, mine)
    for account in (hidden, hidden, mine):
        Conversation.objects.filter(pk=make_conversation(account).pk).update(assignee=someone)
    lead = make_user("lead", language="en")
    limit(lead, mine)
    client.force_login(lead)
    row = tight(page(client, "/people/")).partition("Joost")[2].partition("</tr>")[0]
    assert 'data-th="Open conversations">1<small>' in row
    assert 'data-th="Accounts">1 account</td>' in row
    client.force_login(make_user("auditor", language="en"))
    row = tight(page(client, "/people/")).partition("Joost")[2].partition("</tr>")[0]
    assert 'data-th="Open conversations">3<small>' in row
    assert 'data-th="Accounts">2 accounts</td>' in row


def test_added_person_sets_a_password_by_a_one_time_link(admin: Client, client: Client) -> None:
    shown = page(admin, "/people/add/", **NEW, how="link")
    assert "Noor Jansen is added" in shown
    noor = User.objects.get(email="noor@example.com")
    assert not noor.has_usable_password()
    found = re.search(r'id="one-time-link">http://testserver([^<]+)<', shown)
    assert found
    joost_page = Client()
    form = joost_page.get(found[1], follow=True)
    address = form.redirect_chain[-1][0]
    chosen = {"password1": "kersenboom in bloei", "password2": "kersenboom in bloei"}
    assert joost_page.post(address, chosen, follow=True).status_code == 200
    noor.refresh_from_db()
    assert noor.check_password("kersenboom in bloei")
    assert "no longer works" in Client(headers={"accept-language": "en"}).get(found[1], follow=True).content.decode()


def test_one_address_is_one_person_whatever_its_capitals(admin: Client) -> None:
    make_user(email="noor@example.com")
    assert "Somebody with this address is here already." in page(admin, "/people/add/", **NEW)


def test_address_given_twice_at_one_moment_is_said(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each form looked before the other was saved.
    monkeypatch.setattr(PersonForm, "clean_email", lambda form: form.cleaned_data["email"], raising=False)
    monkeypatch.setattr(PersonForm, "validate_unique", lambda form: None)
    other = make_user("agent", email="farah@veldhuis.example")
    form = {"first_name": "Farah", "email": "Farah@veldhuis.example", "role": "agent", "language": "nl"}
    assert "Somebody with this address is here already." in page(admin, "/people/add/", **form)
    third = make_user("agent")
    assert "Somebody with this address is here already." in page(admin, f"/people/{third.code}/", **form)
    assert list(User.objects.filter(email__iexact="farah@veldhuis.example")) == [other]


def test_a_changed_person_is_saved_and_logged(admin: Client) -> None:
    someone, account = make_user("agent"), make_account()
    page(admin, f"/people/{someone.code}/", **{**NEW, "role": "lead", "own_initials": "NJ", "accounts": [account.pk]})
    someone.refresh_from_db()
    assert (someone.name, someone.role, someone.initials) == ("Noor Jansen", "lead", "NJ")
    assert list(someone.visible_accounts()) == [account]
    event = Event.objects.get(verb="person_changed")
    logged = {"person": someone.pk, "role": "lead", "was_role": "agent", "address_changed": True}
    assert event.data == logged | {
        "accounts": [account.pk],
        "was_accounts": [],
        "all_accounts": False,
        "had_all_accounts": True,
        "freed": 0,
    }


def test_the_last_admin_can_be_neither_demoted_nor_deactivated(admin: Client, boss: User) -> None:
    make_user("admin", is_active=False)
    fields = {**NEW, "email": boss.email, "role": "lead"}
    assert "This is the last admin." in page(admin, f"/people/{boss.code}/", **fields)
    assert "This is the last admin." in page(admin, f"/people/{boss.code}/deactivate/", go="1")
    boss.refresh_from_db()
    assert (boss.role, boss.is_active, boss.first_name) == ("admin", True, "Mila")


def test_who_became_the_last_admin_meanwhile_stays_one(boss: User) -> None:
    noor = make_user("agent")
    read_before = [User.objects.get(pk=noor.pk) for _page in range(2)]
    noor.role = User.Role.ADMIN
    members.change(noor, by=boss)
    boss.role = User.Role.LEAD
    members.change(boss, by=noor)
    with pytest.raises(members.LastAdmin):
        members.change(read_before[0], by=noor)
    with pytest.raises(members.LastAdmin):
        members.deactivate(read_before[1], by=noor)
    logged = Event.objects.filter(verb="person_changed").order_by("pk").values_list("data__was_role", flat=True)
    assert list(logged) == ["agent", "admin"]


def test_with_a_second_admin_the_first_may_go(boss: User) -> None:
    other = make_user("admin")
    members.deactivate(boss, by=other)
    with pytest.raises(members.LastAdmin):
        members.deactivate(other, by=other)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one() -> None:
    pair = [make_user("admin"), make_user("admin")]
    start = threading.Barrier(2)

    def leave(person: User) -> None:
        start.wait(10)
        try:
            members.deactivate(person, by=None)
        except members.LastAdmin:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=(person,)) for person in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert User.objects.filter(role="admin", is_active=True).count() == 1


def test_deactivating_warns_and_frees_open_conversations(admin: Client) -> None:
    joost = make_user("agent", first_name="Joost", last_name="Willems")
    held, done = make_conversation(), make_conversation()
    Conversation.objects.filter(pk=held.pk).update(assignee=joost)
    Conversation.objects.filter(pk=done.pk).update(assignee=joost, status="closed", closed_at=done.last_message_at)
    assert "1 open conversation becomes unassigned" in page(admin, f"/people/{joost.code}/deactivate/")
    joost.refresh_from_db()
    assert joost.is_active
    shown = page(admin, f"/people/{joost.code}/deactivate/", go="1")
    assert "Joost Willems can no longer sign in. 1 conversation is unassigned now." in shown
    held.refresh_from_db()
    done.refresh_from_db()
    assert (held.assignee, done.assignee) == (None, joost)
    assert Event.objects.filter(verb="unassigned", conversation=held).count() == 1
    assert Event.objects.filter(verb="person_deactivated").count() == 1


def test_deactivated_person_is_signed_out_and_can_come_back(admin: Client) -> None:
    joost = make_user("agent")
    joost_page = Client()
    joost_page.force_login(joost)
    assert joost_page.get("/preferences/").status_code == 200
    page(admin, f"/people/{joost.code}/deactivate/", go="1")
    assert joost_page.get("/preferences/").status_code == 302
    page(admin, f"/people/{joost.code}/reactivate/", go="1")
    joost.refresh_from_db()
    assert joost.is_active


def test_equal_initials_of_two_active_people_are_flagged(admin: Client) -> None:
    joost = make_user("agent", first_name="Joost", last_name="Willems")
    make_user("agent", first_name="Jan", last_name="Wassenaar")
    make_user("agent", first_name="Jet", last_name="de Wit", is_active=False)
    assert "same as Jan Wassenaar" in page(admin, "/people/")
    assert "Answers are signed JW, just like those of Jan Wassenaar." in page(admin, f"/people/{joost.code}/")


def test_invitation_by_mail_opens_the_door(admin: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "is on its way to noor@example.com" in page(admin, "/people/add/", **NEW, how="mail")
    assert "Invited" in page(admin, "/people/")
    (sent,) = mail.outbox
    assert sent.to == ["noor@example.com"]
    link = re.search(r"http://testserver(\S+)", str(sent.body))
    assert link
    assert "Kies een wachtwoord" in Client().get(link[1], follow=True).content.decode()
    noor = User.objects.get(email="noor@example.com")
    page(admin, f"/people/{noor.code}/deactivate/", go="1")
    assert "no longer works" in Client(headers={"accept-language": "en"}).get(link[1], follow=True).content.decode()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    other = make_user(language="en")
    assert "did not take the invitation" in page(admin, f"/people/{other.code}/invite/", go="1")


def test_one_time_link_page_is_not_cached(admin: Client) -> None:
    answer = admin.post(f"/people/{make_user().code}/link/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert Event.objects.filter(verb="person_link_made").count() == 1


def test_the_people_page_asks_a_constant_number_of_questions(admin: Client) -> None:
    counts = []
    for _round in range(2):
        page(admin, "/people/")  # what processes remember is asked once
        with CaptureQueriesContext(connection) as asked:
            page(admin, "/people/")
        counts.append(len(asked))
        for _number in range(15):
            make_user()
    assert counts[0] == counts[1] <= 12


def test_new_person_sees_nothing_until_an_account_is_given(admin: Client) -> None:
    account = make_account()
    page(admin, "/people/add/", **NEW)
    noor = User.objects.get(email="noor@example.com")
    assert list(noor.visible_accounts()) == []
    page(admin, f"/people/{noor.code}/", **NEW, accounts=[account.pk])
    make_account()
    assert list(User.objects.get(pk=noor.pk).visible_accounts()) == [account]
    page(admin, f"/people/{noor.code}/", **NEW, all_accounts="on")
    assert User.objects.get(pk=noor.pk).visible_accounts().count() == 2
    page(admin, f"/people/{noor.code}/", **{**NEW, "role": "auditor"}, all_accounts="on", accounts=[account.pk])
    assert list(User.objects.get(pk=noor.pk).visible_accounts()) == []

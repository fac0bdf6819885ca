"""A mailbox that no password opens: signed in for at Microsoft or Google, read, answered, and its access kept."""

from __future__ import annotations

import imaplib
import smtplib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from channels import secrets, tasks
from channels.accounts import connecting, renewing
from channels.accounts.oauth import apps
from channels.email.connector import EmailConnector
from channels.errors import ChannelError, NeedsReauth
from channels.models import Account, PlatformApp
from channels.types import Route
from inbox.models import Event, Message, Organisation
from inbox.outbox import queue
from tests import factories
from tests.support.mail import OWN, change, connector_of, letters, open_mailbox, write_mail
from tests.support.sandbox_accounts import control
from tests.support.signing_in import come_back, go_there, know_apps, say_yes, sign_in
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from pytest_django import Settings

    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
ALLOWED = {
    "microsoft": ["https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"],
    "gmail": ["https://mail.google.com/"],
}
PROVIDER = {"microsoft": "microsoft", "gmail": "google"}
CUSTOMER = "noor@post.example"


@pytest.fixture
def admin(platforms: Running, settings: Settings) -> Client:
    """An admin who speaks English, with our apps filled in and the providers' servers in the sandbox."""
    known = open_mailbox(platforms, "ander@veldhuis.example")
    settings.MICROSOFT_IMAP = settings.GOOGLE_IMAP = known["imap_server"]
    settings.MICROSOFT_SMTP = settings.GOOGLE_SMTP = known["smtp_server"]
    know_apps(platforms)
    client = Client()
    client.force_login(factories.make_user("admin", language="en"))
    return client


def made(sandbox: Running, way: str = "microsoft", address: str = OWN) -> str:
    """Make a mailbox that one signs in for; return its address."""
    open_mailbox(sandbox, address, sign_in=PROVIDER[way])
    return address


def connected(admin: Client, sandbox: Running, way: str = "microsoft", **typed: str) -> Account:
    """Sign in for a mailbox and connect it."""
    answers = {"account": made(sandbox, way), "allow": ALLOWED[way]}
    offered = sign_in(admin, "email", way, answers, **typed)
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    shown = admin.post(page, {"take": [f"email:{typed.get('address', OWN)}"]}, follow=True).content.decode()
    assert "is connected" in shown
    return Account.objects.get()


def later(hours: float) -> time_machine.travel:
    """Some time from now on, here; the sandbox's clock goes on as it was."""
    return time_machine.travel(timezone.now() + timedelta(hours=hours))


@pytest.mark.parametrize("way", ["microsoft", "gmail"])
def test_a2_signed_in_a_mailbox_is_read_and_answered_once(admin: Client, platforms: Running, way: str) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Veldhuis Wonen BV"})
    account = connected(admin, platforms, way)
    assert (account.external_id, account.access_ends_at is not None) == (OWN, True)
    assert "password" not in account.credentials
    write_mail(platforms, "Waar blijft mijn kast?")
    poll(account, "inbox", "sent")
    question = Message.objects.select_related("conversation", "account").get()
    assert question.conversation is not None
    answer = queue.queue_reply(
        question.conversation, factories.make_user(), text="Morgen, Noor.", route=Route.PRIVATE_MESSAGE,
        reply_to=question, seen_message_id=question.pk,
    )  # fmt: skip
    assert work(answer, timedelta(seconds=10)).state == "sent"
    (got,) = letters(platforms, CUSTOMER)
    assert got["headers"]["From"] == f"Veldhuis Wonen BV <{OWN}>"


def test_a_shared_mailbox_is_opened_by_who_has_access_to_it(admin: Client, platforms: Running) -> None:
    open_mailbox(platforms, "klant@veldhuis.example", sign_in="microsoft", delegates=[OWN])
    account = connected(admin, platforms, address="klant@veldhuis.example", name="Veldhuis")
    assert (account.external_id, account.name) == ("klant@veldhuis.example", "Veldhuis")


def test_a_mailbox_of_somebody_else_stays_closed(admin: Client, platforms: Running) -> None:
    open_mailbox(platforms, "baas@veldhuis.example", sign_in="microsoft")
    answers = {"account": made(platforms), "allow": ALLOWED["microsoft"]}
    offered = sign_in(admin, "email", "microsoft", answers, address="baas@veldhuis.example")
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    shown = admin.post(page, {"take": ["email:baas@veldhuis.example"]}, follow=True).content.decode()
    assert "does not let us read the mailbox with this sign-in" in shown and not Account.objects.exists()


@pytest.mark.parametrize("allow", [[], ALLOWED["microsoft"][:1]])
def test_a_permission_that_was_cleared_connects_nothing(admin: Client, platforms: Running, allow: list[str]) -> None:
    shown = sign_in(admin, "email", "microsoft", {"account": made(platforms), "allow": allow}).content.decode()
    assert "Not everything was allowed." in shown and not Account.objects.exists()


def test_access_that_does_not_work_was_copied_by_nobody(
    admin: Client, platforms: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object) -> None:
        raise NeedsReauth("no")

    answers = {"account": made(platforms), "allow": ALLOWED["microsoft"]}
    offered = sign_in(admin, "email", "microsoft", answers)
    monkeypatch.setattr(EmailConnector, "identify", refused)
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    shown = admin.post(page, {"take": [f"email:{OWN}"]}, follow=True).content.decode()
    assert "does not work. Sign in there once more." in shown and "copied" not in shown


def test_saying_no_and_coming_back_twice_connect_nothing(admin: Client, platforms: Running) -> None:
    made(platforms)
    assert "You did not let Webcare in" in sign_in(admin, "email", "microsoft", {"account": ""}).content.decode()
    address = say_yes(go_there(admin, "email", "microsoft"), {"account": OWN, "allow": ALLOWED["microsoft"]})
    assert OWN in come_back(admin, address).content.decode()
    assert "This sign-in is over" in come_back(admin, address).content.decode()
    wrong = admin.post("/accounts/sign-in/email/go/", {"way": "microsoft", "address": "geen adres", "name": "Jan"})
    shown = wrong.content.decode()
    assert "Enter a valid email address." in shown and 'value="geen adres"' in shown and 'value="Jan"' in shown
    assert platforms.url in wrong["Content-Security-Policy"]  # the form still leads there


def test_access_is_renewed_and_the_rotated_token_kept(admin: Client, platforms: Running) -> None:
    account = connected(admin, platforms)
    for _turn in range(2):  # each refresh token works once
        before = account.credentials
        with later(0.75):
            Account.objects.update(access_ends_at=timezone.now())
            assert renewing.due() == [account.pk] and renewing.renew(account.pk)
        account.refresh_from_db()
        after = account.credentials
        assert all(after[name] != before[name] for name in ("oauth2_token", "refresh_token"))
        Account.objects.update(renewed_at=None)
    write_mail(platforms, "Nog iets.")
    poll(account, "inbox")
    assert Message.objects.filter(text="Nog iets.").exists()


@pytest.mark.parametrize("way", ["microsoft", "gmail"])
def test_a_new_secret_of_the_app_renews_what_had_the_old(admin: Client, platforms: Running, way: str) -> None:
    account = connected(admin, platforms, way)
    new = account.credentials["client_secret"]
    account.credentials = {**account.credentials, "client_secret": "ended"}
    account.save(update_fields=["sealed_credentials"])
    with later(0.75):
        assert renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.credentials["client_secret"] == new


def at_once(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Let beat's rounds renew here and now; return when they did, as they do it."""
    tries: list[datetime] = []

    def renew(given: tuple[int], how: dict[str, bool], **_more: object) -> None:
        tries.append(timezone.now())
        tasks.renew_access(*given, **how)

    monkeypatch.setattr(tasks.renew_access, "apply_async", renew)
    return tries


@pytest.mark.parametrize("how", ["filled in", "tried by hand"])
def test_a_new_secret_gives_back_access_that_was_lost(
    admin: Client, platforms: Running, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    account = connected(admin, platforms)
    app = apps.app_of("microsoft")
    apps.keep("microsoft", {**app, "client_secret": "ended"}, by=None)
    with later(0.75):
        assert not renewing.renew(account.pk)
        account.refresh_from_db()
        assert (account.health, renewing.due()) == ("reauth", [])
        tries = at_once(monkeypatch)
        apps.keep("google", apps.app_of("google"), by=None)  # another app, with which this one has nothing to do
        tasks.renew_accesses()
        assert tries == []
        apps.keep("microsoft", app, by=None)
        if how == "filled in":
            tasks.renew_accesses()
        else:
            admin.post(f"/accounts/{account.code}/test/")
        account.refresh_from_db()
        assert account.health != "reauth" and account.access_ends_at
    write_mail(platforms, "Nog iets.")
    poll(account, "inbox")
    assert Message.objects.filter(text="Nog iets.").exists()
    assert Event.objects.filter(verb="account_access_back", account=account).count() == 1


def test_a_wrong_secret_leaves_lost_access_as_it_was(
    admin: Client, platforms: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, account = at_once(monkeypatch), connected(admin, platforms)
    app = apps.app_of("microsoft")
    apps.keep("microsoft", {**app, "client_secret": "ended"}, by=None)
    with later(0.75):
        assert not renewing.renew(account.pk)
        apps.keep("microsoft", {**app, "client_secret": "wrong"}, by=None)
        tasks.renew_accesses()
    assert len(tries) == 1
    account.refresh_from_db()
    assert account.health == "reauth"
    assert Event.objects.filter(verb="account_lost_access").count() == 1


def test_access_comes_back_whenever_a_new_secret_works(
    admin: Client, platforms: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, account = at_once(monkeypatch), connected(admin, platforms)
    app = apps.app_of("microsoft")
    apps.keep("microsoft", {**app, "client_secret": "ended"}, by=None)
    with later(0.75):
        assert not renewing.renew(account.pk)
    with later(1):
        apps.keep("microsoft", {**app, "client_secret": "not yet"}, by=None)
    for minutes in range(1, 26 * 60, 20):  # nobody heard of the change
        with later(1 + minutes / 60):
            tasks.renew_accesses()
    first, last = tries[0], tries[-1]
    assert 5 < len(tries) < 9 and first - timezone.now() < timedelta(hours=1.1)
    assert timedelta(hours=10) < last - first < timedelta(hours=24)
    PlatformApp.objects.update(sealed=secrets.seal(app))
    with later(23):
        Account.objects.update(renewal_tried_at=first)
        tasks.renew_accesses()
    account.refresh_from_db()
    assert account.health != "reauth"


def test_a_test_leaves_access_that_just_came_back(
    admin: Client, platforms: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = connected(admin, platforms)
    renewed = account.sealed_credentials
    Account.objects.update(sealed_credentials=secrets.seal(account.credentials), needs_reauth_at=timezone.now())

    def elsewhere(*_given: object, **_how: object) -> bool:
        Account.objects.update(sealed_credentials=renewed, needs_reauth_at=None)
        return False

    def refused(*_given: object) -> None:
        elsewhere()
        raise NeedsReauth("The token that was tried is no more.")

    account.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr(renewing, "renew", elsewhere)
        assert connecting.test(account, by=factories.make_user("admin")) is None
        assert account.sealed_credentials == renewed
    Account.objects.update(sealed_credentials=secrets.seal(account.credentials))
    account.refresh_from_db()
    monkeypatch.setattr(EmailConnector, "identify", refused)
    assert connecting.test(account, by=factories.make_user("admin")) is not None
    account.refresh_from_db()
    assert (account.needs_reauth_at, account.failing_since) == (None, None)


def test_an_expired_token_opens_nothing_and_is_renewed(admin: Client, platforms: Running) -> None:
    account = connected(admin, platforms)
    control(platforms, "POST", "/control/clock", now=None, advance_seconds=7200)
    try:
        write_mail(platforms, "Na twee uur.")
        poll(account, "inbox")
        account.refresh_from_db()
        assert (account.health, account.last_error_reason) == ("failing", "renewing")
        assert not Message.objects.exists()
        assert renewing.renew(account.pk)
        account.refresh_from_db()
        poll(account, "inbox")
        assert Message.objects.get().text == "Na twee uur."
    finally:
        control(platforms, "POST", "/control/clock", now=None)


def test_access_that_was_taken_back_asks_an_admin(admin: Client, platforms: Running) -> None:
    account = connected(admin, platforms)
    change(platforms, revoke=True)
    with later(0.75):
        assert not renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.health == "reauth"
    with pytest.raises(ChannelError) as error:
        connector_of(account.credentials).identify()
    assert error.value.code == "mail/imap_token"
    shown = admin.get(f"/accounts/{account.code}/reconnect/").content.decode()
    assert "Go on at Microsoft" in shown
    answers = {"account": OWN, "allow": ALLOWED["microsoft"]}
    again = sign_in(admin, "email", "microsoft", answers, account=str(account.code))
    assert "is connected again" in again.content.decode()
    account.refresh_from_db()
    assert account.health in ("healthy", "new")


def test_microsoft_says_when_sending_is_switched_off(
    admin: Client, platforms: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = b"5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."

    def refused(*_given: object, **_more: object) -> None:
        raise smtplib.SMTPAuthenticationError(535, off)

    monkeypatch.setattr(smtplib.SMTP, "auth", refused)
    offered = sign_in(admin, "email", "microsoft", {"account": made(platforms), "allow": ALLOWED["microsoft"]})
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    shown = admin.post(page, {"take": [f"email:{OWN}"]}, follow=True).content.decode()
    assert "Authenticated SMTP" in shown and not Account.objects.exists()


def test_no_password_opens_such_a_mailbox(platforms: Running) -> None:
    typed = open_mailbox(platforms, sign_in="microsoft")
    host, _colon, port = typed["imap_server"].partition(":")
    with imaplib.IMAP4(host, int(port), timeout=5) as reader, pytest.raises(imaplib.IMAP4.error):
        reader.login(OWN, typed["password"])
    with pytest.raises(ChannelError):
        connecting.connect("email", typed, by=None)


def test_the_page_offers_what_is_filled_in_and_a_password(admin: Client, db: None) -> None:
    shown = admin.get("/accounts/sign-in/email/").content.decode()
    assert all(words in shown for words in ("Go on at Microsoft", "Go on at Google", "with a password"))
    assert "/accounts/sign-in/email/" in admin.get("/accounts/add/").content.decode()

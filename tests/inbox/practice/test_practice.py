"""Practice: fictional cases in the usual pages. Nothing leaves, nobody else sees it, and nothing counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channels.connectors import connector_for
from channels.models import Account
from channels.secrets import CredentialsUnreadable
from inbox.automation import sweeping
from inbox.models import (
    Breach,
    Contact,
    Conversation,
    Draft,
    Event,
    Identity,
    Message,
    Notification,
    PracticeCopy,
    PracticeRound,
    PracticeSeat,
    Rule,
    RuleOccasion,
    Spike,
    User,
)
from inbox.notifications import waits
from inbox.outbox import deliver
from inbox.practice.cases import shipped
from inbox.sla import late
from inbox.spikes import sweep
from inbox.triage import estimates
from inbox.views.practice import practice
from reports import rollups
from tests import factories
from tests.support.composer import reply_address, reply_form
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", first_name="Sanne", language="nl")


@pytest.fixture
def people() -> tuple[User, User]:
    return factories.make_user(first_name="Anna", role="trainee"), factories.make_user(first_name="Bram")


@pytest.fixture
def round_(lead: User, people: tuple[User, User]) -> PracticeRound:
    """A round with every case, started as a lead does."""
    form = {"name": "Najaar", "people": [person.pk for person in people], "cases": [one.key for one in shipped("nl")]}
    answer = signed_in(lead).post("/practice/start/", form)
    assert answer.status_code == 302
    found: PracticeRound = PracticeRound.objects.get()
    return found


def begun(person: User) -> Client:
    """A browser in which somebody practises."""
    page = signed_in(person)
    seat = PracticeSeat.objects.get(person=person)
    assert page.post(f"/practice/enter/{seat.code}/").status_code == 302
    return page


def copy_of(person: User, platform: str = "whatsapp") -> Conversation:
    found: Conversation = Conversation.objects.get(practice_copy__seat__person=person, account__platform=platform)
    return found


def answer(page: Client, conversation: Conversation, text: str) -> Message:
    """Answer in the page, and let the outbox do its work."""
    form = reply_form(conversation, text, tab="public" if conversation.is_public else "private")
    assert page.post(reply_address(conversation), form).status_code == 302
    row: Message = conversation.messages.get(direction="outbound")
    Message.objects.filter(pk=row.pk).update(send_after=timezone.now())
    deliver.deliver(row.pk)
    row.refresh_from_db()
    return row


def test_g10_everybody_practises_on_a_copy_of_their_own(
    round_: PracticeRound, lead: User, people: tuple[User, User]
) -> None:
    real = factories.make_conversation(author=factories.author("Echte Klant"))
    anna, bram = people
    page, other = begun(anna), begun(bram)
    shown = page_of(page, "/inbox/")
    assert shown.count("Oefening: Najaar") == 1
    assert all(case.customer in shown for case in shipped("nl"))
    assert "Echte Klant" not in shown
    assert page.get(f"/inbox/{real.code}/").status_code == 404
    assert other.get(f"/inbox/{copy_of(anna).code}/").status_code == 404, "not another's copy"
    assert Draft.objects.get(user=anna).text.startswith("Beste klant"), "the tweet to improve"

    row = answer(page, copy_of(anna), "Wat vervelend, die deur ruilen we om.")
    assert (row.state, row.external_id) == ("sent", f"practice-{row.code}"), "a trainee needs nobody here"
    with pytest.raises(CredentialsUnreadable):
        connector_for(row.account)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.every.filter(pk=row.account_id).update(sealed_credentials="x")
    answer(other, copy_of(bram), "Daar moet u mee leven.")

    assert page.get(f"/practice/{round_.code}/").status_code == 403, "who takes part sees nobody else's"
    review = signed_in(lead)
    compared = page_of(review, f"/practice/{round_.code}/")
    assert compared.index("Wat vervelend, die deur") < compared.index("Daar moet u mee leven")
    copy = PracticeCopy.objects.get(conversation=copy_of(anna))
    score = f"/practice/{round_.code}/score/{copy.pk}/"
    assert review.post(score, {"score": "9"}).status_code == 404
    assert review.post(score, {"score": "5", "remark": "Warm en duidelijk"}).status_code == 302
    page.post("/practice/leave/")
    assert "Warm en duidelijk" not in page_of(page, "/practice/"), "until the round has ended"
    review.post(f"/practice/{round_.code}/end/")
    assert "Warm en duidelijk" in page_of(page, "/practice/")
    assert "Warm en duidelijk" not in page_of(other, "/practice/")
    assert "Echte Klant" in page_of(other, "/inbox/"), "who still practised works again"


def test_g10_who_practises_is_kept_out_of_what_is_real(round_: PracticeRound, people: tuple[User, User]) -> None:
    page = begun(people[1])
    for address in ("/settings/canned/", "/lead/", "/figures/", "/rules/", "/inbox/notices/", "/inbox/incidents/"):
        assert page.get(address).status_code in (302, 403, 404), address
    assert page.get("/inbox/search/?q=kast").status_code == 200


def figures() -> str:
    """Every figure of these weeks, as the command prints them."""
    out, today = StringIO(), timezone.localdate()
    call_command("figures", f"--from={today - timedelta(days=7)}", f"--to={today}", "--json", stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("estimated")
def test_g10_practice_counts_nowhere_and_sets_nothing_off(
    round_: PracticeRound, lead: User, people: tuple[User, User]
) -> None:
    factories.make_conversation()
    Rule.objects.create(
        name="Alles", when=[{"kind": "arrives"}], kinds=["arrives", "closed"], is_on=True, on_since=timezone.now()
    )
    before, occasions = figures(), RuleOccasion.objects.count()
    anna = people[0]
    page, mine = begun(anna), copy_of(anna)
    answer(page, mine, "Dat zoek ik uit.")
    page.post(f"/inbox/{mine.code}/note/", {"text": "@Sanne kijk jij even?"})
    page.post(f"/inbox/{mine.code}/claim/")
    page.post(f"/inbox/{mine.code}/close/", {"reason": "answered"})
    Conversation.objects.filter(practice_copy__isnull=False, status="open").update(
        due_at=timezone.now() - timedelta(hours=1), due_marks=[timezone.now() - timedelta(hours=2)] * 3
    )
    estimates.estimate_due()
    for sweeping_up in (late.record, waits.tell_near, sweep.sweep, sweeping.note_due, rollups.roll):
        sweeping_up()
    assert figures() == before
    assert RuleOccasion.objects.count() == occasions
    told = Notification.objects.exclude(kind="practice")  # the invitation itself
    nothing: list[Callable[[], bool]] = [told.exists, Breach.objects.exists, Spike.objects.exists]
    assert not any(asked() for asked in nothing)
    for reader in (lead, factories.make_user("admin"), people[1], anna):
        pages = signed_in(reader)
        for address in (
            "/inbox/", "/inbox/?queue=closed", "/inbox/?queue=mine", "/inbox/search/?q=Amrani", "/inbox/search/?q=kras",
            "/lead/", "/figures/", "/log/", "/inbox/notifications/", "/inbox/handover/", "/people/", "/accounts/",
        ):  # fmt: skip
            shown = pages.get(address).content.decode()
            # What was searched for stands in the box.
            shown = shown.replace('value="Amrani"', "").replace("Amrani”", "")
            assert not {word for word in ("Vermeulen", "El Amrani", "el Amrani", "Oefenaccount") if word in shown}, (
                reader.role,
                address,
            )


def test_g10_a_deleted_round_leaves_nothing(round_: PracticeRound, lead: User, people: tuple[User, User]) -> None:
    Event.note("seen", conversation=factories.make_conversation())
    kept = _rows()
    page = begun(people[0])
    answer(page, copy_of(people[0]), "Dat zoek ik uit.")
    assert _rows() != kept
    signed_in(lead).post(f"/practice/{round_.code}/delete/")
    assert _rows() == kept
    assert not Account.every.filter(practice__isnull=False).exists()
    assert not PracticeRound.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.all().delete()


def _rows() -> dict[str, Any]:
    models = (Conversation, Message, Contact, Identity, Draft)
    counts: dict[str, Any] = {model.__name__: model.objects.count() for model in models}
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n), 0) FROM inbox_queuecount")
        counts["queues"] = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM inbox_event WHERE conversation_id IS NOT NULL")
        counts["events"] = cursor.fetchone()
    return counts


def test_g10_who_is_invited_is_told_until_they_begin(
    lead: User, people: tuple[User, User], round_: PracticeRound
) -> None:
    anna, bram = people
    told = Notification.objects.filter(kind="practice", read_at=None)
    assert set(told.values_list("user", flat=True)) == {anna.pk, bram.pk}
    page = page_of(signed_in(anna), reverse("notifications"))
    assert "Sanne" in page and "Najaar" in page
    begun(anna)
    assert [row.user for row in told.all()] == [bram]
    assert signed_in(lead).post(f"/practice/{round_.code}/end/").status_code == 302
    assert not told.exists()


def test_rounds_beyond_a_page_are_older(lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "_SHOWN", 2)
    for number in range(3):
        PracticeRound.objects.create(name=f"Ronde {number}", by=lead)
    page = signed_in(lead)
    first = page.get("/practice/").content.decode()
    (older,) = re.findall(r"\?after=([^\"]+)", first)
    second = page.get(f"/practice/?after={older}").content.decode()
    assert ["Ronde 2" in first, "Ronde 1" in first, "Ronde 0" in first] == [True, True, False]
    assert ["Ronde 2" in second, "Ronde 1" in second, "Ronde 0" in second] == [False, False, True]

"""A lead's day: work is divided, promises are kept or broken, many are answered at once, and the figures are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from channels.models import Account
from inbox import tasks
from inbox.models import Breach, Conversation, Message, Presence, Team, User
from inbox.routing import presence
from inbox.text import sentiment
from inbox.triage import labels
from tests.browser.conftest import Open, picture
from tests.browser.morning import Morning, Said, at_work, until
from tests.factories import author, make_inbound, make_user, minutes_ago
from tests.support.composer import reply_address, reply_form
from tests.support.pages import signed_in
from tests.support.rules import condition, does, make_rule

if TYPE_CHECKING:
    from sandbox.testing import Running

NewContext = Callable[..., BrowserContext]
pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def teams(account: Account) -> list[Team]:
    """Two teams, each with a colleague who is here and two customers who wait."""
    found = []
    for n, name in enumerate(("Wonen", "Reizen")):
        team = Team.objects.create(name=name)
        mate = make_user(first_name=("Nadia", "Dennis")[n], last_name="Aerts")
        team.members.add(mate)
        presence.choose(mate, Presence.State.PRESENT)
        for number in range(2):
            who = author(f"{name} {number}")
            row = make_inbound(account, author=who, sent_at=minutes_ago(40 - 10 * n - number)).conversation
            assert row is not None
            labels.give_to_team(row, team, None)
        found.append(team)
    return found


def test_a_lead_divides_the_work_of_two_teams(visit: Open, account: Account, teams: list[Team]) -> None:
    lead = make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")
    page = visit("/lead/", person=lead)
    waiting, first = page.locator("#work-h .count"), Conversation.objects.earliest("waiting_since")
    expect(waiting).to_contain_text("4")
    expect(page.locator("#live .live-word")).to_have_text("Live")
    # Nobody ever shuts here: a column is left out, and the last one stands off the edge.
    expect(page.locator("#load thead th").last).to_be_hidden()
    expect(page.locator("#load thead th").nth(-2)).to_have_css("padding-right", "24px")

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(f"#row-{first.code} .row-pick input")).to_be_checked()
    nadia, dennis = User.objects.get(first_name="Nadia"), User.objects.get(first_name="Dennis")
    page.keyboard.press(page.locator(f'.give[value="{nadia.code}"]').get_attribute("data-key") or "")
    expect(page.locator(f"#row-{first.code}:not(.has-left)")).to_have_count(0)
    assert Conversation.objects.get(pk=first.pk).assignee == nadia

    # What comes in is counted while one looks, and stands in the list.
    new = make_inbound(account, "Is er nog een stoel vrij?", author=author("Nieuwe klant")).conversation
    assert new is not None
    expect(waiting).to_contain_text("5")
    row = page.locator(f"#row-{new.code}")
    expect(row).to_be_visible()
    picture(page, "lead-day")

    row.drag_to(page.locator(f'.mate[data-person="{dennis.code}"]'))
    expect(page.locator(f"#row-{new.code}:not(.has-left)")).to_have_count(0)
    assert Conversation.objects.get(pk=new.pk).assignee == dennis
    expect(page.locator("#undo .undo")).to_contain_text("Dennis")
    page.keyboard.press("Control+z")
    expect(page.locator(f"#row-{new.code}:not(.has-left)")).to_be_visible()
    assert Conversation.objects.get(pk=new.pk).assignee is None

    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Hand over")).to_be_visible()


# Two teams on four channels, a disturbance, and one who waits for two hours.
PEOPLE = {
    "anna": Said("x", "post", "@veldhuis waar blijft mijn bezorging?"),
    "bert": Said("x", "post", "@veldhuis hoe werkt mijn retour?"),
    "carla": Said("facebook", "visitor_post", "Komt de bezorging vandaag nog?"),
    "dirk": Said("facebook", "visitor_post", "Mag mijn retour naar de winkel?"),
    "els": Said("instagram", "comment", "Is de bezorging gratis?"),
    "fons": Said("instagram", "message", "Mijn retour is nog niet verwerkt"),
    "gerda": Said("whatsapp", "text", "Kan de bezorging een dag later?"),
    "hans": Said("whatsapp", "text", "Waar is het geld van mijn retour?", minutes_ago=120),
    "ine": Said("whatsapp", "text", "Hebben jullie ook garantie?"),
    "storm": Said("x", "post", "@veldhuis de website doet het niet"),
    "tim": Said("x", "post", "@veldhuis de website doet het niet bij mij"),
    "ugo": Said("x", "post", "@veldhuis de website doet het niet, storing?"),
}
TEXT = "Hoi {first_name}, onze site is gestoord. We zijn ermee bezig."


@pytest.fixture
def lead(transactional_db: None) -> User:
    """Who runs the day."""
    return make_user("lead", first_name="Sanne", last_name="Kuipers", language="en", undo_seconds=0)


@pytest.fixture
def people() -> dict[str, User]:
    """Two teams that divide their work, with who is present."""
    found = {}
    for name, word, members in (("Bezorging", "bezorg*", "Nadia Omar"), ("Retour", "retour*", "Dennis")):
        team = Team.objects.create(name=name, dividing=Team.Dividing.LEAST)
        make_rule(does("team", team.pk), name=name, asks=[condition("words", "any", word)])
        for first_name in members.split():
            role = "trainee" if first_name == "Nadia" else "agent"
            person = make_user(role, first_name=first_name, last_name="Aerts", language="en", undo_seconds=0)
            presence.choose(person, Presence.State.PRESENT)
            team.members.add(person)
            found[first_name] = person
    return found


@pytest.fixture
def day(sandbox: Running, site: str, settings: Settings, people: dict[str, User]) -> Iterator[Morning]:
    """Everybody has written, and the workers are at work."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = settings.MEDIA_SANDBOX = sandbox.url
    sentiment.load()  # as a worker does before it begins
    world = Morning(sandbox, site, PEOPLE)
    with at_work(tasks.estimate_messages):
        world.begin()
        until(world.all_in, "everything comes in")
        yield world


def test_a_leads_day_from_what_comes_in_to_figures(
    visit: Open, new_context: NewContext, site: str, day: Morning, lead: User, people: dict[str, User]
) -> None:
    page = visit("/lead/", person=lead)
    _work_is_divided(page, people)
    _one_is_late(page, day, people["Dennis"])
    _one_is_asked_and_approved_by_link(new_context(locale="en-GB"), page, site, day, people["Nadia"])
    _many_are_answered_and_stopped(visit, page, site, day)
    _figures_are_right(page, site, day)


def _work_is_divided(page: Page, people: dict[str, User]) -> None:
    """Rules give each to its team, and the teams to who is present; what fits no rule stays."""
    of_teams = {"Bezorging": 4, "Retour": 4, None: 4}
    until(lambda: Counter(Conversation.objects.values_list("team__name", flat=True)) == of_teams, "all are with a team")
    held = {people["Nadia"].pk: 2, people["Omar"].pk: 2, people["Dennis"].pk: 4, None: 4}

    def is_divided() -> bool:
        tasks.divide_work()  # as beat has it done
        return Counter(Conversation.objects.values_list("assignee", flat=True)) == held

    until(is_divided, "all is divided")
    expect(page.locator("#work-h .count")).to_contain_text("12")
    for team in Team.objects.all():
        line = page.locator("tr.team", has_text=team.name)
        expect(line.locator("td").first).to_have_text("4")


def _one_is_late(page: Page, day: Morning, dennis: User) -> None:
    """Its promise is broken once, the lead sees it first, and it is answered after all."""
    for _round in range(2):
        tasks.record_late()
    assert Breach.objects.count() == 1
    expect(page.locator("tr.team", has_text="Retour").locator("td.is-bad")).to_have_text("1")
    picture(page, "leads-day-late")
    for name, text in (("hans", "Het geld is vandaag gestort."), ("bert", "Stuur hem terug met het label.")):
        _answer(dennis, day, name, text)
    until(lambda: len(day.answers()) == 2, "both answers arrive")
    expect(page.locator("tr.team", has_text="Retour").locator("td.is-bad")).to_have_count(0)
    signed_in(dennis).post(f"/inbox/{day.conversation('bert').code}/close/", {"reason": "answered"})


def _one_is_asked_and_approved_by_link(
    outside: BrowserContext, page: Page, site: str, day: Morning, nadia: User
) -> None:
    """Somebody in training asks; the lead agrees, and lets somebody without an account approve the answer."""
    mine = Conversation.objects.filter(assignee=nadia).order_by("pk")[0]
    name = next(name for name in PEOPLE if day.conversation(name) == mine)
    signed_in(nadia).post(f"/inbox/{mine.code}/ask/", {"question": "Mag ik dit beloven?", "to": "leads"})
    page.goto(f"{site}/inbox/?queue=asked")
    page.locator("#row-list > .row a").first.click()
    page.locator("#question-answer").fill("Ja, dat mag.")
    page.locator(".question-answer button", has_text="Answer").click()
    expect(page.locator("[data-strip=question]")).to_have_count(0)
    _answer(nadia, day, name, "Dat regelen we vandaag nog.")
    page.goto(site + mine.get_absolute_url())
    page.get_by_role("link", name="Approval by a link").click()
    page.fill("#name", "Iris Hofman")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator(".by-link-address code").inner_text()
    iris = outside.new_page()
    iris.goto(address)
    iris.get_by_role("button", name="Approve and send").click()
    expect(iris.get_by_role("heading", name="Thank you")).to_be_visible()
    until(lambda: "Dat regelen we vandaag nog." in str(day.answers()), "the approved answer arrives")


def _many_are_answered_and_stopped(visit: Open, page: Page, site: str, day: Morning) -> None:
    """One approved text for three; after the first the lead stops, and nothing more leaves."""
    second = visit("/inbox/", person=make_user("lead", first_name="Bas", last_name="de Wit", language="en"))
    page.goto(f"{site}/inbox/incidents/start/")
    page.fill("[name=name]", "Site gestoord")
    page.fill("[name=text]", TEXT)
    page.fill("[name=words]", "website")
    page.locator("label", has_text="@veldhuis, X").locator("input").check()
    page.locator("[name=approver]").select_option(label="Bas de Wit")
    page.fill("[name=since]", timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Start, and send nothing yet").click()
    second.goto(page.url)
    second.get_by_role("button", name="Approve this text").click()
    expect(second.locator(".held-text")).to_contain_text("approved by Bas de Wit")
    page.reload()
    for box in page.locator(".cluster-head [name=group]").all():
        box.check()
    page.get_by_role("button", name="Answer the ticked groups").click()
    expect(page.locator(".meter-big")).to_contain_text("0 of 3")
    tasks.answer_incidents()
    until(lambda: "onze site is gestoord" in str(day.answers()), "the first answer arrives")
    page.locator("#stop").click()
    expect(page.locator(".meter-big")).to_contain_text("1 of 3")
    expect(page.locator(".meter-big")).to_contain_text("sending is stopped")
    picture(page, "leads-day-incident")
    for _round in range(2):
        tasks.answer_incidents()
    assert sum("onze site is gestoord" in str(answer) for answer in day.answers()) == 1
    page.get_by_role("button", name="End the incident").click()


def _figures_are_right(page: Page, site: str, day: Morning) -> None:
    """They equal what was counted by hand above, and what the command prints."""
    until(lambda: Message.objects.filter(direction="outbound", state="sent").count() == 4, "four answers are known")
    today = timezone.localdate()
    since = (today - timedelta(days=1)).isoformat()
    page.goto(f"{site}/figures/?since={since}&until={today.isoformat()}")
    # Twelve wrote; hans (late), bert, one by the link and one in the incident were answered, and bert was closed.
    by_hand = {
        "messages_in": "12", "messages_out": "4", "conversations_new": "12", "backlog": "11",
        "within_target": "0.75", "response_rate": "0.3333", "closed_without_reply": "0", "reopen_rate": "0.0",
    }  # fmt: skip
    shown = {name: page.locator(f"data#{name}").get_attribute("value") for name in by_hand}
    assert shown == by_hand
    picture(page, "leads-day-figures")
    out = StringIO()
    call_command("figures", "--from", since, "--to", today.isoformat(), "--json", stdout=out)
    printed = json.loads(out.getvalue().splitlines()[-1])["figures"]
    assert {name: str(printed[name]["value"]) for name in by_hand} == by_hand
    assert (Breach.objects.count(), len(day.answers())) == (1, 4)


def _answer(person: User, day: Morning, name: str, text: str) -> None:
    conversation = day.conversation(name)
    form = reply_form(conversation, text, tab="public" if conversation.is_public else "private")
    assert signed_in(person).post(reply_address(conversation), form).status_code in (200, 302)

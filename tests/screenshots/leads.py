"""The pages of team leads, and what has to be there for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from playwright.sync_api import Page

from inbox.automation import webhooks
from inbox.models import Incident, IncidentReply, Label, Rule, RuleApplication, Spike, SpikeWatch, Surprise, Team
from inbox.triage import labels
from reports.goals import history
from reports.mailed.models import MailedReport
from reports.positions.models import SearchPosition
from reports.questions.gathering import gather
from tests import factories
from tests.screenshots.scenes import Scene
from tests.screenshots.world import World
from tests.support.rules import condition, does, group, make_rule


def leads(world: World, now: datetime) -> Iterator[Scene]:
    """Rules, incidents, spikes, figures beside each other, goals and reports."""
    rule = _rules(world)
    yield Scene("rules", "/rules/", "lead", whole=True)
    yield Scene("rule", f"/rules/{rule.code}/?try=7", "lead", whole=True)
    yield Scene("rule-new", "/rules/add/", "lead", whole=True)
    yield Scene("rule-log", f"/rules/{rule.code}/log/", "lead", whole=True)
    yield Scene("rule-webhooks", "/rules/webhooks/", "admin", whole=True)
    incident = _incident(world, now)
    yield Scene("incidents", "/inbox/incidents/", "lead", whole=True)
    yield Scene("incident", incident.get_absolute_url(), "lead", whole=True)
    yield Scene("incident-start", "/inbox/incidents/start/", "lead", whole=True)
    yield Scene("incident-text", f"{incident.get_absolute_url()}text/", "lead", whole=True)
    spike = Spike.objects.create(account=world.accounts["x"], kind="volume", value=23, usual=4, limit=12, peak=31)
    SpikeWatch.objects.get_or_create(account=world.accounts["x"])
    yield Scene("spikes", "/inbox/spikes/", "lead", whole=True)
    yield Scene("spike", spike.get_absolute_url(), "lead", whole=True)
    yield Scene("spike-watch", f"/inbox/spikes/watch/{world.accounts['x'].code}/", "lead", whole=True)
    yield Scene("handover", "/inbox/handover/", "agent", whole=True)
    yield Scene("notification-choice", "/inbox/notifications/choice/", "lead", whole=True)
    yield from _figures(world, now)


def _figures(world: World, now: datetime) -> Iterator[Scene]:
    history.choose(world.lead, "within_target", now.date() - timedelta(days=40), 80)
    history.choose(world.lead, "within_target", now.date() - timedelta(days=10), 90)
    history.choose(world.lead, "response_seconds_median", now.date(), 30, account=world.accounts["x"])
    MailedReport.objects.create(reader=world.agent, by=world.lead, every="week")
    Surprise.objects.create(conversation=world.talks["karin"], what="Bos tulpen", by=world.lead, at=now)
    signal = Label.objects.create(name="Montage", purpose="product")
    for name in ("karin", "ravi", "jan"):
        labels.add_label(world.talks[name], signal, world.lead)
    period = "?since=2026-02-20&until=2026-03-12"
    for by in ("channel", "team", "person", "label"):
        yield Scene(f"figures-by-{by}", f"/figures/by/{by}/{period}", "lead", whole=True)
    yield Scene("figures-print", f"/figures/{period}", "lead", act=on_paper, whole=True)
    yield Scene("goals", "/figures/goals/", "lead", whole=True)
    yield Scene("mailed", "/figures/mailed/", "lead", whole=True)
    gather(now + timedelta(hours=1))
    yield Scene("questions", f"/figures/questions/{period}", "lead", whole=True)
    for n, place in enumerate((7, 5, 5, 3)):
        SearchPosition.objects.create(term="veldhuis", day=now.date() - timedelta(days=20 - 5 * n), position=place)
    SearchPosition.objects.create(
        term="veldhuis", day=now.date() - timedelta(days=5), position=2, is_ours=False, note="Klacht op een forum",
        url="https://forum.example/veldhuis-klachten", by=world.lead,
    )  # fmt: skip
    yield Scene("positions", f"/figures/positions/{period}", "lead", whole=True)
    yield Scene("reputation", f"/figures/reputation/{period}", "lead", whole=True)
    yield Scene("signals", f"/figures/signals/{period}", "lead", whole=True)


def on_paper(page: Page) -> None:
    """Show a page as it is printed."""
    page.emulate_media(media="print")


def _rules(world: World) -> Rule:
    team = Team.objects.create(name="Woordvoering")
    team.members.add(world.lead)
    rule = make_rule(
        does("team", team.pk), does("priority", "high"), does("notify", "leads"), stops=True,
        name="Pers en grote volgers naar Woordvoering",
        asks=[
            condition("visibility", "is", "public"),
            group("any", condition("contact", "is", "press"), condition("words", "any", "redactie, kast, bezorg*")),
        ],
    )  # fmt: skip
    make_rule(does("release"), name="Terug in de rij", when={"kind": "waits", "minutes": 90}, is_on=False)
    for name in ("karin", "ravi"):
        RuleApplication.objects.create(
            rule=rule, version=1, conversation=world.talks[name], occasion=name, did=["team", "priority"]
        )
    webhooks.add("CRM", "https://crm.example.com/hooks/webcare", world.admin)
    return rule


def _incident(world: World, now: datetime) -> Incident:
    account = world.accounts["x"]
    for number in range(5):
        factories.make_inbound(
            account, f"@VeldhuisNL de betaalpagina doet het niet{'!' * number}",
            author=factories.author(f"Klant {number}"), sent_at=now - timedelta(minutes=30 - number),
        )  # fmt: skip
    incident = Incident.objects.create(
        name="Betaalpagina ligt eruit", text="Hoi {first_name}, onze betaalpagina is gestoord. We zijn ermee bezig.",
        account_ids=[account.pk], words="betaalpagina", since=now - timedelta(hours=2), started_by=world.lead,
        text_by=world.lead, approved_by=world.admin, approved_at=now, started_at=now - timedelta(minutes=40),
    )  # fmt: skip
    for name, state in (("karin", "waiting"), ("ravi", "skipped")):
        talk = world.talks[name]
        IncidentReply.objects.create(
            incident=incident, conversation=talk, account=talk.account, by=world.lead, seen_message_id=1, state=state,
            reason="wrote" if state == "skipped" else "",
        )  # fmt: skip
    return incident

"""Rules as a lead makes them: a sentence that is filled in, tried, saved, ordered, and looked at afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from inbox.automation import dry_run, occasions, rules
from inbox.automation.rulebook import ready_rule
from inbox.models import (
    CannedReply,
    CannedText,
    Event,
    Label,
    Message,
    Notification,
    Rule,
    RuleApplication,
    Team,
    WatchedWord,
)  # fmt: skip
from inbox.views.rules.examples import EXAMPLES
from tests import factories
from tests.support.pages import page_of, signed_in
from tests.support.rules import condition, does, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Client:
    return signed_in(factories.make_user("lead", language="en"))


def _form(**changes: str) -> dict[str, str]:
    team = Team.objects.get_or_create(name="Woordvoering")[0]
    return {
        "name": "Pers naar Woordvoering",
        "when-0": "arrives",
        "join": "all",
        "c-0-subject": "visibility",
        "c-0-how": "is",
        "c-0-value": "public",
        "c-1-join": "any",
        "c-1-0-subject": "words",
        "c-1-0-how": "any",
        "c-1-0-value": "redactie, deadline",
        "c-1-1-subject": "followers",
        "c-1-1-how": "at_least",
        "c-1-1-value": "5000",
        "a-0-does": "team",
        "a-0-value": str(team.pk),
        "per_hour": "30",
        "stops": "on",
        "do": "save",
    } | changes


@pytest.mark.usefixtures("estimated")
def test_g1_a_rule_is_made_switched_on_and_acts(lead: Client) -> None:
    assert lead.post("/rules/add/", _form()).status_code == 302
    rule = Rule.objects.get()
    assert (rule.is_on, rule.stops, rule.per_hour, rule.kinds) == (False, True, 30, ["arrives"])
    lead.post(f"/rules/{rule.code}/switch/", {"on": "1"})
    conversation = factories.make_inbound(text="Kan ik iemand spreken? Ik ben van de redactie.").conversation
    occasions.apply_due()
    assert conversation is not None
    conversation.refresh_from_db()
    assert conversation.team == Team.objects.get()
    page = lead.get("/rules/").content.decode()
    assert "1 time in 7 days" in page
    assert "Give it to team Woordvoering" in page
    assert str(conversation.code) in lead.get(f"/rules/{rule.code}/log/").content.decode()


def test_reply_that_leaves_by_itself_meets_the_guard_when_saved(lead: Client) -> None:
    reply = CannedReply.objects.create(title="Ontvangen")
    text = CannedText.objects.create(canned=reply, text="Dag {first_name}, {agent} zoekt [[wat]] uit.")
    form = _form(**{"a-0-does": "reply", "a-0-value": str(reply.pk)})
    page = lead.post("/rules/add/", form).content.decode()
    assert "“Ontvangen”: Not filled in: {agent}." in page and "“Ontvangen”: Still to be written: [[wat]]." in page
    anyway = {"anyway": [part.split('"')[0] for part in page.split('name="anyway" value="')[1:]]}
    lead.post("/rules/add/", form | anyway)  # what stops an answer stops it here too
    assert not Rule.objects.exists()

    WatchedWord.objects.create(kind="sensitive", phrase="privacy", advice="Vraag Juridisch.")
    CannedText.objects.filter(pk=text.pk).update(text="Dag {first_name}, je privacy is ons lief.")
    page = lead.post("/rules/add/", form).content.decode()
    assert "Sensitive topic: “privacy”." in page and "Vraag Juridisch." in page and not Rule.objects.exists()
    lead.post("/rules/add/", form | {"anyway": page.split('name="anyway" value="')[1].split('"')[0]})
    assert Rule.objects.get().actions[0]["does"] == "reply"


def test_reply_that_changed_after_its_rule_is_pointed_at(lead: Client) -> None:
    reply = CannedReply.objects.create(title="Ontvangen")
    rule = make_rule(does("reply", reply.pk) | {"hours": 24})
    quiet = make_rule(does("release"))
    hint = "It sends “Ontvangen”, which changed since."
    assert hint not in page_of(lead, "/rules/")
    assert f"The rule “{rule.name}” sends this by itself" in page_of(lead, f"/settings/canned/{reply.code}/")
    reply.save()
    assert page_of(lead, "/rules/").count(hint) == 1
    Rule.objects.exclude(pk=quiet.pk).update(changed_at=timezone.now())
    assert hint not in page_of(lead, "/rules/")


def test_a_rule_that_waits_or_has_a_clock_reads_as_made(lead: Client) -> None:
    times = {"when-0": "waits", "when-0-minutes": "90", "when-0-clock": "always"}
    times |= {"when-1": "clock", "when-1-at": "08:30", "when-1-days": "workdays"}
    times["when-1-zone"] = "Europe/Lisbon"
    lead.post("/rules/add/", _form(**times))
    rule = Rule.objects.get()
    assert rule.kinds == ["clock", "waits"]
    page = lead.get(f"/rules/{rule.code}/").content.decode()
    assert 'name="when-0-minutes" value="90"' in page
    assert 'name="when-1-at" value="08:30"' in page
    assert (
        "the customer waits: 90 minutes, round the clock or the clock says: 08:30 (Europe/Lisbon), Monday to Friday"
        in page
    )


def test_lines_come_and_go_by_submits_that_save_nothing(lead: Client) -> None:
    added = lead.post("/rules/add/", _form(do="add-c-1")).content.decode()
    assert 'name="c-1-2-subject"' in added
    dropped = lead.post("/rules/add/", _form(do="drop-c-1-0")).content.decode()
    assert 'value="redactie, deadline"' not in dropped
    assert 'value="5000"' in dropped
    assert 'name="a-1-does"' in lead.post("/rules/add/", _form(do="add-a")).content.decode()
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Give the rule a name."),
        ({"per_hour": "0"}, "The limit is a number"),
        ({"a-0-value": "-"}, "Choose something in every line."),
        ({"c-1-1-value": "veel"}, "Fill in every line"),
        ({"c-1-0-value": "..."}, "Fill in every line"),
        ({"when-1": "waits", "when-1-minutes": "0"}, "Fill in every line"),
        ({"when-1": "clock", "when-1-at": "25:00"}, "Fill in every line"),
        ({"when-1": "arrives"}, "Each kind of moment can be there once."),
    ],
)
def test_what_is_not_right_yet_is_said_and_kept(lead: Client, change: dict[str, str], words: str) -> None:
    page = lead.post("/rules/add/", _form(**change)).content.decode()
    assert words in page
    assert not Rule.objects.exists()


def test_a_dry_run_lists_what_the_rule_then_touches(lead: Client) -> None:
    account = factories.make_account()
    fits = factories.make_inbound(account, "Wij zijn van de redactie", author=factories.author("Pers"))
    other = factories.make_inbound(account, "Mooie winkel", author=factories.author("Roos"))
    assert fits.conversation and other.conversation
    page = lead.post("/rules/add/", _form(do="try", days="7")).content.decode()
    assert "Dry run: 1 conversation" in page
    assert str(fits.conversation.code) in page
    assert str(other.conversation.code) not in page
    assert not Rule.objects.exists()


def test_a_dry_run_writes_nothing_and_goes_on_by_keyset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dry_run, "AT_ONCE", 3)
    monkeypatch.setattr(dry_run, "MOST", 2)
    account, reader = factories.make_account(), factories.make_user("lead")
    for n in range(7):
        factories.make_inbound(account, "pakket", author=factories.author(f"Klant {n}"))
    rule = ready_rule(make_rule(does("release"), asks=[condition("words", "any", "pakket")]))
    assert rule is not None
    found, after, pages = [], "", 0
    with CaptureQueriesContext(connection) as captured:
        while pages == 0 or after:
            page = dry_run.dry_run(rule, reader, days=7, after=after, seconds=60)
            found += [hit.conversation.pk for hit in page.hits]
            after, pages = page.after, pages + 1
    assert len(found) == len(set(found)) == 7
    assert all(query["sql"].lstrip().startswith("SELECT") for query in captured)


def test_a_dry_run_stops_in_time_and_looks_back_so_far(lead: Client) -> None:
    message = factories.make_inbound(text="pakket")
    Message.objects.filter(pk=message.pk).update(received_at=timezone.now() - timedelta(days=8))
    rule = ready_rule(make_rule(does("release")))
    reader = factories.make_user("lead")
    assert rule is not None
    assert dry_run.dry_run(rule, reader, days=7).hits == []
    assert len(dry_run.dry_run(rule, reader, days=14).hits) == 1
    assert dry_run.dry_run(rule, reader, days=14, seconds=0).looked_at == 0


def test_a_limited_lead_sees_no_rule_and_no_hit_of_others() -> None:
    mine, other = factories.make_account(), factories.make_account()
    limited = factories.make_user("lead", language="en")
    factories.limit(limited, mine)
    make_rule(does("release"), name="Voor iedereen")
    page = signed_in(limited)
    assert "Voor iedereen" not in page.get("/rules/").content.decode()
    page.post("/rules/add/", _form())
    assert Rule.objects.get(name="Pers naar Woordvoering").accounts == [mine.pk]
    hidden = factories.make_inbound(other, "redactie").conversation
    assert hidden is not None
    assert str(hidden.code) not in page.post("/rules/add/", _form(do="try", days="7")).content.decode()


def test_rules_change_places(lead: Client) -> None:
    first, second = make_rule(does("release"), name="Een"), make_rule(does("release"), name="Twee")
    lead.post(f"/rules/{second.code}/move/", {"to": "up"})
    assert list(Rule.objects.values_list("name", flat=True)) == ["Twee", "Een"]
    lead.post(f"/rules/{first.code}/move/", {"to": "down"})
    assert list(Rule.objects.values_list("name", flat=True)) == ["Twee", "Een"]


def test_a_rule_is_put_where_it_is_dropped(lead: Client) -> None:
    first, second, third = (make_rule(does("release"), name=name, position=0) for name in ("Een", "Twee", "Drie"))
    answer = lead.post(f"/rules/{third.code}/move/", {"before": str(first.code)})
    assert answer["Location"] == f"/rules/#rule-{third.code}"
    assert list(Rule.objects.values_list("name", flat=True)) == ["Drie", "Een", "Twee"]
    lead.post(f"/rules/{first.code}/move/", {"before": "end"})
    assert list(Rule.objects.values_list("name", flat=True)) == ["Drie", "Twee", "Een"]
    lead.post(f"/rules/{second.code}/move/", {"before": str(second.code)})
    assert list(Rule.objects.values_list("name", flat=True)) == ["Drie", "Twee", "Een"]


def test_an_empty_page_offers_the_eight_kinds_to_begin_with(lead: Client) -> None:
    page = lead.get("/rules/").content.decode()
    assert len(EXAMPLES) == 8
    for example in EXAMPLES:
        assert f"?example={example.code}" in page
        form = lead.get(f"/rules/add/?example={example.code}").content.decode()
        with override("en"):
            assert f'value="{example.name}"' in form
        assert all(f'value="{action["does"]}" selected' in form for action in example.does)
        chosen = [{**action, "value": "1"} for action in example.does]
        replace(example, does=chosen).draft.fill(Rule())
    assert not Rule.objects.exists()


def test_a_paused_rule_says_so_and_goes_on_when_switched_on(lead: Client) -> None:
    rule = make_rule(does("release"), paused_at=timezone.now(), per_hour=5)
    assert "Paused: it acted 5 times within an hour." in lead.get("/rules/").content.decode()
    lead.post(f"/rules/{rule.code}/switch/", {"on": "1"})
    rule.refresh_from_db()
    assert rule.paused_at is None


def test_every_change_of_a_rule_is_in_the_log(lead: Client) -> None:
    lead.post("/rules/add/", _form())
    rule = Rule.objects.get()
    lead.post(f"/rules/{rule.code}/", _form(name="Anders"))
    lead.post(f"/rules/{rule.code}/switch/", {"on": "1"})
    lead.post(f"/rules/{rule.code}/switch/", {"on": "0"})
    lead.post(f"/rules/{rule.code}/remove/")
    verbs = Event.objects.filter(data__rule=rule.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["rule_added", "rule_changed", "rule_on", "rule_off", "rule_removed"]
    rule.refresh_from_db()
    assert rule.version == 2
    assert lead.get(f"/rules/{rule.code}/").status_code == 404


@pytest.mark.usefixtures("estimated")
def test_a_rule_tells_the_leads_and_asks_them_to_look() -> None:
    person = factories.make_user("lead")
    rule = make_rule(does("notify", "leads"), does("escalate"), name="Dreiging")
    factories.make_inbound(text="Ik kom verhaal halen")
    occasions.apply_due()
    told = Notification.objects.filter(user=person)
    assert set(told.values_list("kind", flat=True)) == {"rule", "escalated"}
    assert told.get(kind="rule").subject == rule.name
    assert RuleApplication.objects.get().did == ["notify", "escalate"]


def test_statements_do_not_grow_with_the_rules(lead: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            lead.get("/rules/")
        return len(captured)

    label = Label.objects.create(name="Bezorging")
    make_rule(does("label", label.pk))
    asked()  # what is read once is read
    few = asked()
    for _n in range(4):
        make_rule(does("label", label.pk), asks=[condition("label", "is", label.pk)])
    assert asked() == few


def test_who_sees_everything_does_not_widen_a_limited_rule() -> None:
    seen = factories.make_account()
    rule = make_rule(does("release"), accounts=[seen.pk])
    rules.save(rule, factories.make_user("admin"))
    rule.refresh_from_db()
    assert rule.accounts == [seen.pk]


def test_g1_nonsense_in_the_form_breaks_nothing(lead: Client) -> None:
    deep = {f"c{'-0' * depth}-join": "all" for depth in range(1, 600)} | {"do": "add-c"}
    for nonsense in ({"do": "drop-c-" + "9" * 5000}, {"per_hour": "000000001" + "9" * 6}, deep):
        form = urlencode(_form(**nonsense))
        assert lead.post("/rules/add/", form, "application/x-www-form-urlencoded").status_code == 200
    assert not Rule.objects.exists()
    lead.post("/rules/add/", _form(**{"a-0-does": "escalate", "a-0-value": "\x00"}))
    assert Rule.objects.get().actions == [does("escalate")]

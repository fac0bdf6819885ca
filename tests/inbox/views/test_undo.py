"""One undo for everything one does: exactly what was, its doer's alone, and never over a colleague's later change."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account
from inbox import tasks
from inbox.contacts import linking
from inbox.models import (
    Contact,
    Conversation,
    ConversationLabel,
    Event,
    Label,
    Message,
    Notification,
    Team,
    UndoableAct,
    User,
)
from inbox.outbox import queue
from inbox.triage import assignment, labels
from inbox.undo import reversal
from inbox.undo.bar import bar_of
from tests import factories
from tests.support.html import text_of
from tests.support.pages import HTMX, signed_in
from tests.support.profiles import cases
from webcare.celery import app

pytestmark = pytest.mark.django_db
Do = Callable[..., None]


@pytest.fixture
def noa(account: Account) -> Conversation:
    """Somebody who waits."""
    message = factories.make_inbound(account, "Waar blijft mijn bank?", author=factories.author("Noa Bakker"))
    assert message.conversation is not None
    return message.conversation


@pytest.fixture
def team(agent: User) -> Team:
    """A team the agent is in."""
    team = Team.objects.create(name="Bezorging")
    team.members.add(agent)
    return team


@pytest.fixture
def label() -> Label:
    """A label that makes complaints."""
    return Label.objects.create(name="Klacht", is_complaint=True)


@pytest.fixture
def joost() -> User:
    """A colleague."""
    return factories.make_user(first_name="Joost", last_name="Willems")


def _last(user: User) -> UndoableAct:
    act = reversal.acts_of(user).first()
    assert act is not None
    return act


def _row(conversation: Conversation) -> dict[str, Any]:
    """Everything about a conversation that sorting work may change."""
    kept: dict[str, Any] = dict(Conversation.objects.values().get(pk=conversation.pk))
    for name in ("version", "seen_at", "priority"):
        del kept[name]
    return kept | {
        "labels": sorted(ConversationLabel.objects.filter(conversation=conversation).values_list("label", flat=True)),
        "unread": sorted(Notification.objects.filter(conversation=conversation, read_at=None).values_list("pk")),
        "notes": list(Message.objects.filter(conversation=conversation, direction="note").values_list("text")),
    }


def _acts(conversation: Conversation, joost: User, team: Team, label: Label) -> dict[str, dict[str, str]]:
    return {
        f"/inbox/{conversation.code}/claim/": {},
        f"/inbox/{conversation.code}/assign/": {"user": str(joost.code), "handover": "Belde ook al"},
        f"/inbox/{conversation.code}/team/": {"team": str(team.code)},
        f"/inbox/{conversation.code}/labels/": {"label": str(label.code)},
        f"/inbox/{conversation.code}/snooze/": {"span": "3h"},
        f"/inbox/{conversation.code}/close/": {"reason": "answered_elsewhere"},
    }


@pytest.mark.parametrize("number", range(6))
def test_undo_puts_back_exactly_what_was(
    page: Client, agent: User, lead: User, noa: Conversation, joost: User, team: Team, label: Label, number: int
) -> None:
    assignment.assign(noa, lead, by=lead, handover="Let op de kleur")
    path, form = list(_acts(noa, joost, team, label).items())[number]
    before = _row(noa)
    assert page.post(path, form, **HTMX).status_code == 200
    assert _row(noa) != before
    page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX)
    assert _row(noa) == before
    assert Event.objects.filter(verb="undone", actor=agent, conversation=noa).count() == 1


def test_undo_of_reopening_closes_again_as_it_was(page: Client, agent: User, noa: Conversation) -> None:
    assignment.close(noa, agent, "spam")
    before = _row(noa)
    page.post(f"/inbox/{noa.code}/reopen/", **HTMX)
    assert Conversation.objects.get(pk=noa.pk).waiting_since is not None
    reversal.undo(_last(agent).code, agent)
    assert _row(noa) == before


def test_nobody_undoes_a_colleagues_act(page: Client, agent: User, lead: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    act = _last(agent)
    for other in (lead, factories.make_user("admin")):
        assert signed_in(other).post("/inbox/undo/", {"act": str(act.code)}).status_code == 404
        assert bar_of(other) is None
    noa.refresh_from_db()
    assert noa.assignee == agent
    for nonsense in ("", "x"):
        assert page.post("/inbox/undo/", {"act": nonsense}).status_code == 404


def test_an_act_that_another_took_the_place_of_is_not_undone(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    stale = _last(agent)
    page.post(f"/inbox/{noa.code}/snooze/", {"span": "answer"})
    html = page.post("/inbox/undo/", {"act": str(stale.code)}, **HTMX).content.decode()
    assert "sleeps until they write" in html and "data-undo" in html
    noa.refresh_from_db()
    assert (noa.assignee, noa.status) == (agent, "snoozed")


def test_a_bystander_cannot_withdraw_an_answer(agent: User, lead: User, noa: Conversation) -> None:
    message = _answer(noa, agent)
    assert signed_in(lead).post(f"/inbox/messages/{message.code}/cancel/").status_code == 403
    assert not queue.cancel(message, lead)
    message.refresh_from_db()
    assert message.state == "queued"
    assert queue.cancel(message, agent)


def _taken_back(page: Client, conversation: Conversation) -> str:
    html = page.get(conversation.get_absolute_url()).content.decode()
    return text_of(html.partition('class="taken-back"')[2].partition("</li>")[0])


def test_colleagues_read_who_took_an_answer_back(agent: User, lead: User, noa: Conversation) -> None:
    answer = _answer(noa, agent)
    assert "took an answer back" not in _taken_back(signed_in(lead), noa)
    assert queue.cancel(answer, agent)
    assert f"{agent.first_name} took an answer back, " in _taken_back(signed_in(lead), noa)
    live = signed_in(lead).get(f"{noa.get_absolute_url()}thread/", **HTMX).content.decode()
    assert "took an answer back" in live
    assert answer.text not in live
    assert _taken_back(signed_in(agent), noa) == ""  # the bar says it to whom it was


def test_news_after_it_ends_the_line_of_what_was_taken_back(
    agent: User, lead: User, account: Account, noa: Conversation
) -> None:
    assert queue.cancel(_answer(noa, agent), agent)
    factories.make_answer(noa, lead)
    assert _taken_back(signed_in(lead), noa) == ""


def test_what_was_taken_back_costs_no_statement_more(agent: User, lead: User, noa: Conversation) -> None:
    page = signed_in(lead)
    page.get(noa.get_absolute_url())
    with CaptureQueriesContext(connection) as before:
        page.get(noa.get_absolute_url())
    for _n in range(3):
        assert queue.cancel(_answer(noa, agent), agent)
    with CaptureQueriesContext(connection) as after:
        page.get(noa.get_absolute_url())
    assert len(after) == len(before)


def _answer(conversation: Conversation, by: User, text: str = "Morgen is hij er.") -> Message:
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    form = {"tab": "public", "text": text, "seen": str(newest), "code": str(uuid.uuid4()), "do": "send"}
    assert signed_in(by).post(f"/inbox/{conversation.code}/reply/", form, **HTMX).status_code == 200
    return Message.objects.filter(direction="outbound", conversation=conversation).latest("pk")


def test_undone_answer_returns_to_its_author_alone(
    page: Client, agent: User, lead: User, account: Account, noa: Conversation
) -> None:
    Account.objects.filter(pk=account.pk).update(signature="initials")
    _answer(noa, agent)
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code), "next": "/inbox/"}, follow=True).content.decode()
    assert ">Morgen is hij er.</textarea>" in html  # without the signature, which is put under it again
    assert "Taken back. Your text is in the box again." in html
    assert "Morgen" not in signed_in(lead).get(f"/inbox/{noa.code}/").content.decode()


def test_what_was_begun_meanwhile_stays_below_it(page: Client, agent: User, noa: Conversation) -> None:
    _answer(noa, agent)
    page.post(f"/inbox/{noa.code}/draft/", {"tab": "public", "text": "En nog iets", "code": str(uuid.uuid4())})
    form = {"act": str(_last(agent).code)}
    html = page.post("/inbox/undo/", form, **HTMX).content.decode()
    assert html == "" or "En nog iets" in html
    html = page.get(f"/inbox/{noa.code}/").content.decode()
    assert ">Morgen is hij er.\n\nEn nog iets</textarea>" in html


def test_undo_twice_is_undo_once(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    code = _last(agent).code
    assert reversal.undo(code, agent).outcome == reversal.undo(code, agent).outcome == "undone"
    assert Event.objects.filter(verb="undone").count() == 1


def test_an_answer_taken_back_is_logged_once(agent: User, noa: Conversation) -> None:
    _answer(noa, agent)
    assert _logged_by_undoing(agent) == ["taken_back"]


def test_a_link_undone_is_logged_once(agent: User, account: Account, noa: Conversation) -> None:
    other = factories.make_inbound(account, "Hoi", author=factories.author("Noa B")).conversation
    assert other is not None
    signed_in(agent).post(f"/inbox/{noa.code}/contact/link/", {"contact": str(other.contact.code)})
    assert _logged_by_undoing(agent) == ["link_undone"]


def _logged_by_undoing(person: User) -> list[str]:
    before = list(Event.objects.values_list("pk", flat=True))
    assert reversal.undo(_last(person).code, person).outcome == "undone"
    return list(Event.objects.exclude(pk__in=before).values_list("verb", flat=True))


_MEANWHILE: dict[str, tuple[str, dict[str, str], str]] = {
    "reassigned": ("claim", {}, "Joost Willems changed it meanwhile."),
    "reopened": ("close", {"reason": "troll"}, "Joost Willems changed it meanwhile."),
    "answered": ("claim", {}, "Joost Willems answered there already."),
    "label off": ("labels", {}, "Joost Willems changed it meanwhile."),
    "wrote": ("close", {"reason": "troll"}, "Noa wrote again meanwhile."),
    "woken": ("snooze", {"span": "3h"}, "Noa wrote again meanwhile."),
}


@pytest.mark.parametrize("case", _MEANWHILE)
def test_a_later_change_is_never_overwritten(
    page: Client, agent: User, joost: User, account: Account, noa: Conversation, label: Label, case: str
) -> None:
    path, form, words = _MEANWHILE[case]
    page.post(f"/inbox/{noa.code}/{path}/", form | {"label": str(label.code)})
    write = partial(factories.make_inbound, account, "Hallo?", author=factories.author("Noa Bakker"))
    later: dict[str, Callable[[], object]] = {
        "reassigned": lambda: assignment.assign(noa, joost, by=joost),
        "reopened": lambda: assignment.reopen(noa, by=joost),
        "answered": lambda: _answer(noa, joost),
        "label off": lambda: labels.remove_label(noa, label, joost),
        "wrote": write,
        "woken": write,
    }
    later[case]()
    before = _row(noa)
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert words in html and "Too late." in html and "undo-over" in html
    assert _row(noa) == before
    assert not Event.objects.filter(verb="undone").exists()


def test_given_away_and_back_is_a_change_too(page: Client, agent: User, joost: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    assignment.assign(noa, None, by=joost)
    assignment.assign(noa, agent, by=joost)
    assert reversal.undo(_last(agent).code, agent).outcome == "late"


def test_another_label_meanwhile_is_no_matter(page: Client, agent: User, joost: User, noa: Conversation) -> None:
    own_label, other_label = Label.objects.create(name="Retour"), Label.objects.create(name="Kleur")
    page.post(f"/inbox/{noa.code}/labels/", {"label": str(own_label.code)})
    labels.add_label(noa, other_label, joost)
    assert reversal.undo(_last(agent).code, agent).outcome == "undone"
    assert list(noa.labels.all()) == [other_label]


def test_many_at_once_are_undone_but_for_those_changed(
    page: Client, agent: User, joost: User, account: Account
) -> None:
    rows = [factories.make_conversation(account, author=factories.author(f"Klant{n} Jansen")) for n in range(4)]
    form = {"do": "assign", "user": str(joost.code), "pick": [str(row.code) for row in rows]}
    page.post("/inbox/bulk/", form)
    assert "<b>4 conversations</b> to Joost" in page.get("/inbox/").content.decode()
    _answer(rows[1], joost)
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert "Too late for 1. Joost Willems answered there already. 3 are back as they were." in html
    assert f'href="/inbox/{rows[1].code}/"' in html and ">Klant1 Jansen</a>" in html
    assert [Conversation.objects.get(pk=row.pk).assignee for row in rows] == [None, joost, None, None]


def test_linking_is_undone_but_not_a_later_change(agent: User, account: Account, noa: Conversation) -> None:
    other = factories.make_inbound(account, "Hoi", author=factories.author("Noa B")).conversation
    assert other is not None
    Contact.objects.filter(pk=other.contact_id).update(kind="press")
    client = signed_in(agent)
    client.post(f"/inbox/{noa.code}/contact/link/", {"contact": str(other.contact.code)})
    other.refresh_from_db()
    assert other.contact_id == noa.contact_id
    Contact.objects.filter(pk=noa.contact_id).update(kind="influencer")
    assert reversal.undo(_last(agent).code, agent).outcome == "undone"
    other.refresh_from_db()
    assert other.contact_id != noa.contact_id
    assert Contact.objects.get(pk=noa.contact_id).kind == "influencer"


def test_link_moved_on_is_too_late(agent: User, lead: User, account: Account, noa: Conversation) -> None:
    other = factories.make_inbound(account, "Hoi", author=factories.author("Noa B")).conversation
    assert other is not None
    signed_in(agent).post(f"/inbox/{noa.code}/contact/link/", {"contact": str(other.contact.code)})
    linking.unlink(other.identity, lead)
    assert reversal.undo(_last(agent).code, agent).outcome == "late"


def test_undo_of_a_sent_answer_says_where_it_stands(page: Client, agent: User, noa: Conversation) -> None:
    message = _answer(noa, agent)
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=timezone.now())
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert "Too late. It stands on X since" in html and f"/inbox/{noa.code}/" in html


def test_undo_stops_where_one_no_longer_may(page: Client, agent: User, account: Account, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    factories.limit(agent, factories.make_account("facebook"))
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert "Its account is not yours any more." in html
    noa.refresh_from_db()
    assert noa.assignee == agent


def test_the_bar_stands_on_every_page_until_the_next_act(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    for path in ("/inbox/", f"/inbox/{noa.code}/", "/preferences/", "/inbox/notices/"):
        html = page.get(path).content.decode()
        assert "<b><bdi>Noa</bdi></b> to you" in html, path
        assert 'action="/inbox/undo/"' in html, path
    page.post(f"/inbox/{noa.code}/snooze/", {"span": "answer"})
    html = page.get("/inbox/").content.decode()
    assert "to you" not in html and "sleeps until they write" in html
    assert UndoableAct.objects.count() == 1
    UndoableAct.objects.update(at=factories.minutes_ago(13 * 60))
    assert bar_of(agent) is None


def test_an_answer_still_leaving_comes_after_a_later_act(
    page: Client, agent: User, noa: Conversation, account: Account
) -> None:
    message = _answer(noa, agent)
    other = factories.make_conversation(account, author=factories.author("Lotte Brouwer"))
    page.post(f"/inbox/{other.code}/claim/")
    html = page.get("/inbox/").content.decode()
    assert "<b><bdi>Lotte</bdi></b> to you" in html
    assert "Before this, still leaving: To <b><bdi>Noa</bdi></b>, in public" in html
    reversal.undo(_last(agent).code, agent)
    bar = bar_of(agent)
    assert bar is not None and bar.act.message == message and bar.left


def test_what_left_says_nothing_more(page: Client, agent: User, noa: Conversation) -> None:
    message = _answer(noa, agent)
    Message.objects.filter(pk=message.pk).update(state="sent")
    assert bar_of(agent) is None
    assert 'class="undo"' not in page.get("/inbox/").content.decode()


def test_undone_can_be_done_after_all(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/close/", {"reason": "troll"})
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, follow=True).content.decode()
    assert "<b><bdi>Noa</bdi></b> is open again." in html and "Close after all" in html
    assert f'action="/inbox/{noa.code}/close/"' in html and '<input type="hidden" name="reason" value="troll">' in html


def test_without_scripts_one_comes_back_to_the_page(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    answer = page.post("/inbox/undo/", {"act": str(_last(agent).code), "next": "/preferences/"})
    assert answer["Location"] == "/preferences/"
    page.post(f"/inbox/{noa.code}/claim/")
    answer = page.post("/inbox/undo/", {"act": str(_last(agent).code), "next": "https://evil.example/"})
    assert answer["Location"] == "/inbox/"


def test_colleagues_read_who_is_sending(agent: User, lead: User, noa: Conversation) -> None:
    _answer(noa, agent)
    html = signed_in(lead).get(f"/inbox/{noa.code}/").content.decode()
    assert f"{agent.first_name} is sending this" in html
    assert "data-undo" not in html and "cancel" not in html


def test_another_tab_hears_of_it(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    html = page.get("/inbox/updates/?since=0").content.decode()
    assert "<b><bdi>Noa</bdi></b> to you" in html.split('class="undo-news"')[1]
    # An act is kept after what it changed: whoever asked in between hears of it all the same.
    token = html.split('data-token="')[1].split('"')[0]
    assert page.get(f"/inbox/updates/?since={token}&undo=").status_code == 200
    state = html.split('data-state="')[1].split('"')[0]
    assert page.get(f"/inbox/updates/?since={token}&undo={state}").status_code in (200, 204)


def test_what_was_done_days_ago_is_not_undone(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    act = _last(agent)
    UndoableAct.objects.update(at=factories.minutes_ago(13 * 60))
    html = page.post("/inbox/undo/", {"act": str(act.code)}, **HTMX).content.decode()
    assert "Too late. That was too long ago." in html
    noa.refresh_from_db()
    assert noa.assignee == agent


def _leaves(joost: User, team: Team, reason: str) -> str:
    """Take from Joost what he needs to hold it; return what the bar says of it."""
    if reason == "inactive":
        User.objects.filter(pk=joost.pk).update(is_active=False)
    elif reason == "limited":
        factories.limit(joost, factories.make_account("facebook"))
    elif reason == "team":
        labels.set_members(team, list(team.members.exclude(pk=joost.pk)), joost)
        return "Joost Willems left that team meanwhile."
    else:
        Team.objects.filter(pk=team.pk).update(archived_at=timezone.now())
        return "Team Bezorging was put away meanwhile."
    return "Joost Willems has no access to it any more."


@pytest.mark.parametrize("reason", ["inactive", "limited", "team", "archived"])
def test_undo_gives_no_work_to_who_cannot_do_it(
    page: Client, agent: User, joost: User, team: Team, noa: Conversation, reason: str
) -> None:
    team.members.add(joost)
    labels.give_to_team(noa, team, joost)
    assignment.assign(noa, joost, by=joost)
    page.post(f"/inbox/{noa.code}/claim/")
    words = _leaves(joost, team, reason)
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert words in html
    noa.refresh_from_db()
    assert noa.assignee == agent


def test_an_undo_that_breaks_has_undone_nothing(
    page: Client, agent: User, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [factories.make_conversation(account, author=factories.author(f"Klant{n} Jansen")) for n in range(3)]
    page.post("/inbox/bulk/", {"do": "mine", "pick": [str(row.code) for row in rows]})
    real = reversal._put_back

    def breaks(row: Conversation, *rest: Any) -> None:
        if row.pk == rows[0].pk:  # the last in turn
            raise RuntimeError
        real(row, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(reversal, "_put_back", breaks)
        with pytest.raises(RuntimeError):
            reversal.undo(_last(agent).code, agent)
    assert {Conversation.objects.get(pk=row.pk).assignee for row in rows} == {agent}
    assert reversal.undo(_last(agent).code, agent).outcome == "undone"


def test_a_platform_that_breaks_leaves_the_undo(
    page: Client, agent: User, noa: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.post(f"/inbox/{noa.code}/claim/")

    def breaks(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(reversal, "_put_back_on_platform", breaks)
    assert reversal.undo(_last(agent).code, agent).outcome == "undone"
    assert _last(agent).outcome == "undone"


@pytest.mark.parametrize(
    ("name", "first_name"),
    [("KARIN de boer", "Karin"), ("Dhr. Bakker", "Dhr. Bakker"), ("J. Bakker", "J. Bakker"), ("", "The customer")],
)
def test_the_bar_calls_people_by_their_first_name(
    page: Client, agent: User, account: Account, name: str, first_name: str
) -> None:
    person = factories.author(name, handle="")
    page.post(f"/inbox/{factories.make_conversation(account, author=person).code}/claim/")
    assert f"<b><bdi>{first_name}</bdi></b> to you" in page.get("/preferences/").content.decode()


def _moved_to_other_accounts(agent: User) -> None:
    factories.limit(agent, factories.make_account("facebook"))


@pytest.mark.parametrize(
    ("language", "words", "late"),
    [
        ("en", "<b><bdi>A conversation</bdi></b> to you", "Its account is not yours any more."),
        ("nl", "<b><bdi>Een gesprek</bdi></b> naar jou", "Dat account is niet meer van jou."),
    ],
)
def test_the_bar_names_nobody_one_may_not_see(
    page: Client, agent: User, noa: Conversation, language: str, words: str, late: str
) -> None:
    User.objects.filter(pk=agent.pk).update(language=language)
    page.post(f"/inbox/{noa.code}/claim/")
    assert "Noa" in page.get("/preferences/").content.decode()
    _moved_to_other_accounts(agent)
    html = page.get("/preferences/").content.decode()
    assert words in html and "Noa" not in html
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert late in html and "Noa" not in html and str(noa.code) not in html


@pytest.mark.parametrize(
    ("language", "again", "words"),
    [
        ("en", "Assign after all", "A conversation is as it was."),
        ("nl", "Toch toewijzen", "Een gesprek is weer zoals het was."),
    ],
)
def test_an_undone_act_is_not_offered_where_one_may_not_see(
    page: Client, agent: User, noa: Conversation, language: str, again: str, words: str
) -> None:
    User.objects.filter(pk=agent.pk).update(language=language)
    page.post(f"/inbox/{noa.code}/claim/")
    reversal.undo(_last(agent).code, agent)
    assert again in page.get("/preferences/").content.decode()
    _moved_to_other_accounts(agent)
    html = page.get("/preferences/").content.decode()
    assert words in html
    assert again not in html and str(noa.code) not in html


def test_of_many_only_those_one_may_see_are_named(
    page: Client, agent: User, joost: User, account: Account, noa: Conversation
) -> None:
    lotte = factories.make_conversation(factories.make_account("facebook"), author=factories.author("Lotte Brouwer"))
    page.post("/inbox/bulk/", {"do": "mine", "pick": [str(noa.code), str(lotte.code)]})
    factories.limit(agent, account)
    assignment.assign(noa, joost, by=joost)
    html = page.post("/inbox/undo/", {"act": str(_last(agent).code)}, **HTMX).content.decode()
    assert "Too late for 2." in html
    assert f'href="/inbox/{noa.code}/">Noa</a>' in html
    assert "Lotte" not in html and str(lotte.code) not in html


def _of_many(rows: list[Conversation], joost: User, team: Team, label: Label) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = [
        {"do": "mine"},
        {"do": "assign", "user": str(joost.code), "handover": "Belde ook al"},
        {"user": str(joost.code)},
        {"team": str(team.code)},
        {"do": "label", "label": str(label.code), "handover": "Belde ook al"},
        {"snooze": "3h"},
        {"close": "troll"},
    ]
    return [form | {"pick": [str(row.code) for row in rows]} for form in asked]


def _sorted_as(conversation: Conversation) -> dict[str, Any]:
    """What asking once more brings about: all but times, and the note of a colleague."""
    row = _row(conversation)
    return {name: row[name] for name in ("status", "close_reason", "assignee_id", "team_id", "labels", "is_complaint")}


@cases("number", range(13), quick=4)
def test_what_is_done_after_all_is_what_was_done(
    page: Client, agent: User, account: Account, noa: Conversation, joost: User, team: Team, label: Label, number: int
) -> None:
    rows = [noa, factories.make_conversation(account, author=factories.author("Lotte Brouwer"))]
    acts = [*_acts(noa, joost, team, label).items()]
    acts += [("/inbox/bulk/", form) for form in _of_many(rows, joost, team, label)]
    path, form = acts[number]
    page.post(path, form | {"text": "Iets anders"})
    done = [_sorted_as(row) for row in rows]
    reversal.undo(_last(agent).code, agent)
    assert [_sorted_as(row) for row in rows] != done
    repeat = _last(agent).about["repeat"]
    asked: dict[str, list[str]] = {}
    for name, value in repeat["fields"]:
        asked.setdefault(name, []).append(value)
    page.post(repeat["path"], asked)
    assert [_sorted_as(row) for row in rows] == done


@pytest.mark.parametrize("path", ["", "bulk"])
def test_no_act_keeps_the_words_of_a_note(
    page: Client, agent: User, lead: User, noa: Conversation, joost: User, path: str
) -> None:
    assignment.assign(noa, lead, by=lead, handover="Let op de kleur")
    form = {"user": str(joost.code), "handover": "Belde ook al", "do": "assign", "pick": str(noa.code)}
    page.post("/inbox/bulk/" if path else f"/inbox/{noa.code}/assign/", form | {"text": "Belde ook al"})
    noa.refresh_from_db()
    assert noa.handover_note == "Belde ook al"
    kept = UndoableAct.objects.values().get(user=agent)
    assert "Belde" not in str(kept) and "kleur" not in str(kept)
    reversal.undo(_last(agent).code, agent)
    noa.refresh_from_db()
    assert noa.handover_note == "Let op de kleur"


def test_old_acts_are_forgotten(page: Client, agent: User, lead: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    signed_in(lead).post(f"/inbox/{noa.code}/claim/")
    UndoableAct.objects.filter(user=agent).update(at=timezone.now() - reversal.STANDS_FOR - timedelta(minutes=1))
    assert "inbox.tasks.forget_acts" in {line["task"] for line in app.conf.beat_schedule.values()}
    tasks.forget_acts()
    assert [act.user for act in UndoableAct.objects.all()] == [lead]

"""Finding work: queues, filters, sorts, saved views, labels, teams, bulk, search and the palette, as pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from channels.models import Account
from channels.types import Shown, ShownKind
from inbox.lists import bulk, search
from inbox.lists.queues import Scope
from inbox.models import Conversation, Event, Label, SavedView, Team, UndoableAct, User
from inbox.triage import assignment, labels, priority
from tests import factories
from tests.support.html import tight
from tests.support.navigation import NAVIGATION
from tests.support.pages import HTMX, signed_in


def shown(page: Client, address: str) -> list[str]:
    """Return the codes of the rows on a list page, in their order."""
    html = tight(page.get(address).content.decode())
    return [part.split('"')[0] for part in html.split('<li class="row')[1:] for part in part.split('data-code="')[1:2]]


def codes(*conversations: Conversation) -> set[str]:
    return {str(conversation.code) for conversation in conversations}


def test_views_teams_and_labels_cost_one_statement_each(
    page: Client, agent: User, account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    team = Team.objects.create(name="Bezorging")
    for number in range(5):
        conversation = factories.make_conversation(account)
        labels.add_label(conversation, Label.objects.create(name=f"Label {number}"), agent)
        labels.give_to_team(conversation, team, agent)
        SavedView.objects.create(owner=agent, name=f"View {number}", query="mood=angry")
    page.get("/inbox/")
    with django_assert_num_queries(4 + NAVIGATION):  # session, person, rows, their marks: teams count with the queues
        html = page.get("/inbox/").content.decode()
    assert "Label 3" in html
    assert "View 4" in html


@pytest.mark.parametrize(
    "query",
    ["channel=x", "side=public", "who=nobody", "mood=angry", "language=nl", "waits=1h", "complaint=1", "team=none"],
)
def test_each_filter_keeps_what_fits_and_leaves_the_rest(
    page: Client, agent: User, account: Account, query: str
) -> None:
    fits = factories.make_conversation(account)
    long_ago = timezone.now() - timedelta(hours=2)
    Conversation.objects.filter(pk=fits.pk).update(
        mood="angry", language="nl", is_complaint=True, waiting_since=long_ago, last_message_at=long_ago
    )
    other = factories.make_conversation(factories.make_account("whatsapp"))
    Conversation.objects.filter(pk=other.pk).update(visibility="private", mood="happy", language="en")
    assignment.assign(other, agent, by=agent)
    labels.give_to_team(other, Team.objects.create(name="Pers"), agent)
    assignment.assign(other, agent, by=agent)
    assert set(shown(page, f"/inbox/?{query}")) == codes(fits)


def test_a10_unanswered_compliments_have_a_filter(page: Client, agent: User, account: Account) -> None:
    kind, angry, answered = (factories.make_conversation(account) for _each in range(3))
    for row, mood in ((kind, "happy"), (angry, "angry"), (answered, "neutral")):
        Conversation.objects.filter(pk=row.pk).update(mood=mood)
    factories.make_answer(answered, agent)
    assert set(shown(page, "/inbox/?mood=fine")) == codes(kind)


def test_e13_angry_conversations_have_a_filter(page: Client, account: Account) -> None:
    angry, calm = factories.make_conversation(account), factories.make_conversation(account)
    Conversation.objects.filter(pk=angry.pk).update(mood="angry")
    assert set(shown(page, "/inbox/?mood=angry")) == codes(angry)
    assert str(calm.code) not in shown(page, "/inbox/?mood=angry")


def test_filters_by_person_label_team_and_day(page: Client, agent: User, lead: User, account: Account) -> None:
    own_talk, others_talk, old = (factories.make_conversation(account) for _each in range(3))
    assignment.assign(own_talk, agent, by=agent)
    assignment.assign(others_talk, lead, by=lead)
    Conversation.objects.filter(pk=old.pk).update(last_message_at=timezone.now() - timedelta(days=9))
    label, team = Label.objects.create(name="Garantie"), Team.objects.create(name="Winkels")
    team.members.add(agent)
    labels.add_label(own_talk, label, agent)
    labels.give_to_team(own_talk, team, agent)
    for query, expected in {
        "who=me": codes(own_talk),
        f"who={lead.code}": codes(others_talk),
        f"label={label.code}": codes(own_talk),
        "label=none": codes(others_talk, old),
        f"team={team.code}": codes(own_talk),
        "team=mine": codes(own_talk),
        f"since={timezone.localdate()}": codes(own_talk, others_talk),
    }.items():
        assert set(shown(page, f"/inbox/?{query}")) == expected, query


@pytest.mark.parametrize(
    "query",
    ["label=1", "who='", "team=%00", "waits=9y", "since=gisteren", "mood=x", "account=zz", "sort=x", "after=W10"],
)
def test_nonsense_in_the_address_counts_as_not_given(page: Client, conversation: Conversation, query: str) -> None:
    assert set(shown(page, f"/inbox/?{query}")) == codes(conversation)


@pytest.mark.parametrize("sort", ["", "newest", "priority", "window"])
def test_the_pages_of_every_sort_hold_every_row_once(page: Client, account: Account, sort: str) -> None:
    from inbox.ingest.receive import receive

    now = timezone.now()
    events = [
        factories.incoming(f"Vraag {n}", author=factories.author(f"Klant {n}"), sent_at=now - timedelta(minutes=n % 9))
        for n in range(70)
    ]
    receive(account, events)
    for number, row in enumerate(Conversation.objects.all()):
        row.priority = number % 4 * 10
        row.window_closes_at = now + timedelta(hours=number % 5 + 1) if number % 3 else None
        row.waiting_since = row.waiting_since if number % 7 else None
        row.save(update_fields=["priority", "window_closes_at", "waiting_since"])
    seen: list[str] = []
    after = ""
    for _turn in range(4):
        address = f"/inbox/?sort={sort}&after={after}"
        html = page.get(address, **HTMX).content.decode()
        seen += [part.split('"')[0] for part in html.split('id="row-')[1:] if not part.startswith("list")]
        if "after=" not in html:
            break
        after = html.split("after=")[1].split('"')[0].split("&")[0]
    assert len(seen) == len(set(seen)) == 70


def test_waiting_and_closing_windows_have_queues(page: Client, agent: User, account: Account) -> None:
    answered = factories.make_conversation(account)
    factories.make_answer(answered, agent)
    soon, later, shut = (factories.make_conversation(account) for _each in range(3))
    for row, hours in ((soon, 1), (later, 5), (shut, -1)):
        Conversation.objects.filter(pk=row.pk).update(window_closes_at=timezone.now() + timedelta(hours=hours))
    assert shown(page, "/inbox/?queue=waiting") == [str(answered.code)]
    assert shown(page, "/inbox/?queue=closing") == [str(soon.code), str(later.code)]


def test_a_view_is_saved_shared_renamed_moved_and_removed(
    page: Client, agent: User, lead: User, account: Account
) -> None:
    factories.make_conversation(account)
    for name in ("Boze mensen", "Lang"):
        page.post("/inbox/views/save/", {"name": name, "query": "mood=angry&waits=1h&nonsense=1"})
    first, second = SavedView.objects.order_by("position")
    assert first.query == "mood=angry&waits=1h"
    assert "Boze mensen" in page.get("/inbox/").content.decode()
    assert "Boze mensen" not in signed_in(lead).get("/inbox/").content.decode()
    page.post(f"/inbox/views/{first.code}/", {"name": "Boze klanten", "shared": "1"})
    assert "Boze klanten" in signed_in(lead).get("/inbox/").content.decode()
    page.post(f"/inbox/views/{second.code}/", {"do": "up"})
    assert [view.name for view in SavedView.objects.order_by("position")] == ["Lang", "Boze klanten"]
    page.post(f"/inbox/views/{first.code}/", {"do": "remove"})
    assert SavedView.objects.count() == 1
    assert page.get("/inbox/views/").status_code == 200


def test_others_views_are_not_for_agents_to_change(page: Client, lead: User, account: Account) -> None:
    own = SavedView.objects.create(owner=lead, name="Eigen", query="mood=angry")
    shared = SavedView.objects.create(owner=lead, name="Gedeeld", query="mood=angry", is_shared=True)
    assert page.post(f"/inbox/views/{own.code}/", {"do": "remove"}).status_code == 404
    assert page.post(f"/inbox/views/{shared.code}/", {"do": "remove"}).status_code == 403
    assert SavedView.objects.count() == 2


def test_a_view_without_a_name_or_filters_is_not_kept(page: Client, account: Account) -> None:
    page.post("/inbox/views/save/", {"name": "", "query": "mood=angry"})
    page.post("/inbox/views/save/", {"name": "Alles", "query": ""})
    assert not SavedView.objects.exists()


def test_a_label_goes_on_and_off_and_is_logged(page: Client, agent: User, conversation: Conversation) -> None:
    label = Label.objects.create(name="Klacht", is_complaint=True)
    address = f"/inbox/{conversation.code}/labels/"
    assert "Klacht" in page.get(address, **HTMX).content.decode()
    assert "<html" in page.get(address).content.decode()
    page.post(address, {"label": str(label.code)})
    conversation.refresh_from_db()
    assert conversation.is_complaint
    assert "Klacht" in page.get("/inbox/").content.decode()
    page.post(address, {"label": str(label.code)})
    conversation.refresh_from_db()
    assert not conversation.is_complaint
    assert {"labelled", "unlabelled"} <= set(Event.objects.filter(actor=agent).values_list("verb", flat=True))


def test_leads_make_labels_and_agents_use_them(page: Client, lead: User, conversation: Conversation) -> None:
    address = f"/inbox/{conversation.code}/labels/"
    assert page.post(address, {"new": "Garantie"}).status_code == 403
    signed_in(lead).post(address, {"new": "Garantie"})
    assert [label.name for label in conversation.labels.all()] == ["Garantie"]
    page.post(address, {"new": "garantie"})
    assert Label.objects.count() == 1


def test_b10_outsider_loses_a_conversation_given_to_a_team(
    page: Client, agent: User, conversation: Conversation
) -> None:
    team = Team.objects.create(name="Bezorging")
    assignment.assign(conversation, agent, by=agent)
    page.post(f"/inbox/{conversation.code}/team/", {"team": str(team.code)})
    conversation.refresh_from_db()
    assert (conversation.team, conversation.assignee) == (team, None)
    assert set(shown(page, f"/inbox/?team={team.code}")) == codes(conversation)


@pytest.mark.parametrize("kind", ["labels", "teams"])
def test_leads_keep_labels_and_teams_and_agents_do_not(page: Client, lead: User, account: Account, kind: str) -> None:
    boss = signed_in(lead)
    address = f"/settings/{kind}/"
    assert page.get(address).status_code == 403
    assert boss.get(address).status_code == 200
    boss.post(address, {"name": "Nieuw"})
    row: Label | Team = (Label if kind == "labels" else Team)._default_manager.get(name="Nieuw")
    assert "already" in boss.post(address, {"name": "NIEUW"}).content.decode()
    boss.post(f"{address}{row.code}/", {"name": "Nieuwer"})
    boss.post(f"{address}{row.code}/put-away/")
    row.refresh_from_db()
    assert (row.name, row.archived_at is None) == ("Nieuwer", False)


def test_an_act_on_picked_rows_touches_those_and_no_others(page: Client, agent: User, account: Account) -> None:
    first, second, third = (factories.make_conversation(account) for _each in range(3))
    label, team = Label.objects.create(name="Garantie"), Team.objects.create(name="Winkels")
    picks = {"pick": [str(first.code), str(second.code), "nonsense"]}
    page.post("/inbox/bulk/?sort=newest", {**picks, "do": "mine"})
    page.post("/inbox/bulk/", {**picks, "do": "label", "label": str(label.code)})
    page.post("/inbox/bulk/", {**picks, "do": "team", "team": str(team.code)})
    page.post("/inbox/bulk/", {**picks, "snooze": "tomorrow"})
    for row in (first, second, third):
        row.refresh_from_db()
    assert [row.status for row in (first, second, third)] == ["snoozed", "snoozed", "open"]
    assert set(label.conversations.all()) == {first, second} == set(team.conversations.all())
    assert third.assignee is None


def test_picked_rows_are_snoozed_to_the_future_only(page: Client, conversation: Conversation) -> None:
    picks = {"pick": [str(conversation.code)], "snooze": ""}
    for until, said in (("2020-01-01T09:00", "in the future"), ("", "Choose until when"), ("straks", "no date")):
        html = page.post("/inbox/bulk/", {**picks, "until": until}, follow=True).content.decode()
        assert said in html
        conversation.refresh_from_db()
        assert conversation.status == "open"
    day = timezone.localdate() + timedelta(days=3)
    page.post("/inbox/bulk/", {**picks, "until": f"{day}T09:30"})
    conversation.refresh_from_db()
    assert conversation.status == "snoozed"
    assert conversation.snoozed_until is not None
    assert timezone.localtime(conversation.snoozed_until).strftime("%Y-%m-%d %H:%M") == f"{day} 09:30"


def test_picked_rows_of_hidden_accounts_stay_as_they_are(outsider: User, conversation: Conversation) -> None:
    signed_in(outsider).post("/inbox/bulk/", {"pick": [str(conversation.code)], "do": "close"})
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_picked_rows_are_assigned_from_a_page(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    picks = {"pick": [str(conversation.code)]}
    assert lead.name in page.post("/inbox/bulk/", {**picks, "do": "choose"}).content.decode()
    page.post("/inbox/bulk/", {**picks, "do": "assign", "user": str(lead.code), "handover": "Belt morgen"})
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.handover_note) == (lead, "Belt morgen")


def _many(account: Account, number: int = 40) -> None:
    """More conversations than a page of the list shows."""
    for _n in range(number):
        factories.make_conversation(account)


def test_the_whole_list_is_picked_beyond_its_page(page: Client, account: Account, agent: User) -> None:
    _many(account)
    assert "Pick all 40" in page.get("/inbox/").content.decode()
    page.post("/inbox/bulk/", {"all": "1", "do": "mine", "seen_at": timezone.now().isoformat()})
    assert Conversation.objects.filter(assignee=agent).count() == 40


def test_a_list_of_one_page_offers_no_more_than_it_shows(page: Client, account: Account) -> None:
    _many(account, 3)
    assert 'name="all"' not in page.get("/inbox/").content.decode()


def test_the_whole_list_is_that_of_its_filters(page: Client, account: Account, agent: User) -> None:
    _many(account, 3)
    angry = factories.make_conversation(account)
    Conversation.objects.filter(pk=angry.pk).update(mood="angry")
    page.post("/inbox/bulk/?mood=angry", {"all": "1", "do": "mine"})
    assert set(Conversation.objects.filter(assignee=agent)) == {angry}


def test_the_whole_list_is_what_one_may_see(account: Account, outsider: User) -> None:
    _many(account, 3)
    signed_in(outsider).post("/inbox/bulk/", {"all": "1", "do": "close"})
    assert not Conversation.objects.filter(status="closed").exists()


def test_what_came_in_meanwhile_is_not_picked_with_the_list(page: Client, account: Account, agent: User) -> None:
    seen = factories.make_conversation(account)
    moment = timezone.now()
    unseen = factories.make_conversation(account)
    page.post("/inbox/bulk/", {"all": "1", "do": "mine", "seen_at": moment.isoformat()})
    assert set(Conversation.objects.filter(assignee=agent)) == {seen}
    assert unseen.assignee is None


def test_a_whole_list_has_an_end(page: Client, account: Account, agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.lists.bulk.MOST", 2)
    monkeypatch.setattr("inbox.templatetags.lists.MOST", 2)
    _many(account, 31)
    assert "Pick the first 2" in page.get("/inbox/").content.decode()
    page.post("/inbox/bulk/", {"all": "1", "do": "mine"})
    longest = Conversation.objects.order_by("waiting_since", "id")[:2]
    assert set(Conversation.objects.filter(assignee=agent)) == set(longest)


def test_the_whole_list_is_read_in_one_statement(
    agent: User, account: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _many(account, 5)
    accounts = list(agent.visible_accounts())
    assert agent.closed_teams == ()  # read once for a request, by whoever needs it first
    with django_assert_num_queries(1):
        assert len(bulk.everything(Scope.of({}), agent, accounts, timezone.now())) == 5


def test_undoing_and_repeating_a_whole_list_is_about_its_rows(page: Client, account: Account, agent: User) -> None:
    _many(account, 3)
    page.post("/inbox/bulk/", {"all": "1", "do": "mine"})
    asked = UndoableAct.objects.get(user=agent).about["repeat"]["fields"]
    assert sorted(value for name, value in asked if name == "pick") == sorted(
        str(code) for code in Conversation.objects.values_list("code", flat=True)
    )


def test_g5_complaints_are_not_closed_in_bulk_without_a_reason(page: Client, agent: User, account: Account) -> None:
    plain, flagged, labelled = (factories.make_conversation(account) for _each in range(3))
    Conversation.objects.filter(pk=flagged.pk).update(is_complaint=True)
    labels.add_label(labelled, Label.objects.create(name="Klacht", is_complaint=True), agent)
    picks = {"pick": [str(row.code) for row in (plain, flagged, labelled)]}
    factories.make_answer(plain, agent)
    html = page.post("/inbox/bulk/", {**picks, "do": "close"}, follow=True).content.decode()
    assert "</b> closed" in html
    assert "2 conversations are still open" in html
    assert set(Conversation.objects.filter(status="open")) == {flagged, labelled}
    page.post("/inbox/bulk/", {**picks, "close": "answered_elsewhere"})
    assert not Conversation.objects.filter(status="open").exists()


def test_g5_complaints_closed_without_a_reply_have_a_list(page: Client, agent: User, account: Account) -> None:
    silent, answered, plain = (factories.make_conversation(account) for _each in range(3))
    Conversation.objects.filter(pk__in=[silent.pk, answered.pk]).update(is_complaint=True)
    factories.make_answer(answered, agent)
    for row in (silent, answered, plain):
        assignment.close(row, by=agent, reason="spam")
    assert set(shown(page, "/inbox/?queue=complaints")) == codes(silent)


def test_a12_close_and_next_opens_the_next_in_the_list(page: Client, account: Account) -> None:
    for number in range(3):
        person, at = factories.author(f"K{number}"), factories.minutes_ago(30 - number)
        factories.make_inbound(account, author=person, sent_at=at)
    rows = list(Conversation.objects.order_by("waiting_since"))
    address = f"/inbox/{rows[1].code}/close-next/"
    why = {"reason": "no_question"}
    response = page.post(address, why, **HTMX)
    assert response["HX-Push-Url"] == f"/inbox/{rows[2].code}/"
    assert f'data-code="{rows[2].code}"' in response.content.decode()
    rows[1].refresh_from_db()
    assert rows[1].status == "closed"
    assert page.post(f"/inbox/{rows[2].code}/close-next/", why)["Location"] == f"/inbox/{rows[0].code}/"
    assert page.post(f"/inbox/{rows[0].code}/close-next/", why)["Location"] == "/inbox/"


def test_close_and_next_opens_who_waits_longest(page: Client, account: Account) -> None:
    for number in range(3):
        person, at = factories.author(f"K{number}"), factories.minutes_ago(30 - number)
        factories.make_inbound(account, author=person, sent_at=at)
    rows = list(Conversation.objects.order_by("waiting_since"))
    for row in (rows[0], rows[2]):
        factories.make_answer(row)
    assert page.post(f"/inbox/{rows[0].code}/close-next/")["Location"] == f"/inbox/{rows[1].code}/"


def test_close_and_next_stays_where_a_complaint_needs_a_reason(page: Client, conversation: Conversation) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(is_complaint=True)
    response = page.post(f"/inbox/{conversation.code}/close-next/", **HTMX)
    assert response["HX-Retarget"] == "#why"
    assert "This is a complaint that nobody answered." in response.content.decode()


def test_f5_rank_follows_the_formula_and_sorts_the_list(page: Client, account: Account) -> None:
    quiet = factories.make_inbound(account, author=factories.author("Stil", followers=3)).conversation
    loud = factories.make_inbound(
        account, author=factories.author("Luid", followers=250_000), sent_at=factories.minutes_ago(120)
    ).conversation
    assert quiet is not None
    assert loud is not None
    Conversation.objects.filter(pk=loud.pk).update(mood="angry")
    Conversation.objects.filter(pk=quiet.pk).update(mood="neutral")
    priority.rank_open()
    quiet.refresh_from_db()
    loud.refresh_from_db()
    assert quiet.priority == 25 + 0 + 5 + 0
    assert loud.priority == 25 + 20 + 25 + 25
    assert shown(page, "/inbox/?sort=priority") == [str(loud.code), str(quiet.code)]
    assert "Priority, 0 to 100" in page.get("/inbox/?sort=priority").content.decode()
    assignment.close(loud, by=None)
    priority.rank_open()
    loud.refresh_from_db()
    assert loud.priority == 0


def test_b6_search_page_works_and_pages_without_scripts(page: Client, account: Account) -> None:
    for number in range(30):
        factories.make_inbound(account, f"Lamp {number}", author=factories.author(f"K{number}"))
    html = page.get("/inbox/search/?q=lamp").content.decode()
    assert html.count('<li class="hit">') == search.PAGE
    after = html.split("after=")[1].split('"')[0]
    more = page.get(f"/inbox/search/?q=lamp&after={after}", **HTMX).content.decode()
    assert more.count('<li class="hit">') == 5
    assert "<html" not in more


def test_a_search_that_takes_too_long_says_what_helps(
    page: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*arguments: object, **more: object) -> None:
        raise search.TooSlow

    monkeypatch.setattr("inbox.views.lists.search.find", slow)
    assert "takes too long" in page.get("/inbox/search/?q=lamp").content.decode()


def test_search_and_palette_hide_other_accounts(outsider: User, conversation: Conversation) -> None:
    browser = signed_in(outsider)
    assert "Karin" not in browser.get("/inbox/search/?q=kast").content.decode()
    assert "Karin" not in browser.get("/inbox/palette/?q=karin").content.decode()
    assert "Take it" not in browser.get(f"/inbox/palette/?on={conversation.code}").content.decode()


def test_the_palette_offers_acts_people_conversations_and_places(
    page: Client, lead: User, conversation: Conversation
) -> None:
    Label.objects.create(name="Kasten")
    html = page.get(f"/inbox/palette/?q=ka&on={conversation.code}", **HTMX).content.decode()
    assert "Label: Kasten" in html
    assert "Karin" in html
    assert "Waar blijft mijn kast?" in html
    assert "<html" not in html
    assert (
        f'action="/inbox/{conversation.code}/claim/"'
        in page.get(f"/inbox/palette/?on={conversation.code}").content.decode()
    )
    assert "Assign to Sanne" in page.get(f"/inbox/palette/?q=sanne&on={conversation.code}").content.decode()


def test_the_palette_shows_the_subject_that_it_found(page: Client, account: Account) -> None:
    factories.make_inbound(
        account, "Graag een voorstel.", shown=[Shown(kind=ShownKind.SUBJECT, title="Twintig stoelen")]
    )
    assert "Twintig stoelen · Graag een voorstel." in page.get("/inbox/palette/?q=stoelen").content.decode()


def test_the_sheet_of_keys_holds_every_key_once(page: Client, conversation: Conversation) -> None:
    html = page.get("/inbox/").content.decode()
    held = [part.split('"')[0] for part in html.split('data-keys="')[1:]]
    assert len(held) == len(set(held)) > 20
    assert {"J", "K", "X", "Shift E", "Ctrl K", "G M", "/"} <= set(held)

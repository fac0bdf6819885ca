"""The pages on which a team keeps its canned replies, guidelines and words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from inbox.library import canned, guidelines
from inbox.models import CannedReply, CannedText, Conversation, Guideline, Team, User, WatchedWord
from tests.factories import make_account, make_answer, make_conversation, make_user
from tests.support.files import PIXEL, picture
from tests.support.html import without_chance

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    """Keeps what is shared."""
    return make_user("lead", language="en")


@pytest.fixture
def agent() -> User:
    """Keeps their own."""
    return make_user(language="en")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def one_text(text: str = "Dag {first_name}", **more: Any) -> dict[str, Any]:
    return {
        "title": "Bezorging", "scope": "all", "review_on": "", "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0",
        "texts-0-platform": "", "texts-0-language": "nl", "texts-0-text": text,
    } | more  # fmt: skip


def test_e5_a_lead_adds_a_reply_that_everybody_finds(lead: User, agent: User) -> None:
    browser(lead).post("/settings/canned/add/", one_text(review_on="2030-01-31"))
    row = CannedReply.objects.get()
    assert (row.owner, row.scope, row.texts.get().text) == (lead, "all", "Dag {first_name}")
    page = browser(agent).get("/settings/canned/").content.decode()
    assert "Bezorging" in page
    assert "not yet" in page
    assert list(canned.usable_by(agent)) == [row]


def test_e5_one_edit_is_used_by_everybody_at_once(lead: User, agent: User) -> None:
    made = CannedReply.objects.create(title="Bezorging", owner=lead)
    text = CannedText.objects.create(canned=made, language="nl", text="oud")
    changed = {"texts-INITIAL_FORMS": "1", "texts-0-id": text.pk, "texts-0-canned": made.pk}
    browser(lead).post(f"/settings/canned/{made.code}/", one_text("nieuw", **changed))
    conversation = Conversation.objects.for_rows().get(pk=make_conversation().pk)
    assert [offer.text for offer in canned.find("", conversation, agent)] == ["nieuw"]


def test_e5_an_overdue_review_is_said_and_stands_first(lead: User) -> None:
    CannedReply.objects.create(title="Aaa", owner=lead)
    CannedReply.objects.create(title="Zzz", owner=lead, review_on=timezone.localdate() - timedelta(days=1))
    page = without_chance(browser(lead).get("/settings/canned/").content.decode())
    assert "overdue since" in page
    assert page.index("Zzz") < page.index("Aaa")


def test_e4_the_page_reports_the_share_sent_unchanged(lead: User) -> None:
    made = CannedReply.objects.create(title="Bezorging", owner=lead)
    conversation = make_conversation()
    for unchanged in (True, False, False, False):
        canned.note_use(made, make_answer(conversation, lead), unchanged=unchanged)
    page = browser(lead).get("/settings/canned/").content.decode()
    assert "4 times" in page
    assert "25% unchanged" in page


def test_an_agent_keeps_private_replies_only(lead: User, agent: User) -> None:
    shared = CannedReply.objects.create(title="Van allen", owner=lead)
    hidden = CannedReply.objects.create(title="Van de lead", owner=lead, scope="private")
    page = browser(agent)
    page.post("/settings/canned/add/", one_text(scope="all"))
    assert CannedReply.objects.filter(owner=agent).count() == 0
    page.post("/settings/canned/add/", one_text(scope="private"))
    assert CannedReply.objects.get(owner=agent).scope == "private"
    assert page.get(f"/settings/canned/{shared.code}/").status_code == 403
    assert page.get(f"/settings/canned/{hidden.code}/").status_code == 404
    assert "Van de lead" not in page.get("/settings/canned/").content.decode()


def test_archived_reply_is_not_offered_but_keeps_its_place(lead: User) -> None:
    made = CannedReply.objects.create(title="Bezorging", owner=lead)
    page = browser(lead)
    page.post(f"/settings/canned/{made.code}/archive/")
    assert not canned.usable_by(lead).exists()
    assert "put away" in page.get("/settings/canned/").content.decode()
    page.post(f"/settings/canned/{made.code}/archive/")
    assert canned.usable_by(lead).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"texts-0-text": "", "texts-0-language": ""}, "Write at least one text."),
        ({"scope": "team"}, "Choose the team."),
        ({"picture": SimpleUploadedFile("x.png", b"<script>", "image/png")}, "not a picture we can use"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said(lead: User, wrong: dict[str, Any], said: str) -> None:
    answer = browser(lead).post("/settings/canned/add/", one_text() | wrong)
    assert said in answer.content.decode()
    assert not CannedReply.objects.exists()


def test_a_canned_heic_is_kept_as_a_jpeg(lead: User) -> None:
    upload = SimpleUploadedFile("IMG.HEIC", picture("HEIF"), "image/heic")
    browser(lead).post("/settings/canned/add/", one_text(picture=upload))
    assert str(CannedReply.objects.get().picture.name).endswith(".jpg")


def test_a11_a_canned_picture_is_kept(lead: User) -> None:
    picture = SimpleUploadedFile("plaatje.png", PIXEL, "image/png")
    browser(lead).post("/settings/canned/add/", one_text(picture=picture))
    assert str(CannedReply.objects.get().picture.name).startswith("canned/")


def test_e7_changed_guideline_is_a_new_unread_version(lead: User, agent: User) -> None:
    page = browser(lead)
    page.post("/settings/guidelines/add/", {"title": "Toon", "platform": "", "text": "Wees aardig."})
    row = Guideline.objects.get()
    address = f"/settings/guidelines/{row.code}/"
    for text in ("Wees aardig.\r\n", "Wees aardig en kort."):
        page.post(address, {"title": "Toon", "platform": "", "text": text})
    assert [version.text for version in row.versions.all()] == ["Wees aardig en kort.", "Wees aardig."]
    assert "Wees aardig." in page.get(address).content.decode()
    conversation = make_conversation()
    assert [guidelines.has_new(conversation, reader) for reader in (lead, agent)] == [False, True]
    browser(agent).get("/settings/guidelines/")
    assert not guidelines.has_new(conversation, agent)


def test_e7_a_guideline_counts_for_its_channel_and_team(lead: User, agent: User) -> None:
    team = Team.objects.create(name="Pers")
    for title, platform, of in (("Alles", "", None), ("X", "x", None), ("App", "whatsapp", None), ("Pers", "", team)):
        guidelines.write(Guideline(title=title, platform=platform, team=of), title, lead)
    conversation = Conversation.objects.for_rows().get(pk=make_conversation(make_account("x")).pk)
    assert [row.title for row in guidelines.applicable_to(conversation, agent)] == ["Alles", "X"]
    conversation.team = team
    assert [row.title for row in guidelines.applicable_to(conversation, agent)] == ["Alles", "Pers", "X"]


def test_e7_agents_read_guidelines_and_do_not_change_them(agent: User) -> None:
    assert browser(agent).get("/settings/guidelines/").status_code == 200
    assert browser(agent).get("/settings/guidelines/add/").status_code == 403


def test_e9_leads_keep_defensive_words_with_alternatives(lead: User, agent: User) -> None:
    said = {"kind": "defensive", "phrase": "dat ligt niet aan ons", "advice": "Zeg wat je wel kunt doen."}
    assert browser(agent).post("/settings/words/", said).status_code == 403
    browser(lead).post("/settings/words/", said)
    html = browser(agent).get("/settings/words/").content.decode()
    assert ">Defensive</h2>" in html and "dat ligt niet aan ons" in html and "Zeg wat je wel kunt doen." in html
    browser(lead).post(f"/settings/words/{WatchedWord.objects.get(phrase='dat ligt niet aan ons').pk}/remove/")
    assert not WatchedWord.objects.filter(phrase="dat ligt niet aan ons").exists()


def test_e6_e12_leads_keep_the_words_and_agents_read_them(lead: User, agent: User) -> None:
    page = browser(lead)
    page.post(
        "/settings/words/", {"kind": "cliche", "phrase": "met  vriendelijke groeten", "advice": "Zeg tot morgen."}
    )
    word = WatchedWord.objects.get(phrase="met vriendelijke groeten")
    again = page.post("/settings/words/", {"kind": "cliche", "phrase": "Met vriendelijke groeten"})
    assert "on the list already" in again.content.decode()
    assert "met vriendelijke groeten" in browser(agent).get("/settings/words/").content.decode()
    browser(agent).post("/settings/words/", {"kind": "cliche", "phrase": "van mij"})
    assert not WatchedWord.objects.filter(phrase="van mij").exists()
    assert browser(agent).post(f"/settings/words/{word.pk}/remove/").status_code == 403
    page.post(f"/settings/words/{word.pk}/remove/")
    assert not WatchedWord.objects.filter(pk=word.pk).exists()


def test_accounts_of_a_reply_are_chosen_on_its_page(client: Client) -> None:
    lead, account = make_user("lead"), make_account()
    client.force_login(lead)
    row = CannedReply.objects.create(title="Retour", owner=lead)
    values = {"title": "Retour", "scope": "all", "accounts": [account.pk], "texts-TOTAL_FORMS": 1}
    values |= {"texts-INITIAL_FORMS": 0, "texts-0-text": "Dag!", "texts-0-platform": "", "texts-0-language": ""}
    client.post(f"/settings/canned/{row.code}/", values)
    assert list(row.accounts.all()) == [account]

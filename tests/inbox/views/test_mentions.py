"""Notes that name colleagues: whom @somebody means, and what waits for them because of it."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from channels.types import Route
from inbox.live import presence
from inbox.models import Conversation, Event, Message, Notification, User
from inbox.notifications import lines, mentions, unread
from inbox.outbox import queue
from inbox.triage import assignment
from tests import factories
from tests.support.pages import signed_in


def _waiting(person: User) -> list[str]:
    return [notification.kind for notification in unread.unread_of(person)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Sanne, kijk jij hier even naar?", ["Sanne"]),
        ("Kan @farah bensaid dit doen?", ["Farah"]),
        ("Vraag het @FarahBensaïd of @sanne.kuipers.", ["Farah", "Sanne"]),
        ("Mail naar iemand@sanne.nl", []),
        ("@Sannedam is een klant", []),
        ("Sanne weet dit", []),
    ],
)
def test_a_name_after_an_at_sign_means_that_colleague(agent: User, lead: User, text: str, meant: list[str]) -> None:
    assert sorted(person.first_name for person in mentions.named_in(text, [agent, lead])) == meant


def test_namesakes_are_both_told_unless_surname_is_given(db: None) -> None:
    people = [factories.make_user(first_name="Jan", last_name=name) for name in ("de Wit", "Smit")]
    assert mentions.named_in("@Jan kijk jij?", people) == people
    assert mentions.named_in("@Jan de Wit kijk jij?", people) == people[:1]


@pytest.mark.parametrize(
    "name",
    [
        {"first_name": "Anne-Marie", "last_name": "d’Hondt"},
        {"first_name": "Tom", "last_name": ""},
        {"first_name": "", "last_name": "", "email": "balie.noord@example.com"},
    ],
)
def test_a_name_is_offered_as_it_will_be_recognised(lead: User, name: dict[str, str]) -> None:
    person = factories.make_user(**name)
    assert mentions.named_in(f"Kan @{mentions.mention_text(person)} dit doen?", [lead, person]) == [person]


def test_mentionable_colleagues_are_offered_present_first(
    page: Client, agent: User, lead: User, outsider: User, conversation: Conversation
) -> None:
    anna = factories.make_user(first_name="Anna", last_name="Aarts")
    presence.arrive(conversation, lead, typing=True)
    html = page.get(f"/inbox/{conversation.code}/colleagues/").content.decode()
    assert html.index("Sanne Kuipers") < html.index("types here") < html.index(anna.name)
    assert 'data-written="Anna Aarts"' in html
    assert agent.name not in html
    assert outsider.name not in html
    assert signed_in(outsider).get(f"/inbox/{conversation.code}/colleagues/").status_code == 404


def test_b2_mention_in_a_note_reaches_them_and_no_platform(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    page.post(f"/inbox/{conversation.code}/note/", {"text": "@Sanne wat vind jij?"})
    assert _waiting(lead) == ["mention"]
    assert _waiting(agent) == []
    assert Event.objects.get(verb="mentioned").data == {"to": [lead.pk]}
    assert not Message.objects.filter(direction="outbound").exists()

    lead_page = signed_in(lead)
    assert str(conversation.code) in lead_page.get("/inbox/?queue=mentions").content.decode()
    assert "wat vind jij" in lead_page.get("/inbox/notifications/").content.decode()
    assert "asks for you" in lead_page.get(conversation.get_absolute_url()).content.decode()
    assert f'id="row-{conversation.code}"' not in page.get("/inbox/?queue=mentions").content.decode()


def test_somebody_who_may_not_see_the_conversation_is_not_told(
    page: Client, outsider: User, conversation: Conversation
) -> None:
    page.post(f"/inbox/{conversation.code}/note/", {"text": "@Olaf wat vind jij?"})
    assert not Notification.objects.filter(user=outsider).exists()


def test_a_mention_waits_until_its_reader_writes_or_says_so(
    agent: User, lead: User, account: Account, conversation: Conversation
) -> None:
    lead_page = signed_in(lead)
    assignment.write_note(conversation, agent, "@Sanne?")
    lead_page.get(conversation.get_absolute_url())
    lead_page.post(f"/inbox/{conversation.code}/presence/")
    assert _waiting(lead) == ["mention"]
    lead_page.post(f"/inbox/{conversation.code}/settle/")
    assert _waiting(lead) == []

    assignment.write_note(conversation, agent, "@Sanne nog iets")
    assignment.write_note(conversation, lead, "Doe ik")
    assert _waiting(lead) == []

    assignment.write_note(conversation, agent, "@Sanne en dit")
    queue.queue_reply(
        conversation, lead, text="Wij zoeken het uit", route=Route.PUBLIC_REPLY, reply_to=None, seen_message_id=None
    )
    assert _waiting(lead) == []


def test_what_comes_while_the_page_asks_is_told_next(
    agent: User, lead: User, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = lines.newer_than

    def look_just_before(user: User, pk: int) -> list[lines.Line]:
        found = look(user, pk)
        assignment.write_note(conversation, agent, "@Sanne?")
        return found

    monkeypatch.setattr(lines, "newer_than", look_just_before)
    answer = signed_in(lead).get("/inbox/notifications/?after=0").content.decode()
    assert "data-id" not in answer
    assert 'data-newest="0"' in answer


def test_assigned_conversation_is_news_until_opened(agent: User, lead: User, conversation: Conversation) -> None:
    assignment.assign(conversation, lead, by=agent)
    assert _waiting(lead) == ["assigned"]
    signed_in(lead).post(f"/inbox/{conversation.code}/presence/")
    assert _waiting(lead) == []
    assignment.assign(conversation, agent, by=agent)
    assert _waiting(agent) == []


def test_newer_mentions_are_pushed_and_counted(agent: User, lead: User, conversation: Conversation) -> None:
    lead_page = signed_in(lead)
    assignment.write_note(conversation, agent, "@Sanne?")
    newest = Notification.objects.get().pk
    notifications = lead_page.get("/inbox/notifications/?after=0").content.decode()
    assert f'data-id="{newest}"' in notifications
    assert "Farah asks for you" in notifications
    assert "data-id" not in lead_page.get(f"/inbox/notifications/?after={newest}").content.decode()
    assert f'data-newest="{newest}"' in lead_page.get("/inbox/").content.decode()
    lead_page.post("/inbox/notifications/settle/")
    assert 'data-newest="0"' in lead_page.get("/inbox/").content.decode()


def test_alerts_outside_the_page_and_sound_are_off_until_chosen(page: Client, agent: User) -> None:
    assert 'data-alerts="0"' in page.get("/inbox/").content.decode()
    data = {"first_name": "Farah", "last_name": "B", "language": "en", "theme": "system", "density": "compact"}
    page.post("/preferences/", data | {"undo_seconds": "5", "browser_alerts": "on"})
    agent.refresh_from_db()
    assert (agent.browser_alerts, agent.alert_sound) == (True, False)
    assert 'data-alerts="1"' in page.get("/inbox/").content.decode()

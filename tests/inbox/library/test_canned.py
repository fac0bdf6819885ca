"""Canned replies: found, worded for this customer, counted."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from inbox.library import canned
from inbox.models import CannedReply, CannedText, Conversation, ConversationLabel, Label, Team, User
from tests.factories import author, limit, make_account, make_answer, make_conversation, make_inbound, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> Conversation:
    """A public one on X with Karin de Vries."""
    found = make_inbound(
        make_account(handle="veldhuiswonen", name="Veldhuis Wonen"),
        "Waar is mijn order VW-204417?",
        author=author("Karin de Vries", handle="karin_dv"),
    ).conversation
    assert found is not None
    return Conversation.objects.for_rows().get(pk=found.pk)


@pytest.fixture
def agent() -> User:
    """Farah."""
    return make_user(first_name="Farah")


def make_canned(
    title: str = "Bezorging", text: str = "Dag {first_name}, je kast komt.", **fields: object
) -> CannedReply:
    """Return a canned reply with one wording for everyone."""
    made = CannedReply.objects.create(title=title, **fields)
    CannedText.objects.create(canned=made, text=text)
    return made


def titles(offers: list[canned.FilledReply]) -> list[str]:
    return [offer.canned.title for offer in offers]


def test_e5_variables_are_filled_in_for_this_customer(conversation: Conversation, agent: User) -> None:
    make_canned(text="Dag {first_name} ({handle}), order {order} is gevonden. Groet, {agent} van {brand} {account}")
    (offer,) = canned.find("", conversation, agent, customer_text="Waar is mijn order VW-204417?")
    assert offer.text == (
        "Dag Karin (@karin_dv), order VW-204417 is gevonden. Groet, Farah van Veldhuis Wonen @veldhuiswonen"
    )
    assert offer.missing == ()


def test_e5_what_we_do_not_know_stays_and_is_named(conversation: Conversation, agent: User) -> None:
    make_canned(text="Order {order} en {shoe_size}?")
    (offer,) = canned.find("", conversation, agent, customer_text="Waar blijft hij?")
    assert offer.text == "Order {order} en {shoe_size}?"
    assert offer.missing == ("order", "shoe_size")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Mijn bestelnummer is 48213377, help!", "48213377"),
        ("order #VW-204417 en daarna order VW-204418", "VW-204418"),
        ("VW204417 is kwijt", "VW204417"),
        ("Ik wacht al 3 weken, sinds 2024", ""),
    ],
)
def test_e5_the_order_number_is_the_last_one_they_mentioned(text: str, order: str) -> None:
    assert canned.order_number_in(text) == order


def test_e5_the_nearest_wording_is_used(conversation: Conversation, agent: User) -> None:
    made = make_canned(text="alles")
    texts = [
        CannedText.objects.create(canned=made, platform="x", language="nl", text="x nl"),
        CannedText.objects.create(canned=made, language="nl", text="nl"),
        CannedText.objects.create(canned=made, platform="x", text="x"),
    ]
    for expected in ("x nl", "nl", "x", "alles"):
        assert canned.find("", conversation, agent)[0].text == expected
        if texts:
            texts.pop(0).delete()


def test_e5_reply_without_wording_for_the_channel_is_hidden(conversation: Conversation, agent: User) -> None:
    made = CannedReply.objects.create(title="Alleen WhatsApp")
    CannedText.objects.create(canned=made, platform="whatsapp", text="app")
    assert canned.find("", conversation, agent) == []


def test_e5_search_looks_in_titles_texts_and_topics(conversation: Conversation, agent: User) -> None:
    make_canned("Bezorging te laat", "De wagen is vertraagd.")
    make_canned("Retour", "Terugsturen mag.", label=Label.objects.create(name="Ruilen"))
    assert titles(canned.find("laat wagen", conversation, agent)) == ["Bezorging te laat"]
    assert titles(canned.find("ruil", conversation, agent)) == ["Retour"]
    assert canned.find("niets zo", conversation, agent) == []


def test_e5_replies_on_topic_come_first_then_most_used(conversation: Conversation, agent: User) -> None:
    topic = Label.objects.create(name="Schade")
    ConversationLabel.objects.create(
        conversation=conversation, label=topic, last_message_at=conversation.last_message_at
    )
    make_canned("A")
    used = make_canned("B")
    make_canned("C", label=topic)
    canned.note_use(used, make_answer(conversation, agent), unchanged=False)
    assert titles(canned.find("", conversation, agent)) == ["C", "B", "A"]


def test_e5_private_and_team_replies_are_for_their_people(conversation: Conversation, agent: User) -> None:
    team, other = Team.objects.create(name="Service"), make_user()
    team.members.add(other)
    make_canned("Van mij", scope="private", owner=agent)
    make_canned("Van team", scope="team", team=team)
    make_canned("Van allen")
    assert titles(canned.find("", conversation, agent)) == ["Van allen", "Van mij"]
    assert titles(canned.find("", conversation, other)) == ["Van allen", "Van team"]


def test_e4_use_is_counted_once_with_what_left_unchanged(conversation: Conversation, agent: User) -> None:
    made = make_canned()
    for unchanged in (True, False):
        answer = make_answer(conversation, agent)
        canned.note_use(made, answer, unchanged=unchanged)
        canned.note_use(made, answer, unchanged=True)
    row = canned.with_usage(CannedReply.objects, agent).get()
    assert (row.used, row.as_it_stood) == (2, 1)
    assert row.last_used is not None


def test_use_in_hidden_accounts_is_not_counted(conversation: Conversation, agent: User) -> None:
    made = make_canned()
    canned.note_use(made, make_answer(conversation, agent), unchanged=True)
    limited = make_user("lead")
    limit(limited, make_account())
    row = canned.with_usage(CannedReply.objects, limited).get()
    assert (row.used, row.as_it_stood, row.last_used) == (0, 0, None)


def test_e4_only_the_very_words_count_as_unchanged(conversation: Conversation, agent: User) -> None:
    make_canned(text="Dag {first_name},\nje kast komt.")
    (offer,) = canned.find("", conversation, agent)
    assert canned.is_unchanged(offer, "Dag Karin,\r\nje kast komt. ")
    assert not canned.is_unchanged(offer, "Dag Karin, je kast komt morgen.")


def test_e5_one_statement_more_or_less_however_many_there_are(
    conversation: Conversation, agent: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_canned(f"Tekst {number}")
    with django_assert_max_num_queries(2):
        canned.find("tekst", conversation, agent)


def test_an_order_mentioned_by_somebody_else_is_not_theirs(agent: User) -> None:
    other = make_conversation()
    make_canned(text="{order}")
    (offer,) = canned.find("", Conversation.objects.for_rows().get(pk=other.pk), agent, customer_text="")
    assert offer.missing == ("order",)


def test_title_counts_more_than_text(conversation: Conversation, agent: User) -> None:
    make_canned("Afspraak maken", "Over je retour: wij bellen.")
    make_canned("Geld terug na een retour", "Dag!")
    make_canned("Retour aanmelden", "Dag!")
    found = titles(canned.find("retour", conversation, agent))
    assert found == ["Retour aanmelden", "Geld terug na een retour", "Afspraak maken"]


def test_other_accounts_replies_are_not_offered(conversation: Conversation, agent: User) -> None:
    everywhere, here, elsewhere = (make_canned(title) for title in ("Overal", "Hier", "Elders"))
    here.accounts.add(conversation.account, make_account())
    elsewhere.accounts.add(make_account())
    assert titles(canned.find("", conversation, agent)) == ["Hier", "Overal"]
    assert canned.filled_reply(elsewhere.code, conversation, agent) is None
    assert canned.filled_reply(everywhere.code, conversation, agent) is not None

"""Answers looked back at: by leads only, once each, told to who wrote them and to nobody else, and summed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Event, Message, Review, User
from inbox.thread import reviews
from tests import factories
from tests.support.html import tight
from tests.support.pages import HTMX, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(conversation: Conversation, agent: User) -> Message:
    """What the agent sent."""
    return factories.make_answer(conversation, agent, text="Dat klopt niet, u had moeten bellen.")


def _review(by: User, message: Message, verdict: str = "no", remark: str = "", **headers: Any) -> Any:
    said = {"verdict": verdict, "remark": remark}
    return signed_in(by).post(f"/inbox/messages/{message.code}/review/", said, **headers)


def _thread(reader: User, conversation: Conversation) -> str:
    return signed_in(reader).get(conversation.get_absolute_url()).content.decode()


def test_e9_a_lead_reviews_a_colleagues_answer_and_changes_it(
    lead: User, answer: Message, conversation: Conversation
) -> None:
    assert f'popovertarget="review-{answer.code}"' in _thread(lead, conversation)
    html = _review(lead, answer, "partly", "Zeg wat wel kan.", **HTMX).content.decode()
    assert "Partly accommodating" in html and "Zeg wat wel kan." in html
    assert 'value="partly" required checked' in html
    assert _review(lead, answer, "yes", "").status_code == 302  # and without scripts
    row = Review.objects.get()
    assert (row.message, row.reviewer, row.verdict, row.remark) == (answer, lead, "yes", "")
    logged = list(Event.objects.filter(verb="reviewed").order_by("pk"))
    assert [(event.actor, event.message_id, event.data) for event in logged] == [
        (lead, answer.pk, {"was": "", "now": "partly", "remarked": True}),
        (lead, answer.pk, {"was": "partly", "now": "yes", "remarked": False}),
    ]


def test_e9_the_same_review_twice_is_one_and_logged_once(lead: User, answer: Message) -> None:
    _review(lead, answer, "no", "Kort")
    _review(lead, answer, "no", " Kort ")
    assert (Review.objects.count(), Event.objects.filter(verb="reviewed").count()) == (1, 1)
    with pytest.raises(IntegrityError):
        Review.objects.create(message=answer, reviewer=lead, verdict="yes")


def test_e9_another_lead_has_a_word_of_their_own(lead: User, answer: Message, conversation: Conversation) -> None:
    second = factories.make_user("lead", first_name="Ties", language="en")
    _review(lead, answer, "no", "Te scherp")
    _review(second, answer, "yes", "Juist goed")
    html = _thread(second, conversation)
    assert "Te scherp" in html and "Juist goed" in html
    assert Review.objects.count() == 2


def test_e9_review_is_for_the_author_not_for_colleagues(
    agent: User, lead: User, answer: Message, conversation: Conversation
) -> None:
    _review(lead, answer, "no", "Begin bij wat de klant meemaakte.")
    own = _thread(agent, conversation)
    assert "Not accommodating" in own and "Begin bij wat de klant meemaakte." in own and "Sanne" in own
    assert 'popovertarget="review-' not in own
    other = _thread(factories.make_user(language="en"), conversation)
    assert "Dat klopt niet" in other and "accommodating" not in other and "meemaakte" not in other


def test_e9_an_agent_reviews_nothing_and_has_no_list(agent: User, answer: Message) -> None:
    colleague = factories.make_user()
    assert _review(colleague, answer).status_code == 403
    assert signed_in(agent).get("/settings/reviews/").status_code == 403
    assert Review.objects.count() == 0


def test_e9_only_sent_answers_of_colleagues_are_reviewed(
    lead: User, agent: User, account: Account, conversation: Conversation, answer: Message
) -> None:
    own = factories.make_answer(conversation, lead)
    failed = factories.make_answer(conversation, agent, state="failed", external_id=None, first_external_id="")
    elsewhere = factories.make_answer(conversation, None)
    inbound = conversation.messages.get(direction="inbound")
    gone = factories.make_answer(conversation, agent, removed_at=timezone.now())
    for message in (own, failed, elsewhere, inbound, gone):
        assert _review(lead, message).status_code == 404
    assert _review(lead, answer, "splendid").status_code == 404
    assert Review.objects.count() == 0
    assert _thread(lead, conversation).count('class="review"') == 1
    Account.objects.filter(pk=account.pk).update(removed_at=timezone.now())
    assert _review(lead, answer).status_code == 403


def test_e9_the_list_has_the_newest_first_and_each_authors_share(
    lead: User, agent: User, conversation: Conversation
) -> None:
    mila = factories.make_user(first_name="Mila", last_name="de Boer")
    now = timezone.now()
    said = [(agent, "yes"), (agent, "yes"), (agent, "no"), (mila, "partly")]
    for number, (who, verdict) in enumerate(said):
        message = factories.make_answer(conversation, who, text=f"Antwoord {number}")
        Review.objects.create(message=message, reviewer=lead, verdict=verdict, at=now - timedelta(days=number))
    old = factories.make_answer(conversation, agent, text="Lang geleden")
    Review.objects.create(message=old, reviewer=lead, verdict="no", at=now - timedelta(days=91))
    shares = [(share.name, share.percent, share.all) for share in reviews.shares(lead)]
    assert shares == [("Farah Bensaïd", 67, 3), ("Mila de Boer", 0, 1)]
    html = tight(signed_in(lead).get("/settings/reviews/").content.decode())
    assert "<b>67%</b><small>of 3 reviews</small>" in html
    places = [html.index(text) for text in ("Antwoord 0", "Antwoord 1", "Antwoord 2", "Antwoord 3", "Lang geleden")]
    assert places == sorted(places)
    assert f"{conversation.get_absolute_url()}#message-{message.code}" in html


def test_e9_the_list_goes_on_where_the_page_ended(lead: User, agent: User, conversation: Conversation) -> None:
    now = timezone.now()
    for number in range(reviews.PAGE + 2):
        message = factories.make_answer(conversation, agent, text=f"Antwoord {number:02}.")
        # Two at the same moment: the place is more than a time.
        at = now - timedelta(minutes=number // 2)
        Review.objects.create(message=message, reviewer=lead, verdict="yes", at=at)
    first = reviews.page_of(lead)
    second = reviews.page_of(lead, after=first.after)
    assert (len(first.rows), len(second.rows), second.after) == (reviews.PAGE, 2, "")
    assert len({row.pk for row in [*first.rows, *second.rows]}) == reviews.PAGE + 2
    page = signed_in(lead)
    assert f"?after={first.after}" in page.get("/settings/reviews/").content.decode()
    html = page.get(f"/settings/reviews/?after={first.after}").content.decode()
    assert html.count('class="reviewed-by"') == 2 and 'class="accounts people shares"' not in html
    assert "There is nothing older." not in page.get("/settings/reviews/?after=made-up").content.decode()


def test_e9_limited_lead_reads_those_reviews_only(lead: User, agent: User, account: Account, answer: Message) -> None:
    hidden = factories.make_conversation(factories.make_account("x", handle="verborgen"))
    secret = factories.make_answer(hidden, agent, text="Geheim antwoord")
    for message in (answer, secret):
        Review.objects.create(message=message, reviewer=lead, verdict="yes")
    limited = factories.make_user("lead", language="en")
    factories.limit(limited, account)
    html = tight(signed_in(limited).get("/settings/reviews/").content.decode())
    assert "Dat klopt niet" in html and "Geheim antwoord" not in html and "of 1 review<" in html
    assert _review(limited, secret).status_code == 404


def test_e9_reviews_cost_the_same_with_one_and_many(lead: User, agent: User, conversation: Conversation) -> None:
    page = signed_in(lead)

    def statements(address: str) -> int:
        page.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert page.get(address).status_code == 200
        return len(asked)

    def more(number: int) -> None:
        for _n in range(number):
            message = factories.make_answer(conversation, factories.make_user())
            Review.objects.create(message=message, reviewer=lead, verdict="partly", remark="Zo.")

    more(1)
    addresses = ("/settings/reviews/", conversation.get_absolute_url())
    few = [statements(address) for address in addresses]
    more(12)
    assert [statements(address) for address in addresses] == few

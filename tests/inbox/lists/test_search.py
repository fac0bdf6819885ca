"""Finding what was once said, by anyone, anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account
from inbox.ingest.receive import receive
from inbox.lists import search, search_by_time
from inbox.lists.search import SearchQuery, find, people
from inbox.models import Label, Message
from inbox.triage import labels
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """The brand's X account."""
    return factories.make_account("x")


def snippet_of(asked: str, account: Account) -> str:
    """What is shown of the only message that is found."""
    (message,) = find(SearchQuery.of({"q": asked}), [account]).messages
    return str(message.snippet)  # type: ignore[attr-defined]  # annotated


def texts(question: str, *accounts: Account, **filters: str) -> list[str]:
    found = find(SearchQuery.of({"q": question, **filters}), accounts)
    return [message.text for message in found.messages]


def test_b6_a_two_year_old_message_on_another_channel_is_found(account: Account) -> None:
    whatsapp = factories.make_account("whatsapp")
    old = timezone.now() - timedelta(days=730)
    factories.make_inbound(whatsapp, "Past de eettafel Merlo in een kleine kamer?", sent_at=old)
    factories.make_inbound(account, "Waar blijft mijn pakket?")
    assert texts("eettafel merlo", account, whatsapp) == ["Past de eettafel Merlo in een kleine kamer?"]


@pytest.mark.parametrize(
    "asked",
    ["bestellingen", "bestelling", "BESTEL", "order 48213", "48213", "deliveries", '"niet geleverd"', "VH-48213"],
)
def test_b6_words_match_by_stem_and_numbers_exactly(account: Account, asked: str) -> None:
    said = "Mijn bestelling is niet geleverd, order VH-48213. When is the delivery?"
    factories.make_inbound(account, said)
    assert texts(asked, account) == [said]


def test_b6_last_word_may_be_unfinished_and_words_excluded(account: Account) -> None:
    factories.make_inbound(account, "De retourzending van de lamp")
    factories.make_inbound(account, "De retourzending van de stoel")
    assert len(texts("retourz", account)) == 2
    assert texts("retourzending -stoel", account) == ["De retourzending van de lamp"]


@pytest.mark.parametrize("asked", ["'", "\\", "& | !", ":*", "''':*", '"', "()", "a'b", "\x00", "-", "<->", "%s"])
def test_no_question_breaks_the_search(account: Account, asked: str) -> None:
    factories.make_inbound(account, "Waar blijft mijn pakket?")
    find(SearchQuery.of({"q": asked}), [account])
    people(asked, [account])


def test_b6_a_removed_text_is_not_found(account: Account) -> None:
    message = factories.make_inbound(account, "Mijn adres is Dorpsstraat 1")
    assert texts("dorpsstraat", account)
    Message.objects.filter(pk=message.pk).update(text="", removed_at=timezone.now())
    assert texts("dorpsstraat", account) == []


def test_only_accounts_one_may_see_are_searched(account: Account) -> None:
    other = factories.make_account("facebook")
    factories.make_inbound(other, "Geheim pakket")
    assert texts("pakket", account) == []


def test_our_answers_and_notes_are_found_too_and_apart(account: Account) -> None:
    conversation = factories.make_inbound(account, "Vraag over een lamp").conversation
    assert conversation is not None
    factories.make_answer(conversation, text="De lamp is er maandag.")
    factories.make_note(conversation, text="Lamp staat in magazijn B.")
    assert len(texts("lamp", account)) == 3
    assert texts("lamp", account, direction="outbound") == ["De lamp is er maandag."]
    assert texts("lamp", account, direction="note") == ["Lamp staat in magazijn B."]


def test_b6_search_filters_by_channel_day_label_and_person(account: Account) -> None:
    whatsapp = factories.make_account("whatsapp")
    ours = factories.make_inbound(account, "Lamp kapot", sent_at=timezone.now() - timedelta(days=10))
    other = factories.make_inbound(whatsapp, "Lamp stuk", author=factories.author("Piet"))
    both = (account, whatsapp)
    assert texts("lamp", *both, channel="x") == ["Lamp kapot"]
    assert texts("lamp", *both, account=str(whatsapp.code)) == ["Lamp stuk"]
    today = timezone.localdate().isoformat()
    assert texts("lamp", *both, since=today) == ["Lamp stuk"]
    assert texts("lamp", *both, until=(timezone.localdate() - timedelta(days=1)).isoformat()) == ["Lamp kapot"]
    assert ours.conversation is not None
    assert other.conversation is not None
    label = Label.objects.create(name="Garantie")
    labels.add_label(ours.conversation, label, None)
    assert texts("lamp", *both, label=str(label.code)) == ["Lamp kapot"]
    contact = str(other.conversation.contact.code)
    assert texts("lamp", *both, contact=contact) == ["Lamp stuk"]
    assert texts("", *both, contact=contact) == ["Lamp stuk"]


def test_nonsense_in_the_address_counts_as_not_given(account: Account) -> None:
    factories.make_inbound(account, "Lamp kapot")
    nonsense = {"since": "2026-02-31", "until": "gisteren", "label": "1", "contact": "'", "direction": "sideways"}
    assert texts("lamp", account, **nonsense) == ["Lamp kapot"]


def test_the_pages_of_a_search_hold_every_hit_once_newest_first(account: Account) -> None:
    moment = timezone.now() - timedelta(days=1)
    events = [
        factories.incoming(
            f"Lamp {n}", author=factories.author(f"Klant {n % 7}"), sent_at=moment + timedelta(hours=n // 3)
        )
        for n in range(60)
    ]
    receive(account, events)
    seen: list[Message] = []
    after = ""
    for _page in range(4):
        found = find(SearchQuery.of({"q": "lamp"}), [account], after=after)
        seen += found.messages
        after = found.after
        if not after:
            break
    assert len(seen) == len({message.pk for message in seen}) == 60
    assert seen == sorted(seen, key=lambda message: (message.sent_at, message.pk), reverse=True)


@pytest.mark.parametrize(
    ("newest", "further"), [(1, 2), (1, 12), (5, 30), (5, 59), (12, 100), (59, 100), (60, 100), (1000, 1000)]
)
def test_what_is_said_often_is_found_as_what_is_said_rarely(
    account: Account, monkeypatch: pytest.MonkeyPatch, newest: int, further: int
) -> None:
    said = ["Lamp kapot", "Kast stuk", "Lamp stuk"]
    moment = timezone.now() - timedelta(days=1)
    receive(account, [factories.incoming(said[n % 3], sent_at=moment + timedelta(hours=n // 4)) for n in range(60)])
    monkeypatch.setattr(search, "RARE", 0)
    monkeypatch.setattr(search_by_time, "NEWEST", newest)
    monkeypatch.setattr(search_by_time, "FURTHER", further)
    monkeypatch.setattr(search_by_time, "ENOUGH", 1)
    found = find(SearchQuery.of({"q": "lamp"}), [account], size=7)
    rest = find(SearchQuery.of({"q": "lamp"}), [account], size=7, after=found.after)
    every = list(Message.objects.filter(text__startswith="Lamp").order_by("-sent_at", "-id")[:14])
    assert [*found.messages, *rest.messages] == every


def test_what_is_said_often_is_found_without_the_index_of_words(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(account, [factories.incoming("Lamp kapot") for _n in range(9)])
    monkeypatch.setattr(search_by_time, "NEWEST", 5)
    with CaptureQueriesContext(connection) as asked:
        assert len(find(SearchQuery.of({"q": "lamp"}), [account], size=3).messages) == 3
    assert sum("@@" in statement["sql"] and "ORDER BY" in statement["sql"] for statement in asked) == 1


@pytest.mark.parametrize(
    ("asked", "stretches"), [('"kast kapot"', 3), ('"lamp kast"', 3), ("kast", 2), ("lamp kast", 2), ("zeppelin", 2)]
)
def test_a_phrase_is_looked_for_further_back_than_a_rare_word(
    account: Account, monkeypatch: pytest.MonkeyPatch, asked: str, stretches: int
) -> None:
    said = ["Lamp kapot", "Kast kapot", *["Stoel stuk"] * 6]
    moment = timezone.now() - timedelta(days=1)
    receive(account, [factories.incoming(text, sent_at=moment + timedelta(hours=n)) for n, text in enumerate(said)])
    for name, count in (("NEWEST", 2), ("FURTHER", 5)):
        monkeypatch.setattr(search_by_time, name, count)
    monkeypatch.setattr(
        search, "_expected", lambda term: search.RARE - ("kast" in term.spelled[0]) - (asked == "zeppelin")
    )
    with CaptureQueriesContext(connection) as statements:
        texts(asked, account)
    looked_for = [each["sql"] for each in statements if "@@" in each["sql"] and "ORDER BY" in each["sql"]]
    assert len(looked_for) == stretches
    # The rest is found by words: in their order all messages would be read.
    ways = [each["sql"] for each in statements if "enable_indexscan" in each["sql"]]
    assert len(ways) == (2 if stretches == 3 else 0)


@pytest.mark.parametrize("rare", [set(), {"kast"}, {"kast", "lam"}, {"stuk"}, {"kast", "stuk", "lam"}])
def test_answers_are_the_same_whichever_word_is_asked_for(
    account: Account, monkeypatch: pytest.MonkeyPatch, rare: set[str]
) -> None:
    said = ["Kast en lamp zijn stuk", "Kast en lamp", "Lamp stuk", "Kast: lampen kwijt"]
    receive(account, [factories.incoming(text) for text in said])
    monkeypatch.setattr(search, "_expected", lambda term: search.RARE - (term.spelled[0] in rare))
    found = find(SearchQuery.of({"q": "kast -stuk lam"}), [account]).messages
    assert sorted(message.text for message in found) == ["Kast en lamp", "Kast: lampen kwijt"]


def test_beside_a_rare_word_no_common_one_is_looked_up(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(account, [factories.incoming("Kast en lamp")])
    monkeypatch.setattr(search, "_expected", lambda term: search.RARE - (term.spelled[0] == "kast"))
    with CaptureQueriesContext(connection) as asked:
        assert find(SearchQuery.of({"q": "kast lam"}), [account]).messages
    (question,) = [each["sql"] for each in asked if "@@" in each["sql"] and "ORDER BY" in each["sql"]]
    assert "'kast'" in question.partition("@@")[2].partition("ts_match_vq")[0]
    assert "'lam'" in question.partition("ts_match_vq")[2]


def test_a_snippet_marks_its_hits_and_never_becomes_markup(account: Account) -> None:
    factories.make_inbound(account, "<script>alert(1)</script> de lamp & <b>meer</b>")
    snippet = snippet_of("lamp", account)
    assert "<mark>lamp</mark>" in snippet
    assert "<script>" not in snippet
    assert "<b>" not in snippet


@pytest.mark.parametrize("asked", ["jans", "Willemijn", "willemijnj", "willemijn jansen", "@willemijnj"])
def test_b6_people_are_found_by_the_start_of_a_name(account: Account, asked: str) -> None:
    factories.make_inbound(account, author=factories.author("Willemijn Jansen", handle="willemijnj"))
    factories.make_inbound(account, author=factories.author("Karin"))
    (person,) = people(asked, [account])
    assert person.name == "Willemijn Jansen"
    (talk,) = person.talks  # type: ignore[attr-defined]
    assert talk.account == account


@pytest.mark.parametrize("asked", ["+31 6 1234 5678", "06-12345678", "0031612345678", "31612345678"])
def test_b6_people_are_found_by_number_however_written(asked: str) -> None:
    whatsapp = factories.make_account("whatsapp")
    factories.make_inbound(whatsapp, author=factories.author("Joost", phone="+31612345678"))
    assert [person.name for person in people(asked, [whatsapp])] == ["Joost"]


def test_people_of_accounts_one_may_not_see_are_not_found(account: Account) -> None:
    factories.make_inbound(factories.make_account("x"), author=factories.author("Willemijn"))
    assert people("willemijn", [account]) == []


def test_a_question_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(search.TooSlow), search.statement_timeout(50), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")


def test_what_was_withdrawn_before_it_left_is_not_found(account: Account) -> None:
    conversation = factories.make_inbound(account, "Vraag").conversation
    assert conversation is not None
    factories.make_answer(conversation, text="Dit was een vergissing", state="cancelled", external_id=None)
    assert texts("vergissing", account) == []


def test_a_snippet_keeps_its_signs(account: Account) -> None:
    factories.make_inbound(account, "Hallo?! Waar blijft mijn pakket?")
    assert snippet_of("pakket", account) == "Hallo?! Waar blijft mijn <mark>pakket</mark>?"


def test_a_long_snippet_is_cut_around_its_hit(account: Account) -> None:
    factories.make_inbound(account, f"{'Woord ' * 100}pakket! {'Einde ' * 100}")
    shown = snippet_of("pakket", account)
    assert shown.startswith("… Woord")
    assert "<mark>pakket</mark>! Einde" in shown
    assert shown.endswith("Einde …")
    assert len(shown) < 300


def test_of_a_very_common_name_so_many_are_looked_at(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        factories.make_conversation(account, author=factories.author(f"Jan van Dijk {number}"))
    assert len(people("van", [account])) == 5
    monkeypatch.setattr(search, "LOOKED_AT", 2)
    assert len(people("van", [account])) == 2


def test_many_of_a_name_elsewhere_hide_nobody_here(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    other = factories.make_account("x")
    for number in range(5):
        factories.make_conversation(other, author=factories.author(f"Jan van Dijk {number}"))
    factories.make_conversation(account, author=factories.author("Piet van Dijk"))
    monkeypatch.setattr(search, "LOOKED_AT", 2)
    assert [person.name for person in people("van", [account])] == ["Piet van Dijk"]

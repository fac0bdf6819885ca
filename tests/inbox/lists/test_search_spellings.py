"""Words, numbers and names are found however either side spelled them."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.models import Account
from inbox.ingest.receive import receive
from inbox.library import canned
from inbox.lists.search import SearchQuery, find, people
from inbox.models import CannedReply, CannedText, Message, User
from tests import factories
from tests.support.profiles import cases, one_in

pytestmark = pytest.mark.django_db

# Each is found when the other is asked for, both ways.
PAIRS = [
    ("foto's", "foto’s"),
    ("foto's", "foto‘s"),
    ("foto's", "foto´s"),
    ("foto's", "foto`s"),
    ("foto's", "fotos"),
    ("zo'n", "zo’n"),
    ("'s-Hertogenbosch", "’s-Hertogenbosch"),
    ("'s-Hertogenbosch", "s Hertogenbosch"),
    ("café", unicodedata.normalize("NFD", "café")),
    ("café", "cafe"),
    ("CAFÉ", "café"),
    ("coördinatie", "coordinatie"),
    ("geïnteresseerd", "geinteresseerd"),
    ("Straße", "strasse"),
    ("STRASSE", "straße"),
    ("ĳsland", "ijsland"),
    ("Ĳsselmeer", "IJsselmeer"),
    ("bank\u00adstel", "bankstel"),
    ("bank\u200bstel", "bankstel"),
    ("bank\u2060stel", "bankstel"),
    ("bank\ufeffstel", "bankstel"),
    ("ＢＡＮＫＳＴＥＬ", "bankstel"),
    ("ﬁets", "fiets"),
    ("fiets", "fietsen"),
    ("e-mail", "email"),
    ("e‑mail", "e-mail"),
    ("Noord-Holland", "Noord Holland"),
    ("VH-99123", "VH99123"),
    ("VH-99123", "vh 99123"),
    ("VH–99123", "VH-99123"),
    ("VH99123", "VH 99123"),
    ("VH 99123", "vh99123"),
    ("NL91 ABNA 0417 1643 00", "NL91ABNA0417164300"),
    ("nl91abna0417164300", "NL91\u00a0ABNA\u00a00417\u00a01643\u00a000"),
    ("BE68 5390 0754 7034", "BE68539007547034"),
    ("06-12345678", "0612345678"),
    ("06 12 34 56 78", "0612345678"),
    ("06-12345678", "+31 6 12345678"),
    ("0612345678", "+31612345678"),
    ("+31 (0)6 1234 5678", "06-12345678"),
    ("0031 6 12345678", "0612345678"),
    ("020 - 555 1234", "+31205551234"),
    ("Müller", "muller"),
    ("Müller", "mueller"),
    ("MÜLLER", "Mueller"),
    ("Öztürk", "Ozturk"),
    ("Øster", "oster"),
    ("Łukasz", "lukasz"),
    ("Işık", "isik"),
    ("van 't Veld", "van ’t Veld"),
    ("van 't Veld", "van t Veld"),
    ("Čapek", "capek"),
    ("Αθήνα", "αθηνα"),
    ("Київ", "київ"),
    ("配達", "配達"),
]
ONE_WAY = [
    ("Kies stoel/bank", "bank"),
    ("Het is klaar.Dank", "dank"),
    ("De achterdeur klemt", "deur"),
    ("Twee voordeuren besteld", "deur"),
    ("Mijn kinderfiets is weg", "fiets"),
    ("Die boekenkasten passen niet", "kast"),
    ("Order VH99123 is er niet", "99123"),
    ("Order VH-99123 is er niet", "99123"),
    ("Order VH-99123 is er niet", "VH-991"),
    ("Order VH-99123 is er niet", "vh991"),
    ("Mail naar info@veld-huis.nl", "info@veld-huis.nl"),
    ("Mail naar info@veld-huis.nl", "veld-huis"),
    ("Bel 06-12345678 na zessen", "06-1234"),
]


@pytest.fixture
def account() -> Account:
    return factories.make_account("x")


def texts(asked: str, account: Account) -> list[str]:
    return [message.text for message in find(SearchQuery.of({"q": asked}), [account]).messages]


def snippets(asked: str, account: Account) -> list[str]:
    found = find(SearchQuery.of({"q": asked}), [account]).messages
    return [message.snippet for message in found]  # type: ignore[attr-defined]  # annotated


def say(account: Account, *words: str) -> list[int]:
    """Let a customer write these messages, all at once; return their keys in the same order."""
    said = [factories.incoming(text) for text in words]
    receive(account, said)
    kept = dict(Message.objects.values_list("external_id", "pk"))
    return [kept[message.external_id] for message in said]


def require_hit(asked: str, said: str, snippet: str) -> None:
    """Check that a snippet shows the text as written, with marks around the hit alone."""
    assert html.unescape(re.sub(r"</?mark>", "", snippet)) == " ".join(f"Goedemiddag, {said} graag.".split())
    assert "<mark>" in snippet
    assert "<mark>Goedemiddag" not in snippet
    assert "<mark>graag" not in snippet


@one_in(("spelling", "other"), PAIRS, among=3)
def test_either_spelling_finds_the_other_and_marks_it(account: Account, spelling: str, other: str) -> None:
    keys = say(
        account, "Iets heel anders, over wolken.", *(f"Goedemiddag, {said} graag." for said in (spelling, other))
    )
    for said, key, asked in ((spelling, keys[1], other), (other, keys[2], spelling)):
        found = {message.pk: message for message in find(SearchQuery.of({"q": asked}), [account]).messages}
        assert found.keys() == set(keys[1:])
        require_hit(asked, said, found[key].snippet)  # type: ignore[attr-defined]  # annotated


@pytest.mark.parametrize(("said", "asked"), ONE_WAY)
def test_part_of_a_word_or_number_is_found_and_marked(account: Account, said: str, asked: str) -> None:
    say(account, "Iets heel anders, over wolken.", f"Goedemiddag, {said} graag.")
    (snippet,) = snippets(asked, account)
    require_hit(asked, said, snippet)


@one_in(
    ("called", "asked"),
    [
        ("Öztürk", "ozturk"),
        ("Ozturk", "Öztürk"),
        ("Jürgen Müller", "muller"),
        ("Jürgen Müller", "mueller"),
        ("Jurgen Mueller", "Müller"),
        ("Piet van 't Veld", "van ’t Veld"),
        ("Piet van ’t Veld", "van 't veld"),
        ("Anne-Marie d’Hondt", "anne marie d'hondt"),
        ("Anne-Marie d’Hondt", "annemarie"),
        ("Anne-Marie d’Hondt", "anne-m"),
        ("IJsbrand", "ĳsbrand"),
        ("Ĳsbrand", "ijsbr"),
        ("Ｓａｎｎｅ", "sanne"),
        ("Zoë", unicodedata.normalize("NFD", "Zoë")),
        ("Sønderby", "sonderby"),
        ("Groß", "gross"),
        ("Олена", "олена"),
    ],
    among=2,
)
def test_person_is_found_in_any_spelling(account: Account, called: str, asked: str) -> None:
    factories.make_inbound(account, author=factories.author(called))
    factories.make_inbound(account, author=factories.author("Karin"))
    assert [person.name for person in people(asked, [account])] == [called]


@pytest.mark.parametrize("asked", ["0476 12 34 56", "+32 476 12 34 56", "0032476123456"])
def test_number_is_read_by_country_of_our_own(asked: str) -> None:
    belgian = factories.make_account("whatsapp", handle="+32470123456")
    factories.make_inbound(belgian, "Bel me.", author=factories.author("Joost", phone="+32476123456"))
    factories.make_inbound(belgian, "Mijn nummer is 0476/12.34.56")
    assert len(snippets(asked, belgian)) == 1
    assert [person.name for person in people(asked, [belgian])] == ["Joost"]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("De deurwaarder kwam", "-deurwaarder kwam"),
        ("Het brood is op", "rood"),
        ("zon", "zo'n"),
        ("VH-99124", "VH99123"),
    ],
)
def test_other_words_are_not_found(account: Account, said: str, asked: str) -> None:
    factories.make_inbound(account, said)
    assert texts(asked, account) == []


def test_of_several_parts_the_last_alone_may_be_unfinished(account: Account) -> None:
    say(account, "Het gaat om VW-99123.", "Het gaat om VWX-99123.")
    assert snippets("VW-991", account) == ["Het gaat om <mark>VW-99123</mark>."]


def test_leaving_a_word_out_spares_its_compounds(account: Account) -> None:
    factories.make_inbound(account, "Een bureaustoel en een lamp")
    factories.make_inbound(account, "Een stoel en een lamp")
    assert texts("lamp -stoel", account) == ["Een bureaustoel en een lamp"]


@pytest.mark.parametrize("address", ["/inbox/search/", "/inbox/palette/"])
@cases(("said", "asked"), [PAIRS[13], PAIRS[27], PAIRS[1], PAIRS[6], PAIRS[32], PAIRS[37]], quick=2)
def test_pages_find_any_spelling(client: Client, account: Account, address: str, said: str, asked: str) -> None:
    client.force_login(factories.make_user("lead"))
    factories.make_inbound(account, said, author=factories.author("Gerda Öztürk"))
    for question, found in ((asked, True), ("ozturk", True), ("regenboog", False)):
        page = client.get(address, {"q": question}, headers={"HX-Request": "true"}).content.decode()
        assert ("Gerda Öztürk" in page) is found


def test_canned_reply_is_found_in_any_spelling(account: Account) -> None:
    agent: User = factories.make_user()
    reply = CannedReply.objects.create(title="Foto’s van één café", owner=agent)
    CannedText.objects.create(canned=reply, text="Stuur ons je foto’s.")
    conversation = factories.make_inbound(account, "Hallo").conversation
    assert conversation is not None
    for asked in ("foto's", "een", "CAFE", "cafe\u0301"):
        assert [offer.canned for offer in canned.find(asked, conversation, agent)] == [reply]


@given(st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_normal_form_of_any_text_is_its_own(text: str) -> None:
    text = re.sub("[\x00\ud800-\udfff]", "", text)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inbox_plain(%s) = inbox_plain(inbox_plain(%s)), inbox_words(%s) IS NOT NULL,"
            " inbox_asked(%s, 'begun') IS NOT NULL",
            [text, text, text, text],
        )
        assert cursor.fetchone() == (True, True, True)


@pytest.mark.parametrize("text", ["a" * 200_000, "ﷺ " * 100_000, "-a" * 100_000, "1 " * 100_000, "e\u0301" * 100_000])
def test_longest_texts_are_kept_and_found(account: Account, text: str) -> None:
    message = factories.make_inbound(account, f"Klaproos {text}")
    assert [found.pk for found in find(SearchQuery.of({"q": "klaproos"}), [account]).messages] == [message.pk]


def test_words_of_our_own_code_need_no_extension() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert [name for (name,) in cursor.fetchall()] == ["plpgsql"]

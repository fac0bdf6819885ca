"""A morning at Veldhuis with everything that makes pages hard: long names, long letters, other scripts, trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from channels.models import Account, Delivery, Stream, UnreadItem
from channels.types import Direction, Visibility
from inbox.contacts import description
from inbox.ingest.receive import receive
from inbox.library import guidelines
from inbox.models import (
    CannedReply,
    CannedText,
    Conversation,
    Guideline,
    Label,
    Message,
    OpeningDay,
    ResponseTarget,
    SavedView,
    Team,
    User,
    WatchedWord,
)
from inbox.notifications import notices
from inbox.thread import reviews
from inbox.triage import (
    assignment,
    closing,
    labels,
    tone,
)
from reports.models import MeasuredChannel, PromisePage
from tests import factories

LONG_NAME = "Wilhelmina-Antoinette van der Heijden-Oudshoorn van Drakenst"  # sixty letters
LETTER = "Beste mensen, ik schrijf jullie nu voor de derde keer over mijn kast. " * 57
RETURNS = "Terugsturen mag. " * 12
ARABIC = "مرحبا، أين طلبي؟ لقد طلبت خزانة قبل أسبوعين ولم تصل بعد."
WHERE = "https://www.veldhuiswonen.example/" + "service/" * 12
PEOPLE = (
    ("Karin de Vries", "Waar blijft mijn kast? Hij zou gisteren tussen acht en twaalf bezorgd worden."),
    (LONG_NAME, "Goedemiddag, kan ik de bank ook in het groen bestellen? " * 3),
    ("Mohammed El Idrissi", "👍"),
    ("ليلى حداد", ARABIC),
    ("Jan", "Kapot aangekomen, en niemand belt terug. Ik wil mijn geld terug!"),
    ("Noor Bakker", f"Zie {WHERE} dat klopt toch niet?"),
    ("Sofie", "Dank jullie wel, top geholpen!"),
    ("Ravi Ramdin", LETTER),
)


@dataclass
class World:
    """What the pictures are of."""

    agent: User
    lead: User
    admin: User
    accounts: dict[str, Account]
    talks: dict[str, Conversation]


def build(now: datetime, language: str) -> World:
    """Make everything, as it stands at this moment, with people who read this language."""
    agent, lead, admin = _people(language)
    accounts = _accounts(admin, now)
    talks = _talks(accounts, now)
    world = World(agent, lead, admin, accounts, talks)
    _sorted_out(world, now)
    _written(world, now)
    _kept(world, now)
    _closed(world, now)
    _promised(now)
    return world


def many(account: Account, now: datetime, number: int = 500) -> None:
    """Let five hundred more people write."""
    receive(
        account,
        [
            factories.incoming(
                f"Vraag {n}: {PEOPLE[n % len(PEOPLE)][1][:180]}",
                author=factories.author(f"Klant {n}"),
                sent_at=now - timedelta(minutes=3 * n),
            )
            for n in range(number)
        ],
    )


def _people(language: str) -> tuple[User, User, User]:
    names = (("agent", "Farah", "Bensaïd"), ("lead", "Sanne", "Kuipers"), ("admin", "Mila", "de Boer"))
    made = [
        factories.make_user(role, first_name=first, last_name=last, language=language, email=f"{first}@example.com")
        for role, first, last in names
    ]
    factories.make_user(first_name="Wilhelmina-Antoinette", last_name="van der Heijden-Oudshoorn tot Drakenstein")
    factories.make_user(first_name="Fred", last_name="Bos", is_active=False)
    return made[0], made[1], made[2]


def _accounts(admin: User, now: datetime) -> dict[str, Account]:
    well: dict[str, Any] = {"last_success_at": now, "last_message_at": now - timedelta(minutes=2)}
    failing: dict[str, Any] = {"failing_since": now - timedelta(hours=1), "last_error_reason": "other"}
    lost: dict[str, Any] = {"needs_reauth_at": now - timedelta(hours=2), "last_success_at": now}
    limited: dict[str, Any] = {"rate_limited_until": now + timedelta(minutes=9)}
    paused: dict[str, Any] = {"paused_at": now, "paused_by": admin}
    common = {"signature": Account.Signature.INITIALS, "name": "Veldhuis Wonen"}
    made = {
        "x": factories.make_account("x", handle="VeldhuisNL", **common, **well),
        "facebook": factories.make_account("facebook", handle="veldhuiswonen", **failing, **common),
        "instagram": factories.make_account("instagram", handle="veldhuis.wonen", **lost, **common),
        "whatsapp": factories.make_account("whatsapp", handle="", **common, **well),
        "limited": factories.make_account("x", name=LONG_NAME, handle="lijnnoord_klantenservice", **limited, **well),
        "paused": factories.make_account("facebook", name="Lijn Noord", handle="lijnnoord", **paused),
    }
    Stream.objects.create(account=made["x"], name="mentions", last_polled_at=now)
    Stream.objects.create(account=made["x"], name="search", query="veldhuis -from:VeldhuisNL OR " + "meubel" * 15)
    UnreadItem.objects.create(account=made["x"], reason="a strange thing", body={"id": "1" * 300}, digest="a")
    Delivery.objects.create(product="meta", body=b'{"object": "page"}', status="failed", error="no entry", attempts=8)
    return made


def _closed(world: World, now: datetime) -> None:
    """Opening hours, and what two people were told outside them: one got it, the other could not be reached."""
    ResponseTarget.objects.create(minutes=30, account=world.accounts["whatsapp"], in_opening_hours=True)
    ResponseTarget.objects.create(minutes=15, team=Team.objects.first(), priority_from=50)
    for weekday in range(7):
        spans = {5: [(time(10), time(14))], 6: []}.get(weekday, [(time(9), time(12, 30)), (time(13, 30), time(17))])
        OpeningDay.objects.create(weekday=weekday, spans=spans)
    OpeningDay.objects.create(date=(now + timedelta(days=24)).date(), name="Eerste Paasdag")
    OpeningDay.objects.create(date=(now + timedelta(days=46)).date(), name="Koningsdag", spans=[(time(10), time(13))])
    Account.objects.filter(pk=world.accounts["whatsapp"].pk).update(
        automatic_on=True,
        automatic_nl="Dank je wel voor je bericht. We zijn er weer {opens} en antwoorden je dan zo snel mogelijk.",
        automatic_en="Thank you for your message. We are back {opens} and will answer as soon as we can.",
    )
    text = "Automatisch bericht: Dank je wel voor je bericht. We zijn er weer morgen om 9:00 en antwoorden je dan."
    for name, state in (("arabic", Message.State.SENT), ("ravi", Message.State.FAILED)):
        Message.objects.create(
            account=world.accounts["whatsapp"], conversation=world.talks[name], direction="outbound", kind="dm",
            visibility="private", route="private_message", text=text, automatic=True, state=state,
            error_reason="recipient_unavailable" if state == "failed" else "", sent_at=now - timedelta(minutes=3),
        )  # fmt: skip


def _promised(now: datetime) -> None:
    """The public page, with what was measured."""
    PromisePage.objects.create(
        is_public=True, colour="#6b3a1f", website="https://www.veldhuiswonen.example", intro_nl="",
        privacy="https://www.veldhuiswonen.example/privacy",
        rules_nl="Zet nooit je adres of bestelnummer in een openbaar bericht.\nKritiek mag en blijft staan. Schelden, "
        "dreigen en reclame verbergen we.\nJe krijgt een mens. Een automatisch bericht zegt dat het automatisch is.",
        rules_en="Never put your address or order number in a public message.\nCriticism stays. Abuse is hidden.",
        complaints_nl="Zeg het ons, op elk kanaal\nJe krijgt binnen een uur antwoord van iemand met een naam.\n\n"
        "Niet opgelost? Een collega kijkt mee\nBinnen 2 werkdagen.\n\nNog niet goed? De klachtencoördinator\n"
        "Binnen 10 werkdagen een besluit op papier, met uitleg.",
    )  # fmt: skip
    for platform, n, median, within in (("x", 1338, 1320, 0.93), ("whatsapp", 1604, 610, 0.96), ("facebook", 9, 9, 1)):
        MeasuredChannel.objects.create(
            platform=platform, n=n, median_seconds=median, p90_seconds=median * 2.4, within_target=within,
            first=(now - timedelta(days=28)).date(), last=(now - timedelta(days=1)).date(), measured_at=now,
        )  # fmt: skip
    MeasuredChannel.objects.filter(platform="x").update(within_target=0.78)


def _talks(accounts: dict[str, Account], now: datetime) -> dict[str, Conversation]:
    talks = {}
    channels = ("x", "facebook", "instagram", "whatsapp")
    for number, (name, text) in enumerate(PEOPLE):
        account = accounts[channels[number % 4]]
        private = {"kind": "text", "visibility": Visibility.PRIVATE, "opens_window": True}
        message = factories.make_inbound(
            account,
            text.strip(),
            author=factories.author(name, handle="" if account.platform == "whatsapp" else name.split()[0].lower()),
            sent_at=now - timedelta(minutes=7 + number * 23),
            **(private if account.platform == "whatsapp" else {}),
        )
        assert message.conversation is not None
        talks[name.split()[0].lower() if name.isascii() else "arabic"] = message.conversation
    before = factories.incoming(
        "Iemand ervaring met Veldhuis?", author=factories.author("Tess"), direction=Direction.CONTEXT,
        sent_at=now - timedelta(minutes=50),
    )  # fmt: skip
    ironic = factories.incoming(
        "Goed bezig jongens! @VeldhuisNL", author=factories.author("Bas Mulder"), parent_id=before.external_id,
        sent_at=now - timedelta(minutes=44),
    )  # fmt: skip
    receive(accounts["x"], [before, ironic])
    talks["bas"] = Conversation.objects.get(messages__external_id=ironic.external_id)
    return talks


def _sorted_out(world: World, now: datetime) -> None:
    talks, agent, lead = world.talks, world.agent, world.lead
    team = Team.objects.create(name="Bezorging en montage")
    team.members.add(agent)
    for name in ("Garantie en reparatie buiten de termijn", "Bezorging", "Klacht"):
        labels.add_label(talks["karin"], Label.objects.create(name=name, is_complaint=name == "Klacht"), lead)
    assignment.assign(talks["karin"], agent, by=lead, handover="Ze belde gisteren ook al; de kast staat in depot Tiel.")
    assignment.assign(talks["sofie"], lead, by=lead)
    assignment.snooze(talks["mohammed"], now + timedelta(hours=20), lead)
    closing.cross_line(talks["jan"], lead, "insult")
    description.write_note(talks["karin"], lead, "Werkt in de zorg, is overdag niet te bereiken.")
    description.describe(talks["karin"], lead, kind="critic", address="u")
    tone.choose_tone(talks["karin"], lead, "informal")
    assignment.write_note(talks["jan"], lead, "@Farah kijk jij hier even naar?")
    Conversation.objects.filter(pk=talks["ravi"].pk).update(is_complaint=True)
    closing.close(talks["noor"], lead, reason="no_question")
    SavedView.objects.create(owner=lead, name="Boze klanten op X", query="mood=angry", is_shared=True)
    SavedView.objects.create(owner=lead, name="Lang wachtend", query="waits=24h")


def _written(world: World, now: datetime) -> None:
    karin, agent = world.talks["karin"], world.agent
    asked = "Wat vervelend. Welk bestelnummer is het? ^SK"
    answer = factories.make_answer(karin, world.lead, text=asked, sent_at=now - timedelta(minutes=6))
    reviews.review(answer, world.admin, "partly", "Vraag het nummer pas als je hebt gezegd wat je gaat doen. " * 2)
    factories.make_note(karin, world.lead, "De kast staat in depot Tiel, rit van morgen.")
    who = factories.author("Karin de Vries", handle="karin")
    again = "Nummer 40218, maar dat had ik al gestuurd"
    receive(karin.account, [factories.incoming(again, author=who, sent_at=now - timedelta(minutes=3))])
    jan = world.talks["jan"]
    for number, state in enumerate(("failed", "held", "unknown", "retry")):
        factories.make_answer(
            jan, agent, text="We zoeken het voor je uit.", state=state, external_id=None, first_external_id="",
            error_reason="unreachable", sent_at=now - timedelta(minutes=5 - number),
        )  # fmt: skip
    sofie = world.talks["sofie"]
    thanked = factories.make_answer(sofie, agent, text="Fijn om te horen! ^FB", sent_at=now - timedelta(minutes=2))
    reviews.review(thanked, world.lead, "yes")
    factories.make_answer(
        sofie, agent, text="Graag gedaan! ^FB", state="queued", external_id=None, first_external_id="",
        send_after=now + timedelta(seconds=5), sent_at=now,
    )  # fmt: skip
    gone = factories.make_inbound(
        world.accounts["x"], "weg ermee", author=factories.author("Bas Mulder"), sent_at=now - timedelta(minutes=30)
    )
    Message.objects.filter(pk=gone.pk).update(text="", removed_at=now, context_state="failed")


def _kept(world: World, now: datetime) -> None:
    texts = {
        "Bezorging": "Dag {first_name}, hij komt [[wanneer]].",
        "Retour binnen dertig dagen": "Terugsturen mag. " * 12,
    }
    for title, text in texts.items():
        CannedText.objects.create(canned=CannedReply.objects.create(title=title, owner=world.lead), text=text)
    guidelines.write(Guideline(title="Toon"), "Wees aardig en kort.\n\nZeg wat we doen, en wanneer.", world.lead)
    advice = {"advice": "Er loopt een terugroepactie."}
    WatchedWord.objects.get_or_create(kind="sensitive", phrase="kast", defaults=advice)
    advice = {"advice": "Zeg wat nu helpt: “Het helpt als u …”"}
    WatchedWord.objects.get_or_create(kind="defensive", phrase="u had moeten", defaults=advice)
    notices.post(
        world.lead, kind="disruption", text="De betaalpagina ligt eruit sinds 09:10. Zeg dat we het weten.",
        until=now + timedelta(hours=3),
    )  # fmt: skip
    campaign = "Actieweek: tien procent op alles. " * 4
    notices.post(world.lead, kind="campaign", text=campaign, until=now + timedelta(days=2))

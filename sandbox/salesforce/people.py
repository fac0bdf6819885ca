"""What the org knows of the scenario's customers: contacts, purchases, cases, mails and calls. All made up."""

from __future__ import annotations

from datetime import timedelta

from sandbox.salesforce.org import Org
from sandbox.scenario.people import PEOPLE, SHOP
from sandbox.scenario.script import Person

_PRODUCTS = (
    ("Hoekbank Terschelling, zandkleur", 1249), ("Eettafel Loppersum, eiken", 899), ("Vloerlamp Zwin", 129),
    ("Kledingkast Drenthe, 3 deurs", 749), ("Set van 4 stoelen Ameland", 396), ("Vloerkleed Wad, 200 × 290", 219),
)  # fmt: skip
_REASONS = (
    ("Levering van de hoekbank verzet", "Bezorging"), ("Kras op het tafelblad", "Klacht"),
    ("Vraag over de garantie", "Garantie"), ("Retour van een vloerkleed", "Retour"),
)  # fmt: skip
_MAILS = ("Je bestelling is onderweg", "Je factuur van Veldhuis Wonen", "Nieuw: de najaarscollectie")
_CALLS = ("Terugbelverzoek over de levering", "Vraag over de montage")


def fill(org: Org) -> None:
    """Put everybody in the org who may be met in the inbox, and one namesake."""
    account = org.put("Account", Name="Huishoudens")
    products = [org.put("Product2", Name=name) for name, _price in _PRODUCTS]
    for n, person in enumerate(one for one in PEOPLE if one.group == SHOP):
        contact = _contact(org, person, account, n)
        _history(org, contact, products, n)
        if person.key == "wil":  # two of one name: somebody has to choose
            org.put("Contact", **_named("Wil van der Heijden"), AccountId=account, Email="w.heijden@example.nl")


def _contact(org: Org, person: Person, account: str, n: int) -> str:
    number = f"0{person.whatsapp[2]}-{person.whatsapp[3:]}" if (person.whatsapp or "").startswith("316") else None
    return org.put(
        "Contact", **_named(person.name), AccountId=account, Email=f"{person.key}@example.nl", MobilePhone=number,
        X_Handle__c=person.x or None, Phone=f"050-55501{n:02d}",
    )  # fmt: skip


def _named(name: str) -> dict[str, str]:
    first, _blank, last = name.partition(" ")
    return {"FirstName": first, "LastName": last or first, "Name": name}


def _history(org: Org, contact: str, products: list[str], n: int) -> None:
    now = org.now()
    for k in range(1 + n % 2):
        place = (n + k) % len(_PRODUCTS)
        name, price = _PRODUCTS[place]
        bought = (now - timedelta(days=30 + 11 * n + 90 * k)).date().isoformat()
        org.put(
            "Asset", Name=name, ContactId=contact, Product2Id=products[place], PurchaseDate=bought, Price=price,
            Status="Purchased",
        )  # fmt: skip
    subject, reason = _REASONS[n % len(_REASONS)]
    case = org.put("Case", Subject=subject, Reason=reason, ContactId=contact, Status="Closed", IsClosed=True,
                   Origin="Phone", CaseNumber=f"{n + 1:08d}")  # fmt: skip
    org.records["Case"][case]["CreatedDate"] = _moment(org, days=20 + n)
    for k, mail in enumerate(_MAILS[: 1 + n % 3]):
        sent = org.put(
            "EmailMessage", Subject=mail, MessageDate=_moment(org, days=6 + n + 9 * k), Incoming=False,
            FromAddress="service@veldhuiswonen.example", IsOpened=k == 0,
            FirstOpenedDate=_moment(org, days=5 + n) if k == 0 else None,
        )  # fmt: skip
        org.put("EmailMessageRelation", EmailMessageId=sent, RelationId=contact, RelationType="ToAddress")
    org.put(
        "Task", Subject=_CALLS[n % 2], TaskSubtype="Call", CallType="Inbound", CallDurationInSeconds=60 * (2 + n % 9),
        Status="Completed", WhoId=contact, CompletedDateTime=_moment(org, days=19 + n),
        ActivityDate=(now - timedelta(days=19 + n)).date().isoformat(),
    )  # fmt: skip


def _moment(org: Org, *, days: int) -> str:
    return (org.now() - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

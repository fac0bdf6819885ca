"""Who works here, for which accounts, and how they sort: what the history hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from channels.models import Account
from inbox.demo.people import PASSWORD
from inbox.generate.words import person_name
from inbox.models import Label, Team, User
from inbox.sla import reply_window

MADE = "generated-"  # how the accounts' ids on their platforms begin
AGENTS, LEADS, ADMINS = 60, 8, 2
LIMITED = 12  # of the agents: they see the first brand only
# Platform, brand, share of the conversations in a hundred.
ACCOUNTS = (
    ("x", "Veldhuis Wonen", 28),
    ("facebook", "Veldhuis Wonen", 20),
    ("instagram", "Veldhuis Wonen", 12),
    ("whatsapp", "Veldhuis Wonen", 24),
    ("x", "Lijn Noord", 10),
    ("facebook", "Lijn Noord", 6),
)
SHARES = [share for _platform, _brand, share in ACCOUNTS]
TEAMS = ("Bezorging", "Retour", "Winkels", "Facturen", "Montage", "Techniek", "Acties", "Reizen")
COMPLAINTS = ("Klacht", "Klacht bezorging", "Schade")
LABELS = (
    "Levertijd", "Retour", "Ruilen", "Garantie", "Onderdeel", "Factuur", "Betaling", "Kortingscode", "Voorraad",
    "Openingstijden", "Compliment", "Montage", "Bezorger", "Annuleren", "Website", "App", "Cadeaubon", "Reis",
    "Vertraging", "Abonnement", "Adres", "Maatwerk", "Advies", "Winkel", "Service", "Overig",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything that a conversation can point to."""

    accounts: list[Account]
    windows: list[int]  # seconds to answer in private, for each account; 0 for no limit
    teams: list[int]
    labels: list[int]
    complaints: frozenset[int]  # of the labels
    # By account, then by team; 0 is no team.
    agents: list[dict[int, list[int]]] = field(default_factory=list)


def cast(random: Random) -> Cast:
    """Make the team, its accounts and its labels, and return what conversations need of them."""
    accounts = [_account(*spec, number) for number, spec in enumerate(ACCOUNTS, 1)]
    users = User.objects.bulk_create(_people(random))
    agents = [user for user in users if user.role == User.Role.AGENT]
    teams = Team.objects.bulk_create([Team(name=name) for name in TEAMS])
    for place, team in enumerate(teams):
        team.members.set(agents[place :: len(teams)] + agents[(place + 1) % len(teams) :: 2 * len(teams)])
    first_brand = [account for account in accounts if account.name == ACCOUNTS[0][1]]
    for agent in agents[:LIMITED]:
        agent.accounts.set(first_brand)
    User.objects.filter(pk__in=[agent.pk for agent in agents[:LIMITED]]).update(all_accounts=False)
    labels = Label.objects.bulk_create(
        [Label(name=name, is_complaint=name in COMPLAINTS) for name in (*LABELS, *COMPLAINTS)]
    )
    windows = reply_window.seconds_of({account.platform for account in accounts})
    made = Cast(
        accounts=accounts,
        windows=[int(windows.get(account.platform, 0)) for account in accounts],
        teams=[team.pk for team in teams],
        labels=[label.pk for label in labels],
        complaints=frozenset(label.pk for label in labels if label.is_complaint),
    )
    for account in accounts:
        seeing = {agent.pk for agent in agents if account in first_brand or agent not in agents[:LIMITED]}
        members = {team.pk: {person.pk for person in team.members.all()} for team in teams}
        made.agents.append({0: sorted(seeing)} | {team: sorted(seeing & inside) for team, inside in members.items()})
    return made


def is_empty_but_for_us() -> bool:
    """Whether the database has neither accounts nor people besides those that are generated or the demo's."""
    real_accounts = Account.objects.exclude(external_id__startswith=MADE).exists()
    return not (real_accounts or User.objects.filter(is_demo=False).exists())


def _account(platform: str, brand: str, _share: int, number: int) -> Account:
    now = timezone.now()
    account = Account(
        platform=platform, external_id=f"{MADE}{number}", name=brand, handle=brand.replace(" ", "").lower(),
        signature=Account.Signature.INITIALS, last_success_at=now,
        last_message_at=now,
    )  # fmt: skip
    account.credentials = {"access_token": MADE, "app_secret": MADE}
    account.save()
    return account


def _people(random: Random) -> Iterator[User]:
    """Yield people with the demo's password, which works in demo mode only."""
    password = make_password(PASSWORD)
    roles = [User.Role.AGENT] * AGENTS + [User.Role.LEAD] * LEADS + [User.Role.ADMIN] * ADMINS
    counts: dict[str, int] = {}
    for role in roles:
        counts[role] = counts.get(role, 0) + 1
        first, _space, last = person_name(random).partition(" ")
        yield User(
            email=f"{role}{counts[role]}@generated.example", password=password, first_name=first, last_name=last,
            role=role, is_demo=True, all_accounts=True, first_steps_from=None,
        )  # fmt: skip

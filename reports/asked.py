"""What a page of figures is asked for: its address, read once, within what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from inbox.lists.navigation import Nav
from inbox.models import User
from reports.scope import Scope, is_practised, scope_of
from webcare.lib.text import is_uuid

USUAL = timedelta(days=28)
LONGEST = timedelta(days=366)
_PERIODS = ((7, _("7 days")), (28, _("4 weeks")), (91, _("13 weeks")), (365, _("A year")))


class Period(NamedTuple):
    """So many days up to now: what people call them, their address, and whether they are shown."""

    name: str
    address: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A period and filters, as codes of an address ("" for any), and the scope they make."""

    first: date
    last: date
    channel: str
    account: str
    team: str
    label: str
    person: str
    scope: Scope

    @classmethod
    def of(cls, given: Mapping[str, str], nav: Nav) -> Self:
        """Return what an address asks for. What cannot be, or is not the reader's to see, is left out."""
        last = _day(given.get("until", "")) or timezone.localdate()
        first = _day(given.get("since", "")) or last - USUAL + timedelta(days=1)
        first, last = min(first, last), max(first, last)
        first = max(first, last - LONGEST + timedelta(days=1))
        channel, account, team, label = (given.get(name, "") for name in ("channel", "account", "team", "label"))
        channel = channel if channel in nav.channels else ""
        chosen = nav.account(account)
        accounts = [row.pk for row in ([chosen] if chosen else nav.readable) if channel in ("", row.platform)]
        of_team = next((row for row in nav.teams if row.code == team), None)
        of_label = next((row for row in nav.labels if row.code == label), None)
        person = given.get("person", "")
        of_person = User.objects.filter(code=person).only("pk").first() if is_uuid(person) else None
        scope = scope_of(
            first, last, accounts,
            every=not chosen and not channel and nav.user.reads_all_accounts and not is_practised(),
            closed=nav.user.closed_teams,
            team=of_team.id if of_team else None,
            label=of_label.id if of_label else None,
            person=of_person.pk if of_person else None,
        )  # fmt: skip
        return cls(
            first, last, channel, account if chosen else "", team if of_team else "", label if of_label else "",
            person if of_person else "", scope,
        )  # fmt: skip

    @property
    def account_id(self) -> int | None:
        """The one account it is about; None where it is about more."""
        return self.scope.accounts[0] if self.account and self.scope.accounts else None

    @property
    def address(self) -> str:
        """The same as the parameters of an address."""
        return "&".join(filter(None, (urlencode({"since": self.first, "until": self.last}), self.filters)))

    @property
    def periods(self) -> list[Period]:
        """The periods that are looked at often, each with the same filters."""
        today = timezone.localdate()
        found = []
        for days, name in _PERIODS:
            first = today - timedelta(days=days - 1)
            address = "&".join(filter(None, (urlencode({"since": first, "until": today}), self.filters)))
            found.append(Period(str(name), address, (self.first, self.last) == (first, today)))
        return found

    @property
    def filters(self) -> str:
        """The same without the days."""
        names = ("channel", "account", "team", "label", "person")
        return urlencode({name: value for name in names if (value := getattr(self, name))})


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1971 < found.year < 9000 else None

"""The signs of an account's health, each with its level, its words and what helps. Facts come from rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from channels.accounts.health import RENEWAL_BROKE_OFF
from channels.accounts.health_text import ENDS_SOON, end_in_words, freshness, is_behind, moment
from channels.accounts.permissions import lacking_to_publish
from channels.base import Allowance
from channels.models import Account, Checkup, Stream
from channels.platforms import connector_class, platform_title
from channels.reasons import sentence

GOOD, WARN, BAD, OFF = "good", "warn", "bad", "off"
MUCH_USED = 80  # percent of the calls we may make


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign. `action` names the button that helps: reconnect, check or compare."""

    key: str
    title: str
    level: str
    text: str
    detail: str = ""
    items: tuple[str, ...] = ()  # names of the platform's own, as permissions
    at: datetime | None = None  # when it was seen
    action: str = ""


def signs_of(
    account: Account,
    streams: Sequence[Stream],
    checkup: Checkup | None,
    now: datetime | None = None,
    *,
    spent: Decimal | None = None,
    allowance: Allowance | None = None,
) -> list[Sign]:
    """Return what is known of one account's way in and out, in a fixed order. Asks nothing.

    `spent`: what this month cost (channels/accounts/spending.py), where the platform charges. `allowance`: what it lets
    us ask in a day, where it counts by the day.
    """
    now = now or timezone.now()
    polled = [stream for stream in streams if stream.enabled]
    return [
        _access(account, checkup, now),
        *_permissions(account, checkup),
        *_fields(checkup),
        *_address(account, checkup),
        *_webhook(account, now),
        _polling(account, polled, now),
        _freshness(account, polled, now),
        *(_day(allowance, now) if allowance else _calls(checkup)),
        *_money(account, spent),
        *_missed(account, checkup, now),
    ]


def level_of(signs: Iterable[Sign]) -> str:
    """Return the worst of several signs' levels."""
    found = {sign.level for sign in signs}
    return next((level for level in (BAD, WARN, GOOD) if level in found), OFF)


def as_data(account: Account, signs: Sequence[Sign], checkup: Checkup | None) -> dict[str, Any]:
    """Return the same for machines: names that stay, times as ISO, and texts for people beside them."""
    return {
        "account": str(account.code),
        "platform": account.platform,
        "name": account.at_handle,
        "state": account.health,
        "level": level_of(signs),
        "checked_at": checkup.at.isoformat() if checkup and checkup.at else None,
        "valid_until": checkup.valid_until.isoformat() if checkup and checkup.valid_until else None,
        "missed": checkup.missed if checkup and checkup.compared_at else None,
        "signs": [
            {
                "sign": sign.key,
                "level": sign.level,
                "text": sign.text,
                "detail": sign.detail,
                "items": list(sign.items),
                "at": sign.at.isoformat() if sign.at else None,
            }
            for sign in signs
        ],
    }


def _access(account: Account, checkup: Checkup | None, now: datetime) -> Sign:
    title, platform = _("Access"), platform_title(account.platform)
    at = checkup.at if checkup else None
    ends = checkup.valid_until if checkup else None
    if account.needs_reauth_at:
        text = _("%(platform)s has refused our access since %(time)s") % {
            "platform": platform,
            "time": moment(account.needs_reauth_at, now),
        }
        why = _(RENEWAL_BROKE_OFF) if account.last_error == RENEWAL_BROKE_OFF else _("New messages do not come in.")
        return Sign("access", title, BAD, text, why, at=at, action="reconnect")
    if account.access_ends_at:
        until = _("until %(time)s") % {"time": moment(account.access_ends_at, now)}
        text = _("Works, and is renewed by Webcare (%(until)s)") % {"until": until}
        return Sign("access", title, GOOD, text, at=account.renewed_at or at)
    if ends and ends <= now:
        text = _("Ended on %(time)s") % {"time": moment(ends, now)}
        return Sign("access", title, BAD, text, at=at, action="reconnect")
    if ends:
        is_near = ends - now <= ENDS_SOON
        detail = _("%(platform)s wants a person to sign in for it; it cannot be renewed by itself.")
        return Sign(
            "access", title, WARN if is_near else GOOD, end_in_words(ends, now),
            detail % {"platform": platform} if is_near else "", at=at, action="reconnect" if is_near else "",
        )  # fmt: skip
    if at is None:
        return Sign("access", title, OFF, _("Not looked at yet"), action="check")
    return Sign("access", title, GOOD, _("Works, and does not end by itself"), at=at)


def _permissions(account: Account, checkup: Checkup | None) -> Iterator[Sign]:
    if checkup is None or checkup.scopes is None:
        return
    lacking = tuple(checkup.scopes_lacking)
    if account.may_publish:
        lacking += lacking_to_publish(account, checkup)
    if lacking:
        text = ngettext("%(n)d permission lacks", "%(n)d permissions lack", len(lacking)) % {"n": len(lacking)}
        detail = _("Part of the work is refused until it is granted.")
        yield Sign("permissions", _("Permissions"), WARN, text, detail, lacking, checkup.at, "reconnect")
    else:
        yield Sign("permissions", _("Permissions"), GOOD, _("All that is needed"), at=checkup.at)


def _fields(checkup: Checkup | None) -> Iterator[Sign]:
    if checkup is None or checkup.fields is None:
        return
    lacking = tuple(checkup.fields_lacking)
    if lacking:
        text = ngettext("%(n)d is off", "%(n)d are off", len(lacking)) % {"n": len(lacking)}
        detail = _("We switch them on at every look. Until then it comes in later, by asking.")
        yield Sign("fields", _("Webhook fields"), WARN, text, detail, lacking, checkup.at, "check")
    else:
        yield Sign("fields", _("Webhook fields"), GOOD, _("All that are needed are on"), at=checkup.at)


_WHY = {
    "no_connection": gettext_lazy("There is no connection to it."),
    "timeout": gettext_lazy("It did not answer in time."),
    "certificate": gettext_lazy("Its certificate is not valid."),
    "other_answer": gettext_lazy("Something else answers there."),
}


def _address(account: Account, checkup: Checkup | None) -> Iterator[Sign]:
    if not connector_class(account.platform).webhook_product or checkup is None or checkup.reachable is None:
        return
    title = _("Our own address")
    if checkup.reachable:
        text = _("Answers within %(n)d ms") % {"n": checkup.reached_in or 0}
        yield Sign("address", title, GOOD, text, _("Asked from here, as the platform asks it."), at=checkup.at)
        return
    why = checkup.unreachable_why
    detail = str(_WHY[why]) if why in _WHY else _("It answered %(code)s.") % {"code": why.removeprefix("http/")}
    yield Sign("address", title, WARN, _("Does not answer as it should"), detail, at=checkup.at, action="check")


def _webhook(account: Account, now: datetime) -> Iterator[Sign]:
    if not connector_class(account.platform).webhook_product:
        return
    title, at = _("Last message by webhook"), account.last_delivery_at
    if at:
        yield Sign("webhook", title, GOOD, moment(at, now), _("Signed by the platform."), at=at)
    elif account.capabilities.polls:
        yield Sign("webhook", title, OFF, _("None yet"), _("Messages come in by asking, somewhat later."))
    else:
        yield Sign("webhook", title, WARN, _("None yet"), _("Messages come by webhook only here."))


def _polling(account: Account, polled: Sequence[Stream], now: datetime) -> Sign:
    title = _("Last round of asking")
    if not polled:
        return Sign("polling", title, OFF, _("This platform cannot be asked afterwards"))
    at = max((stream.last_polled_at for stream in polled if stream.last_polled_at), default=None)
    failing = [stream.name for stream in polled if stream.failures]
    if failing:
        why = sentence(account.last_error_reason or "other", platform_title(account.platform), "", account.last_error)
        text = ngettext("%(n)d part fails", "%(n)d parts fail", len(failing)) % {"n": len(failing)}
        return Sign("polling", title, WARN, text, why, tuple(failing), at)
    if at is None:
        return Sign("polling", title, OFF, _("None yet"))
    slowest = int(max(stream.interval for stream in polled).total_seconds())
    detail = ngettext("At least every %(n)d second.", "At least every %(n)d seconds.", slowest) % {"n": slowest}
    return Sign("polling", title, GOOD, moment(at, now), detail, at=at)


def _freshness(account: Account, polled: Sequence[Stream], now: datetime) -> Sign:
    words = freshness(account, polled, now)
    level = OFF if account.paused_at or not polled else WARN if is_behind(account, polled, now) else GOOD
    return Sign("freshness", _("Freshness"), level, words[:1].upper() + words[1:], at=now)


def _calls(checkup: Checkup | None) -> Iterator[Sign]:
    if checkup is None or checkup.used is None:
        return
    text = _("%(n)d%% of what we may ask") % {"n": round(checkup.used)}
    much = checkup.used >= MUCH_USED
    detail = _("Answers go first: we ask for news less often.") if much else ""
    yield Sign("calls", _("Calls"), WARN if much else GOOD, text, detail, at=checkup.at)


def _day(allowance: Allowance, now: datetime) -> Iterator[Sign]:
    named = {"used": _grouped(allowance.used), "most": _grouped(allowance.most)}
    text = _("%(used)s of %(most)s units used today") % named
    again = {"time": moment(allowance.renewed_at, now), "kept": _grouped(allowance.kept)}
    if allowance.used >= allowance.most:
        detail = _("Nothing is asked and no answer leaves until %(time)s.")
        yield Sign("calls", _("Calls"), BAD, text, detail % again, at=now)
    elif allowance.is_read_up:
        detail = _("What is left is kept for answers: we ask for news again at %(time)s.")
        yield Sign("calls", _("Calls"), WARN, text, detail % again, at=now)
    else:
        detail = _("We ask so often that %(kept)s are left for answers. They are given anew at %(time)s.")
        yield Sign("calls", _("Calls"), GOOD, text, detail % again, at=now)


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def _money(account: Account, spent: Decimal | None) -> Iterator[Sign]:
    if spent is None:
        return
    title = _("Cost this month")
    about = _("An estimate: the platform's own bill counts.")
    if account.budget is None:
        yield Sign("money", title, GOOD, _("About $%(spent)s, without a budget") % {"spent": f"{spent:.2f}"}, about)
        return
    text = _("About $%(spent)s of $%(budget)s") % {"spent": f"{spent:.2f}", "budget": f"{account.budget:.2f}"}
    if spent >= account.budget:
        over = _("The platform is asked nothing more until the 1st, or until the budget is raised.")
        yield Sign("money", title, BAD, text, over)
    else:
        near = spent * 100 >= account.budget * MUCH_USED
        yield Sign("money", title, WARN if near else GOOD, text, about)


def _missed(account: Account, checkup: Checkup | None, now: datetime) -> Iterator[Sign]:
    if not account.capabilities.polls:
        return
    title = _("Nothing missed")
    if checkup is None or checkup.compared_at is None:
        detail = _("Every night we lay what the platform had beside what we have.")
        yield Sign("missed", title, OFF, _("Not compared yet"), detail, action="compare")
        return
    text = _("%(missed)d missed in 24 hours") % {"missed": checkup.missed}
    named = {"n": checkup.compared, "time": moment(checkup.compared_at, now)}
    detail = ngettext("%(n)d message compared, %(time)s.", "%(n)d messages compared, %(time)s.", checkup.compared)
    late = f" {_('What was missed was fetched then.')}" if checkup.missed else ""
    level = WARN if checkup.missed else GOOD
    yield Sign("missed", title, level, text, f"{detail % named}{late}", at=checkup.compared_at, action="compare")

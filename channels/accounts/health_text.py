"""An account's health in words: what happened, what it means, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from channels.accounts import news
from channels.models import Account, Stream
from channels.platforms import connector_class, platform_title
from channels.reasons import sentence

# A single failed call is not worth a banner on everybody's page: the next poll usually mends it.
FAILING_LONG = timedelta(minutes=5)
ENDS_SOON = timedelta(days=14)  # the access: then there is time to renew it at leisure


@dataclass(frozen=True, slots=True)
class Health:
    """What a row of the accounts page says. `level` is good, warn, bad or off; `action` names the button that helps."""

    level: str
    title: str
    why: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Attention:
    """One line of the banner everybody sees: what is wrong, and what that means."""

    account: Account
    head: str
    rest: str


def moment(at: datetime, now: datetime | None = None) -> str:
    """Return a time as one says it: 10:42 today, 3 Nov 10:42 on another day."""
    here, today = timezone.localtime(at), timezone.localtime(now)
    if here.date() == today.date():
        return date_format(here, "H:i")
    if here.year == today.year:
        return date_format(here, pgettext("date format", "j M") + " H:i")
    return date_format(here, pgettext("date format", "j M Y"))


def health_of(account: Account, now: datetime | None = None, ends: datetime | None = None) -> Health:
    """Return the state of one account as a title, a reason and the button that helps. `ends`: when its access does."""
    now = now or timezone.now()
    title = platform_title(account.platform)
    match account.health:
        case "paused" if account.paused_at:
            who = account.paused_by.name if account.paused_by else _("someone")
            explanation = _("By %(name)s, since %(time)s. Nothing is fetched or sent.") % {
                "name": who,
                "time": moment(account.paused_at, now),
            }
            return Health("off", _("Paused"), explanation, "resume")
        case "reauth" if account.needs_reauth_at:
            explanation = _("%(platform)s has refused our access since %(time)s. New messages do not come in.") % {
                "platform": title, "time": moment(account.needs_reauth_at, now),
            }  # fmt: skip
            return Health("bad", _("Connect again"), explanation, "reconnect")
        case "rate_limited" if account.rate_limited_until:
            explanation = _("%(platform)s allows no more requests for now. It goes on by itself.") % {"platform": title}
            return Health(
                "warn", _("Slower until %(time)s") % {"time": moment(account.rate_limited_until, now)}, explanation
            )
        case "failing" if account.failing_since:
            level = "bad" if now - account.failing_since > FAILING_LONG else "warn"
            explanation = sentence(account.last_error_reason or "other", title, platform_words=account.last_error)
            return Health(
                level, _("Trouble since %(time)s") % {"time": moment(account.failing_since, now)}, explanation, "test"
            )
        case "new":
            return Health("off", _("Just connected"), _("Nothing has been fetched yet."), "test")
    if news.level_of(account.news):
        warned_at = news.told_at(account.news)
        title = (
            _("WhatsApp warned us on %(time)s") % {"time": moment(warned_at, now)}
            if warned_at
            else _("WhatsApp warned us")
        )
        return Health(news.level_of(account.news), title, news.sentence(account.news))
    if ends and ends - now <= ENDS_SOON:
        return Health("warn", _("Access ends soon"), end_in_words(ends, now), "reconnect")
    if account.warning:
        return Health("warn", _("Works, with a remark"), _(account.warning))
    return Health("good", _("Healthy"), _how_it_comes_in(account))


def end_in_words(ends: datetime, now: datetime) -> str:
    """Return until when the access holds: the day, and how many days that is from now."""
    local = timezone.localtime(ends)
    same_year = local.year == timezone.localtime(now).year
    day = date_format(local, pgettext("date format", "j F") if same_year else pgettext("date format", "j F Y"))
    days = (local.date() - timezone.localtime(now).date()).days
    if days <= 0:
        return _("Ends today, at %(time)s") % {"time": date_format(local, "H:i")}
    return ngettext("Holds until %(day)s, %(n)d more day", "Holds until %(day)s, %(n)d more days", days) % {
        "day": day,
        "n": days,
    }


def freshness(account: Account, streams: Iterable[Stream], now: datetime | None = None) -> str:
    """Return how far behind we may be: up to date, until when, how many minutes behind, or that only webhooks tell."""
    now = now or timezone.now()
    if account.paused_at:
        return _("not fetched")
    polled = [stream for stream in streams if stream.enabled]
    if not polled:
        return _("by webhook only")
    if account.needs_reauth_at:  # nothing is asked from then on: behind by however little
        asked = all(stream.last_polled_at for stream in polled)
        until = moment(_oldest_round(account, polled), now)
        return _("up to date until %(time)s") % {"time": until} if asked else _("not fetched")
    if not is_behind(account, polled, now):
        return _("up to date")
    minutes = int((now - _oldest_round(account, polled)).total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute behind", "%(n)d minutes behind", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)d hour behind", "%(n)d hours behind", hours) % {"n": hours}


def is_behind(account: Account, polled: Sequence[Stream], now: datetime) -> bool:
    """Return whether a stream is asked no more, or was not for longer than two of its rounds and a minute."""
    if account.needs_reauth_at:
        return True
    allowed = max(2 * stream.interval for stream in polled) + timedelta(minutes=1)
    return now - _oldest_round(account, polled) > allowed


def _oldest_round(account: Account, polled: Sequence[Stream]) -> datetime:
    return min(stream.last_polled_at or account.created_at for stream in polled)


def wanting_attention(accounts: Iterable[Account], now: datetime | None = None) -> list[Attention]:
    """Return what everybody should know, of accounts already loaded: access lost, or failing for a while."""
    now = now or timezone.now()
    found = []
    for account in accounts:
        state = account.health
        names = {"platform": platform_title(account.platform), "account": account.at_handle}
        if state == "reauth" and account.needs_reauth_at:
            head = _("%(account)s on %(platform)s has been disconnected since %(time)s.") % {
                **names,
                "time": moment(account.needs_reauth_at, now),
            }
            found.append(Attention(account, head, _("New messages do not come in and answers wait.")))
        elif state == "failing" and account.failing_since and now - account.failing_since > FAILING_LONG:
            head = _("%(account)s on %(platform)s has had trouble since %(time)s.") % {
                **names,
                "time": moment(account.failing_since, now),
            }
            found.append(Attention(account, head, _("New messages may come in late. We keep trying.")))
        elif state != "paused" and news.level_of(account.news) == "bad":
            head = _("%(account)s on %(platform)s got a warning.") % names
            found.append(Attention(account, head, news.sentence(account.news)))
    return found


def _how_it_comes_in(account: Account) -> str:
    if account.capabilities.live:
        return _("What visitors write is here at once.")
    if not account.capabilities.polls:
        return _("Messages come by webhook only; this platform cannot be asked afterwards.")
    if account.last_delivery_at and timezone.now() - account.last_delivery_at < timedelta(days=1):
        return _("Webhook and regular check both work.")
    if not connector_class(account.platform).webhook_product:
        return _("The regular check works.")
    return _("The regular check works; no webhook came in today.")

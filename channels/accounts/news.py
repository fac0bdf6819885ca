"""What a platform tells of our account itself: kept on it, in the log, and said in words where it matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels.models import Account
from channels.secrets import CredentialsUnreadable
from channels.types import AccountNews, Incoming
from inbox.models import Event

COUNTS = timedelta(days=30)  # how long a warning stands that nothing took back
# What keeps messages from coming or going, and what is a warning of it.
BAD = frozenset({"ACCOUNT_VIOLATION", "ACCOUNT_RESTRICTION", "DISABLED_UPDATE", "ACCOUNT_DELETED", "PARTNER_REMOVED"})
WARN = frozenset({"FLAGGED", "PAUSED", "DISABLED", "REJECTED", "RED", "DOWNGRADE", "PENDING_DELETION"})


def owners_of(platform: str, external_id: str, event: Incoming) -> Sequence[str]:
    """Return the ids of the accounts an event is for: news about a whole WhatsApp account is for its every number."""
    if not isinstance(event, AccountNews):
        return [external_id]
    accounts = Account.objects.present().filter(platform=platform)
    numbers = [
        account.external_id
        for account in accounts
        if account.external_id == external_id or _belongs(account, external_id)
    ]
    return numbers or [external_id]


def _belongs(account: Account, waba_id: str) -> bool:
    try:
        return account.credentials.get("waba_id") == waba_id
    except CredentialsUnreadable:
        return False


def record_news(account: Account, reports: Sequence[AccountNews]) -> None:
    """Keep the newest that matters on the account, and each in its log. The same again changes nothing."""
    for news in sorted(reports, key=lambda report: report.at):
        kept = {"field": news.field, "event": news.event, "detail": news.detail, "at": news.at.isoformat()}
        row = Account.objects.select_for_update(no_key=True).only("news").get(pk=account.pk)
        if row.news == kept or (row.news and row.news["at"] > kept["at"]):
            continue
        # Good news of one kind does not take away bad news of another.
        if not row.news or level_of(row.news) == "" or level_of(kept) or row.news["field"] == news.field:
            Account.objects.filter(pk=account.pk).update(news=kept)
        Event.note("account_news", account=account, field=news.field, event=news.event, detail=news.detail)


def level_of(news: dict[str, Any]) -> str:
    """Return how bad it is: bad, warn, or "" for what is only worth knowing, or long ago."""
    event, at = str(news.get("event") or ""), told_at(news)
    if at is None or timezone.now() - at > COUNTS:
        return ""
    return "bad" if event in BAD else "warn" if event in WARN else ""


def told_at(news: dict[str, Any]) -> datetime | None:
    """Return when it was told."""
    return parse_datetime(str(news.get("at") or ""))


def sentence(news: dict[str, Any]) -> str:
    """Return it in words, with the rule or template it is about."""
    event, field, detail = (str(news.get(name) or "") for name in ("event", "field", "detail"))
    words = _template_words(event) if field.startswith(("message_template", "template")) else _words(event)
    known = words or _("WhatsApp reports: %(field)s %(event)s") % {"field": field, "event": event}
    return f"{known} ({detail})" if detail else known


def _words(event: str) -> str:
    return {
        "ACCOUNT_VIOLATION": _("WhatsApp says this account broke one of its rules. It may be blocked."),
        "ACCOUNT_RESTRICTION": _("WhatsApp has limited this account: messages may not arrive."),
        "DISABLED_UPDATE": _("WhatsApp has switched this account off, or is about to."),
        "ACCOUNT_DELETED": _("This WhatsApp account was deleted."),
        "PARTNER_REMOVED": _("Our app was removed from this WhatsApp account."),
        "FLAGGED": _("Many people blocked or reported this number. Send less, or something else."),
        "DOWNGRADE": _("This number may write to fewer people a day now."),
        "UPGRADE": _("This number may write to more people a day now."),
        "UNFLAGGED": _("The quality of this number is good again."),
        "ONBOARDING": _("This number is ready."),
        "APPROVED": _("WhatsApp has approved this account or name."),
        "REJECTED": _("WhatsApp has rejected this account or name."),
        "VERIFIED_ACCOUNT": _("This account is verified."),
        "ACCOUNT_REINSTATED": _("This account works again."),
    }.get(event, "")


def _template_words(event: str) -> str:
    return {
        "APPROVED": _("A template was approved."),
        "REJECTED": _("A template was rejected."),
        "PAUSED": _("A template was paused, since customers did not like it."),
        "DISABLED": _("A template was switched off for good."),
        "FLAGGED": _("A template will be paused if customers go on disliking it."),
        "PENDING_DELETION": _("A template is about to be deleted."),
        "RED": _("Customers do not like a template: it may be paused."),
        "YELLOW": _("Customers like a template less."),
        "GREEN": _("Customers like a template."),
        "REINSTATED": _("A template works again."),
        "MARKETING": pgettext("template", "A template counts as marketing now."),
        "UTILITY": pgettext("template", "A template counts as service now."),
    }.get(event, "")

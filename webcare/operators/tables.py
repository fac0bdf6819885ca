"""The tables operators may see. No column of these holds a secret or a customer's word; errors of platforms may.

So what a platform literally answered is left to the pages of who reads the account.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import register
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api.webhooks.models import Endpoint, Telling
from channels.models import Account, Checkup, Delivery, Stream, UnreadItem
from crm.writing.models import Write
from inbox.models import EarlyEvent, Message, RuleErrand, RuleOccasion, Webhook
from inbox.models.answer_state import UNDER_WAY
from webcare.operators.site import site
from webcare.operators.table import Table

__all__ = ["site"]  # with every table on it

# What an account is called by, wherever it stands in a row.
_ACCOUNT = ("account__name", "account__platform")


@register(Account, site=site)
class Accounts(Table):
    """The brand's accounts and their health. Not their credentials."""

    title = _("Accounts")
    about = _("When each last worked, and what keeps it from working.")
    columns = (
        "id", "platform", "external_id", "name", "mode", "last_success_at", "last_message_at", "last_delivery_at",
        "needs_reauth_at", "rate_limited_until", "failing_since", "failures", "last_error_reason", "paused_at",
        "removed_at", "access_ends_at", "renewed_at",
    )  # fmt: skip


@register(Checkup, site=site)
class Checkups(Table):
    """What was found when accounts were last looked at as a whole."""

    title = _("Checks of accounts")
    about = _("Access, webhooks, and what a comparison with the platform missed.")
    columns = (
        "account", "at", "valid_until", "scopes_lacking", "fields_lacking", "reachable", "reached_in", "compared_at",
        "compared", "missed",
    )  # fmt: skip
    reads, with_rows = _ACCOUNT, ("account",)


@register(Stream, site=site)
class Streams(Table):
    """What is asked for by itself, and when next."""

    title = _("Streams")
    about = _("What is asked of platforms by itself, when next, and who has it in hand.")
    columns = (
        "id", "account", "name", "enabled", "next_poll_at", "interval", "locked_until", "last_polled_at",
        "last_item_at", "failures",
    )  # fmt: skip
    reads, with_rows = _ACCOUNT, ("account",)


@register(Delivery, site=site)
class Deliveries(Table):
    """Webhook bodies, without the bodies."""

    title = _("Deliveries")
    about = _("Webhook bodies of platforms, and how far reading them got.")
    columns = (
        "id", "product", "received_at", "status", "attempts", "retry_at", "claimed_at", "losses", "alone", "read_at",
    )  # fmt: skip
    list_filter = ("status",)


@register(UnreadItem, site=site)
class UnreadItems(Table):
    """What was set aside, without what stands in it."""

    title = _("Set aside")
    about = _("What was not understood. Its account's pages say more.")
    columns = ("id", "account", "delivery_id", "seen_at", "times", "digest")
    reads, with_rows = _ACCOUNT, ("account",)


@register(EarlyEvent, site=site)
class EarlyEvents(Table):
    """News that came before the message it is about."""

    title = _("Early news")
    about = _("News that overtook its message, and waits for it.")
    columns = ("id", "account", "kind", "at", "received_at")
    reads, with_rows = _ACCOUNT, ("account",)


@register(Message, site=site)
class Outbox(Table):
    """Answers that have not left. Nothing of what they say."""

    title = pgettext_lazy("table", "Outbox")
    about = _("Answers on their way, held, or waiting for a colleague.")
    columns = (
        "id", "code", "account", "route", "state", "attempts", "lookups", "send_after", "claimed_at", "retry_at",
        "error_code", "error_reason",
    )  # fmt: skip
    reads, with_rows = _ACCOUNT, ("account",)
    list_filter = ("state",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what is under way: few among many, and indexed."""
        return super().get_queryset(request).filter(state__in=UNDER_WAY)


@register(Webhook, site=site)
class RuleWebhooks(Table):
    """Addresses that rules tell: their host alone."""

    title = _("Webhooks of rules")
    about = _("Addresses that rules tell, by their host.")
    columns = ("id", "name", "host", "added_at", "archived_at")


@register(RuleErrand, site=site)
class RuleErrands(Table):
    """What rules have others told, or sent."""

    title = _("Errands of rules")
    about = _("What rules send to webhooks, and what became of it.")
    columns = ("id", "code", "webhook_id", "place", "state", "tries", "due_at", "at", "status", "reason")
    list_filter = ("state",)


@register(RuleOccasion, site=site)
class RuleOccasions(Table):
    """What rules have yet to look at."""

    title = _("Occasions of rules")
    about = _("What rules have yet to look at.")
    columns = ("id", "conversation_id", "rule_id", "kinds", "at", "due_at", "tries", "done_at", "given_up")


@register(Endpoint, site=site)
class Endpoints(Table):
    """Webhooks of the API: their host alone."""

    title = _("Webhooks of the API")
    about = _("Addresses that are told of what happens, by their host.")
    columns = ("id", "name", "host", "kinds", "with_words", "is_on", "failing_since", "gave_up_at", "archived_at")
    list_filter = ("is_on",)


@register(Telling, site=site)
class Tellings(Table):
    """What those are told. A row holds no words."""

    title = _("Deliveries of the API's webhooks")
    about = _("What those addresses are told, and what they answered.")
    columns = ("id", "code", "endpoint_id", "kind", "at", "state", "tries", "due_at", "tried_at", "status", "reason")
    list_filter = ("state",)


@register(Write, site=site)
class Writes(Table):
    """What is written to the CRM. A row holds no words; what the CRM said of it is left out."""

    title = _("Writes to the CRM")
    about = _("What is written there, and what became of it.")
    columns = ("id", "code", "kind", "at", "state", "tries", "due_at", "tried_at", "reason")
    list_filter = ("state",)

"""What a browser shows on a locked screen: what kind of thing it is. Names only for who chose that, words never."""

from __future__ import annotations

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from inbox.models import Notification
from inbox.notifications import together
from inbox.notifications.words import address_of, words_of
from webcare.lib.bundles import address_of as file_address

Kind = Notification.Kind
_PLAIN = {
    Kind.MENTION: _("you were named"),
    Kind.ASSIGNED: _("you were given a conversation"),
    Kind.APPROVAL: _("an answer waits for your approval"),
    Kind.RETURNED: _("an answer came back to you"),
    Kind.ESCALATED: _("you are asked for advice"),
    Kind.ADVISED: _("your question was answered"),
    Kind.NEARLY_LATE: _("a customer has waited almost too long"),
    Kind.LATE: _("a customer has waited too long"),
    Kind.SPIKE: _("it is unusually busy"),
    Kind.RULE: _("a rule asks for your attention"),
    Kind.ACCESS: _("the access to an account is about to end"),
    Kind.LOW_SCORE: _("a customer is not satisfied"),
    Kind.PRACTICE: _("you are invited to practise"),
    Kind.LOOKALIKE: _("somebody looks like one of our accounts"),
    Kind.POST_ASKED: _("a post waits for your approval"),
    Kind.POST_BACK: _("a post came back to you"),
    Kind.POST_STUCK: _("a post was not published"),
}


def payload_of(row: Notification, *, names: bool, many: int = 0) -> dict[str, str]:
    """Return what the service worker shows (static/js/service_worker.js), in the language that is active.

    `many` of its kind are told together.
    """
    title, body = ("Webcare", together.words_of(row.kind, many)) if many else _named(row) if names else _plain(row)
    return {
        "title": title,
        "body": body,
        "tag": f"webcare-{row.kind if many else row.pk}",  # as the page tells it: shown once
        "url": together.ADDRESSES[Kind(row.kind)] if many else address_of(row),
        "icon": file_address("svg", ["icon"]),
        "lang": get_language(),
    }


def _plain(row: Notification) -> tuple[str, str]:
    return "Webcare", gettext("New notification: %(what)s") % {"what": _PLAIN[Kind(row.kind)]}


def _named(row: Notification) -> tuple[str, str]:
    account = row.conversation.account if row.conversation else row.account
    contact = row.conversation.identity.title if row.conversation else ""
    return words_of(row), " · ".join(filter(None, (contact, account.at_handle if account else "")))

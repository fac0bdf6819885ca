"""What a notification says in a line. Names of ours alone: the same line leaves by mail and push."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inbox.models import Notification

Kind = Notification.Kind


# With the name of who did it; gettext_lazy, so that the reader's language is asked each time.
_BY_COLLEAGUE = {
    Kind.MENTION: _("%(name)s asks for you"),
    Kind.ASSIGNED: _("%(name)s gave you a conversation"),
    Kind.APPROVAL: _("%(name)s asks you to approve an answer"),
    Kind.RETURNED: _("%(name)s gave an answer back to you"),
    Kind.ESCALATED: _("%(name)s is in doubt and asks you"),
    Kind.ADVISED: _("%(name)s answered your question"),
}
_BY_ITSELF = {
    Kind.ASSIGNED: _("You were given a conversation"),
    Kind.ESCALATED: _("You are asked for advice"),
    Kind.NEARLY_LATE: _("A customer has waited almost too long"),
    Kind.LATE: _("A customer has waited longer than you promised"),
    Kind.SPIKE: _("It is unusually busy"),
    Kind.RULE: _("A rule asks for your attention"),
}


def words_of(row: Notification, *, first_name: bool = False) -> str:
    """Return what happened, in a line. Never a customer's words or name."""
    by = ((row.by.first_name if first_name else "") or row.by.name) if row.by else ""
    if row.kind in _BY_COLLEAGUE and (by or row.kind not in _BY_ITSELF):
        return _BY_COLLEAGUE[Kind(row.kind)] % {"name": by or gettext("A colleague")}
    if row.kind == Kind.SPIKE and row.subject:
        return row.subject
    if row.kind == Kind.RULE and row.subject:
        return gettext("Rule “%(rule)s”") % {"rule": row.subject}
    return str(_BY_ITSELF[Kind(row.kind)])


def address_of(row: Notification) -> str:
    """Return the page a notification leads to: the message where it names one."""
    if row.conversation is None:
        return f"/inbox/?account={row.account.code}" if row.account else "/inbox/"
    anchor = f"#message-{row.message.code}" if row.message else ""
    return f"{row.conversation.get_absolute_url()}{anchor}"

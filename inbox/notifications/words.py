"""What a notification says in a line. Names of ours alone: the same line leaves by mail and push."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inbox.models import Notification

Kind = Notification.Kind


def words_of(row: Notification, *, first_name: bool = False) -> str:
    """Return what happened, in a line. Never a customer's words or name."""
    by = (row.by.first_name if first_name else "") or row.by.name if row.by else ""
    if row.kind in (Kind.MENTION, Kind.APPROVAL, Kind.RETURNED, Kind.ESCALATED) or (row.kind == Kind.ASSIGNED and by):
        return _by_colleague(row.kind, by or _("A colleague"))
    if row.kind == Kind.ASSIGNED:
        return _("You were given a conversation")
    if row.kind == Kind.NEARLY_LATE:
        return _("A customer has waited almost too long")
    if row.kind == Kind.LATE:
        return _("A customer has waited longer than you promised")
    if row.kind == Kind.SPIKE:
        return row.subject or _("It is unusually busy")
    return _("Rule “%(rule)s”") % {"rule": row.subject} if row.subject else _("A rule asks for your attention")


def _by_colleague(kind: str, name: str) -> str:
    if kind == Kind.MENTION:
        return _("%(name)s asks for you") % {"name": name}
    if kind == Kind.APPROVAL:
        return _("%(name)s asks you to approve an answer") % {"name": name}
    if kind == Kind.RETURNED:
        return _("%(name)s gave an answer back to you") % {"name": name}
    if kind == Kind.ESCALATED:
        return _("%(name)s is in doubt and asks you") % {"name": name}
    return _("%(name)s gave you a conversation") % {"name": name}


def address_of(row: Notification) -> str:
    """Return the page a notification leads to: the message where it names one."""
    if row.conversation is None:
        return f"/inbox/?account={row.account.code}" if row.account else "/inbox/"
    anchor = f"#message-{row.message.code}" if row.message else ""
    return f"{row.conversation.get_absolute_url()}{anchor}"

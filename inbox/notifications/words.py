"""What a notification says in a line. Names of ours alone: the same line leaves by mail and push."""

from __future__ import annotations

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from inbox.models import Notification, Spike

Kind = Notification.Kind


# With the name of who did it; gettext_lazy, so that the reader's language is asked each time.
_BY_COLLEAGUE = {
    Kind.MENTION: _("%(name)s asks for you"),
    Kind.ASSIGNED: _("%(name)s gave you a conversation"),
    Kind.APPROVAL: _("%(name)s asks you to approve an answer"),
    Kind.RETURNED: _("%(name)s gave an answer back to you"),
    Kind.ESCALATED: _("%(name)s is in doubt and asks you"),
    Kind.ADVISED: _("%(name)s answered your question"),
    Kind.PRACTICE: _("%(name)s invites you to practise"),
    Kind.POST_ASKED: _("%(name)s asks you to approve a post"),
    Kind.POST_BACK: _("%(name)s gave a post back to you"),
}
_BY_ITSELF = {
    Kind.ASSIGNED: _("You were given a conversation"),
    Kind.ESCALATED: _("You are asked for advice"),
    Kind.NEARLY_LATE: _("A customer has waited almost too long"),
    Kind.LATE: _("A customer has waited longer than you promised"),
    Kind.SPIKE: _("It is unusually busy"),
    Kind.RULE: _("A rule asks for your attention"),
    Kind.ACCESS: _("The access to an account is about to end"),
    Kind.LOW_SCORE: _("A customer is not satisfied"),
    Kind.PRACTICE: _("You are invited to practise"),
    Kind.LOOKALIKE: _("Somebody looks like one of our accounts"),
    Kind.POST_STUCK: _("A post was not published"),
}
# Why a post did not leave, by its subject; any other reason is a failure.
_STUCK = {
    "incident": _("Posts on %(account)s are held: an incident is running"),
    "late": _("A post on %(account)s is held: its moment had passed too long ago"),
    "forgotten": _("A post leaves no more on %(account)s: it named somebody who asked to be forgotten"),
    "unsure": _("Look whether a post stands on %(account)s: we cannot see it"),
}


def words_of(row: Notification, *, first_name: bool = False) -> str:
    """Return what happened, in a line. Never a customer's words or name."""
    if row.spike is not None:
        return _of_spike(row.spike, is_over=row.occasion.endswith(":over"))
    by = ((row.by.first_name if first_name else "") or row.by.name) if row.by else ""
    if row.incident is not None:
        words = gettext("%(name)s asks you to approve the text of “%(incident)s”")
        return words % {"name": by or gettext("A colleague"), "incident": row.incident.name}
    if row.kind in _BY_COLLEAGUE and (by or row.kind not in _BY_ITSELF):
        return _BY_COLLEAGUE[Kind(row.kind)] % {"name": by or gettext("A colleague")}
    if row.kind == Kind.SPIKE and row.subject:
        return row.subject
    if row.kind == Kind.RULE and row.subject:
        return gettext("Rule “%(rule)s”") % {"rule": row.subject}
    if row.kind == Kind.ACCESS and row.account and (day := parse_date(row.subject)):
        named = {"account": row.account.at_handle, "day": date_format(day, pgettext("date format", "j M"))}
        return gettext("The access to %(account)s ends on %(day)s. Renew it before then") % named
    if row.kind == Kind.LOW_SCORE and row.subject:
        return gettext("A customer is not satisfied: %(score)s out of 5") % {"score": row.subject}
    if row.kind == Kind.LOOKALIKE and row.subject:
        return gettext("Somebody looks like %(account)s, and is not") % {"account": row.subject}
    if row.kind == Kind.POST_STUCK and row.account:
        stuck = str(_STUCK.get(row.subject, _("A post on %(account)s could not be published")))
        return stuck % {"account": row.account.at_handle}
    return str(_BY_ITSELF[Kind(row.kind)])


def address_of(row: Notification) -> str:
    """Return the page a notification leads to: the message where it names one."""
    if row.spike is not None or row.incident is not None:
        return (row.spike or row.incident).get_absolute_url()  # type: ignore[union-attr]  # one of them
    if row.practice_id is not None:
        return reverse("practice")
    if row.kind == Kind.ACCESS and row.account:
        return reverse("account_doctor", args=[row.account.code])
    if row.conversation is None and row.kind in (Kind.POST_ASKED, Kind.POST_BACK):
        return reverse("post", args=[row.subject])
    if row.conversation is None and row.kind == Kind.POST_STUCK:
        return reverse("post_of_message", args=[row.message.code]) if row.message else reverse("posts") + "?status=held"
    if row.conversation is None:
        return f"/inbox/?account={row.account.code}" if row.account else "/inbox/"
    anchor = f"#message-{row.message.code}" if row.message else ""
    return f"{row.conversation.get_absolute_url()}{anchor}"


def _of_spike(spike: Spike, *, is_over: bool) -> str:
    named = {"account": spike.account.at_handle, "n": spike.value, "usual": spike.usual}
    if is_over:
        return gettext("It is calm again at %(account)s") % named
    if spike.kind == Spike.Kind.NEGATIVE:
        return gettext("%(account)s: %(n)d%% is negative, usually %(usual)d%%") % named
    words = ngettext(
        "%(account)s: %(n)d message within an hour, usually %(usual)d",
        "%(account)s: %(n)d messages within an hour, usually %(usual)d",
        spike.value,
    )
    return words % named

"""Rights: what somebody may do, each with a name. A role is a set of them.

Which page asks for which right stands at its view, by the decorators of inbox/access.py. The six built-in roles are
fixed sets; an admin's own roles are rows (inbox/models/custom_role.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    """One thing somebody may do."""

    WORK = "work", _("Read conversations and work in them: notes, labels, taking and handing over")
    ANSWER = "answer", _("Answer customers")
    UNCHECKED = "unchecked", _("Answer without a colleague looking first, and look at what others wrote")
    PRESS = "press", _("Answer the press")
    CLOSE = "close", _("Close conversations")
    SEE = "see", _("See customers' numbers and addresses, where they are masked for others")
    LEAD = "lead", _("Lead: give work to others, decide about questions, block people")
    CANNED = "canned", _("Canned replies, guidelines and words of everybody")
    RULES = "rules", _("Rules")
    SETUP = "setup", _("Labels, teams, response targets and opening hours")
    QUALITY = "quality", _("Review answers and let colleagues practise")
    INCIDENTS = "incidents", _("Incidents, spikes and the notice board")
    FIGURES = "figures", _("Figures")
    API = "api", _("Tokens for other programs, as oneself")
    LOG = "log", _("Read the log, and see who works here")
    READS = "reads", _("Look up who read what; who works in conversations, of their own accounts")
    PRIVACY = "privacy", _("Export and erase customers' data of every account, and set how long it is kept")
    ACCOUNTS = "accounts", _("Connect accounts and look after all of them")
    PEOPLE = "people", _("Add people and change what they may do")
    ORGANISATION = "organisation", _("The organisation, its promise, and how people sign in")
    WEBHOOKS = "webhooks", _("Webhooks, and what they are told of the accounts one reads")
    OPERATE = "operate", _("Technical tables for who runs the servers: to look at, without customers' words")


# As an admin reads them, in groups.
GROUPS: Final = (
    (_("Conversations"), (Right.WORK, Right.ANSWER, Right.UNCHECKED, Right.PRESS, Right.CLOSE, Right.SEE)),
    (
        _("The team's work"),
        (Right.LEAD, Right.CANNED, Right.RULES, Right.SETUP, Right.QUALITY, Right.INCIDENTS, Right.FIGURES),
    ),
    (_("Looking along"), (Right.LOG, Right.READS)),
    (
        _("Administration"),
        (
            Right.PEOPLE,
            Right.ACCOUNTS,
            Right.ORGANISATION,
            Right.PRIVACY,
            Right.API,
            Right.WEBHOOKS,
            Right.OPERATE,
        ),
    ),
)

_TRAINEE = frozenset({Right.WORK, Right.ANSWER, Right.CLOSE})
_AGENT = _TRAINEE | {Right.UNCHECKED}
_SPOKESPERSON = _AGENT | {Right.PRESS}
_LEAD = _SPOKESPERSON | {
    Right.LEAD, Right.CANNED, Right.RULES, Right.SETUP, Right.QUALITY, Right.INCIDENTS, Right.FIGURES, Right.API,
    Right.LOG, Right.SEE,
}  # fmt: skip
# What each built-in role may do. Who has another one has rights of their own on their row.
BUILT_IN: Final[dict[str, frozenset[Right]]] = {
    "trainee": _TRAINEE,
    "agent": _AGENT,
    "spokesperson": _SPOKESPERSON,
    "lead": _LEAD,
    "admin": frozenset(Right) - {Right.OPERATE},
    "auditor": frozenset({Right.LOG, Right.READS}),
}
# What makes no sense without another right.
_NEEDS = {
    Right.ANSWER: Right.WORK, Right.UNCHECKED: Right.ANSWER, Right.PRESS: Right.ANSWER, Right.CLOSE: Right.WORK,
    **dict.fromkeys(
        (
            Right.LEAD, Right.CANNED, Right.RULES, Right.SETUP, Right.QUALITY, Right.INCIDENTS, Right.API,
            Right.PRIVACY, Right.SEE, Right.WEBHOOKS,
        ),
        Right.WORK,
    ),
}  # fmt: skip


def offered_groups() -> list[tuple[str, tuple[Right, ...]]]:
    """Return the groups with the rights that open something here: an operator's alone where the tables are open."""
    closed = () if settings.OPERATORS_ADMIN else (Right.OPERATE,)
    return [(str(title), tuple(right for right in rights if right not in closed)) for title, rights in GROUPS]


def holding(right: Right, prefix: str = "") -> models.Q:
    """Return the condition of people who have a right, for a query of people, or of rows that lead to one."""
    roles = [role for role, rights in BUILT_IN.items() if right in rights]
    own = {f"{prefix}custom_rights__contains": [str(right)]}
    return models.Q(**{f"{prefix}role__in": roles}) | models.Q(**own)


def completed(rights: Collection[Right]) -> list[Right]:
    """Return the rights with those that they need, in the order in which they are read."""
    found, todo = set(rights), list(rights)
    while todo:
        needed = _NEEDS.get(todo.pop())
        if needed and needed not in found:
            found.add(needed)
            todo.append(needed)
    return [right for right in Right if right in found]

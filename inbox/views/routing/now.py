"""What is wrong now, in one sentence, and what comes after that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.lists.navigation import Nav
from inbox.lists.workload import Line, Workload

_MOST = 3


class Next(NamedTuple):
    """Something else that wants a lead's eye, with the list of it."""

    icon: str
    text: str
    address: str


class Now(NamedTuple):
    """What a lead should know first. `line` is where it goes wrong; None where nothing does."""

    title: str
    text: str
    line: Line | None
    others: tuple[Next, ...]


def now_of(work: Workload, nav: Nav) -> Now:
    """Return what is worst, and at most three other things."""
    others = tuple(_others(work, nav))[:_MOST]
    worst = work.worst
    if worst is None:
        return Now(_calm_title(work), _calm_text(work), None, others)
    late = ngettext("%(n)d customer is over target", "%(n)d customers are over target", worst.late.n)
    free = ngettext("%(n)d case is unassigned", "%(n)d cases are unassigned", worst.free.n)
    title = _("%(name)s runs late") % {"name": worst.name}
    text = f"{late % {'n': worst.late.n}}, {free % {'n': worst.free.n}}."
    return Now(title, text, worst, others)


def _calm_title(work: Workload) -> str:
    return _("Nobody is over target") if work.total.waiting.n else _("Nobody waits")


def _calm_text(work: Workload) -> str:
    near = work.total.near.n
    if near:
        words = ngettext("%(n)d customer is near the target.", "%(n)d customers are near the target.", near)
        return words % {"n": near}
    if work.total.waiting.n:
        return _("Everybody who waits is well within the response target.")
    return _("Every customer has an answer. New messages appear here by themselves.")


def _others(work: Workload, nav: Nav) -> Iterator[Next]:
    failed, approval = nav.count("failed"), nav.count("approval")
    if failed:
        words = ngettext("%(n)d answer was not sent", "%(n)d answers were not sent", failed)
        yield Next("circle-alert", words % {"n": failed}, "/inbox/?queue=failed")
    if work.total.before.n:
        yield Next("alarm-clock", work.total.before.title, work.total.before.address)
    if work.total.after.n:
        yield Next("alarm-clock", work.total.after.title, work.total.after.address)
    if approval:
        words = ngettext("%(n)d answer waits for approval", "%(n)d answers wait for approval", approval)
        yield Next("stamp", words % {"n": approval}, "/inbox/?queue=approval")

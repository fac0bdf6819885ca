"""How long is kept what was closed: rules, what they let go, a trial before one changes, and the nights' reports."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from channels.models import Account
from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import Label, RetentionRun
from inbox.models.retention import LONGEST
from inbox.models.rights import Right
from inbox.privacy import retention
from inbox.privacy.retention import Due, Rule
from inbox.team.proof import proof_to_send

SHOWN = 30
Titles = dict[tuple[int | None, int | None], tuple[str, str]]


class RuleForm(forms.Form):
    """What is kept, and how long."""

    of = forms.ChoiceField(label=gettext_lazy("For what"), widget=forms.Select(attrs={"class": "select"}))
    months = forms.IntegerField(
        label=gettext_lazy("Months after closing"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=gettext_lazy("Empty: kept for ever. For a label: until it is taken off."),
        widget=forms.NumberInput(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["of"].choices = list(_choices())  # type: ignore[attr-defined]

    @property
    def rule(self) -> Rule:
        """The rule that was filled in."""
        kind, _colon, pk = self.cleaned_data["of"].partition(":")
        number = int(pk) if pk else None
        months = self.cleaned_data["months"]
        return Rule(number if kind == "account" else None, number if kind == "label" else None, months)


class Row(NamedTuple):
    """A rule in the page, with what it lets go tonight."""

    of: str
    platform: str
    label: str
    title: str
    months: int | None
    due: Due | None


@require_safe
@right_required(Right.PRIVACY)
def rules(request: AgentRequest) -> HttpResponse:
    """The rules, with what each lets go now; asked with months: what another rule would."""
    form = RuleForm(request.GET if "of" in request.GET else None)
    tried = form.rule if form.is_bound and form.is_valid() else None
    return _page(request, form, tried)


@require_POST
@right_required(Right.PRIVACY)
@proof_to_send
def change(request: AgentRequest) -> HttpResponse:
    """Set a rule that was tried before, or remove one."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, None, status=422)
    retention.set_rule(request.user, form.rule, removed="remove" in request.POST)
    messages.success(request, _("Saved. It holds from tonight."))
    return redirect("retention")


@require_safe
@right_required(Right.PRIVACY)
def run(request: AgentRequest, day: str) -> HttpResponse:
    """One night's report, to print and keep."""
    night = _day(day)
    found = RetentionRun.objects.filter(day=night).first() if night else None
    if found is None:
        raise Http404
    titles = _titles()
    lines = [{**line, "title": titles.get((line["account"], line["label"]), ("", "?"))[1]} for line in found.rules]
    context = {"run": found, "lines": lines, "section": "privacy"}
    return render(request, "inbox/privacy/retention_run.html", context)


def _page(request: AgentRequest, form: RuleForm, tried: Rule | None, status: int = 200) -> HttpResponse:
    now = retention.rules()
    due = {(row.account, row.label): row for row in retention.count(now)}
    trial = retention.count(retention.with_change(now, tried)) if tried else []
    titles = _titles()
    rows = [_row(rule, due.get(rule[:2]), titles) for rule in now]
    context = {
        "rows": sorted(rows, key=lambda row: (bool(row.label), bool(row.platform), row.title)),
        "total": sum(row.conversations for row in due.values()),
        "form": form if form.is_bound else RuleForm(),
        "tried": _row(tried, None, titles) if tried else None,
        "trial": {"n": sum(row.conversations for row in trial), "people": sum(row.people for row in trial)},
        "runs": RetentionRun.objects.all()[:SHOWN],
        "section": "privacy",
    }
    return render(request, "inbox/privacy/retention.html", context, status=status)


def _row(rule: Rule, due: Due | None, titles: Titles) -> Row:
    of = f"account:{rule.account}" if rule.account else f"label:{rule.label}" if rule.label else "all"
    platform, title = titles.get((rule.account, rule.label), ("", "?"))
    return Row(of, platform, title if rule.label else "", title, rule.months, due)


def _titles() -> Titles:
    """Return the platform and name of all that may have a rule."""
    accounts: Titles = {
        (row.pk, None): (row.platform, row.at_handle) for row in Account.objects.order_by("platform", "name")
    }
    labels: Titles = {(None, row.pk): ("", row.name) for row in Label.objects.order_by("name")}
    return {(None, None): ("", _("Everything")), **accounts, **labels}


def _choices() -> Any:
    for (account, label), (_platform, title) in _titles().items():
        kind = f"account:{account}" if account else f"label:{label}" if label else "all"
        yield kind, _("label %(name)s") % {"name": title} if label else title


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

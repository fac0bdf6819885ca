"""Rules as leads see them: all in their order, one as a sentence that is filled in, and what each did or would do."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.access import agent_required, right_required
from inbox.automation import dry_run, errands, reply_hints, rules
from inbox.automation.log import told_of
from inbox.automation.rulebook import ready_rule
from inbox.guard.rules import Hint, Weight, unresolved_hints
from inbox.http import AgentRequest
from inbox.models import Conversation, Rule, RuleApplication, RuleErrand
from inbox.models.rights import Right
from inbox.models.rule import MOST_PER_HOUR
from inbox.routing.rules.actions import Does
from inbox.routing.rules.conditions import Unreadable
from inbox.views.forms import zone_choices
from inbox.views.rules.draft import Draft
from inbox.views.rules.examples import EXAMPLES, example_called
from inbox.views.rules.lines import CLOCKS, DAYS, DOES, HOURS, JOINS, KINDS, SUBJECTS, Offers
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.text import is_uuid

PAGE = 50
_NEWEST = ("-at", "-id")


@require_safe
@right_required(Right.RULES)
def listed(request: AgentRequest) -> HttpResponse:
    """Every rule in its order, with how often it acted lately."""
    offers = Offers(request.user)
    found = list(rules.with_use(rules.visible_to(request.user)).order_by("position", "pk"))
    changed = reply_hints.changed_since(found)
    for row in found:
        row.changed_replies = changed[row.pk]  # type: ignore[attr-defined]  # for the template
        row.sentence = offers.sentence(Draft.of(row))  # type: ignore[attr-defined]  # for the template
    context = {"rules": found, "examples": EXAMPLES, "section": "rules"}
    return render(request, "inbox/rules/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.RULES)
def add(request: AgentRequest) -> HttpResponse:
    """A new rule. It is off until somebody switches it on."""
    return _edit(request, Rule())


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def edit(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One rule: its sentence, and what it would have done."""
    return _edit(request, _rule_for(request, code))


@require_POST
@agent_required
def switch(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Switch a rule on or off; on ends its pause too."""
    rules.switch(_rule_for(request, code), request.user, on=request.POST.get("on") == "1")
    return redirect("rules")


@require_POST
@agent_required
def move(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Move a rule one place up or down, or to where it was dropped: before another, or at the end."""
    rule, before = _rule_for(request, code), request.POST.get("before", "")
    if before:
        other = rules.visible_to(request.user).filter(code=before).first() if is_uuid(before) else None
        rules.place_before(rule, request.user, other)
    else:
        rules.move(rule, request.user, up=request.POST.get("to") == "up")
    return redirect(f"{reverse('rules')}#rule-{rule.code}")


@require_POST
@agent_required
def remove(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put a rule away."""
    rules.archive(_rule_for(request, code), request.user)
    messages.success(request, _("The rule is gone. What it did stays in the log."))
    return redirect("rules")


@require_safe
@agent_required
def log(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """What one rule did, newest first."""
    rule = _rule_for(request, code)
    visible = Conversation.objects.visible_to(request.user).values("pk")
    rows = RuleApplication.objects.filter(rule=rule, conversation__in=visible).exclude(did=[])
    rows = rows.select_related("conversation__identity", "conversation__account").prefetch_related("errands__webhook")
    start = cursor_values(request.GET.get("after", ""), _NEWEST)
    if start:
        rows = rows.filter(rows_after(_NEWEST, start))
    found = list(rows.defer("conversation__account__sealed_credentials").order_by(*_NEWEST)[: PAGE + 1])
    told = told_of(found)
    for row in found:
        row.words = told.get(row.pk) or [DOES[Does(kind)] for kind in row.did]  # type: ignore[attr-defined]  # for the template
    after = cursor_of(found[PAGE - 1], _NEWEST) if len(found) > PAGE else ""
    context = {"rule": rule, "rows": found[:PAGE], "after": after, "is_first": not start, "section": "rules"}
    return render(request, "inbox/rules/log.html", context)


@require_POST
@agent_required
def resend(request: AgentRequest, code: uuid.UUID, errand: uuid.UUID) -> HttpResponse:
    """Tell a webhook once more."""
    rule = _rule_for(request, code)
    visible = Conversation.objects.visible_to(request.user).values("pk")
    rows = RuleErrand.objects.filter(application__rule=rule, application__conversation__in=visible)
    if errands.again(get_object_or_404(rows.select_related("application"), code=errand), request.user):
        messages.success(request, _("The webhook is told once more."))
    return redirect("rule_log", rule.code)


def _rule_for(request: AgentRequest, code: uuid.UUID) -> Rule:
    """One that a lead may change. Whoever does not see all its accounts is told nothing of it."""
    rule = get_object_or_404(rules.visible_to(request.user), code=code)
    if not request.user.has(Right.RULES):
        raise PermissionDenied
    return rule


def _edit(request: AgentRequest, row: Rule) -> HttpResponse:
    """Show, change, try or save. Adding a line needs no script: it is a submit that saves nothing."""
    if request.method != "POST":
        example = example_called(request.GET.get("example", ""))
        draft = Draft.of(row) if row.pk else example.draft if example else Draft()
        return _form(request, row, draft, "" if row.pk is None else request.GET.get("try", ""))
    draft, order = Draft.posted(request.POST.dict()), request.POST.get("do", "save")
    if order not in ("save", "try"):
        draft.change(order)
        return _form(request, row, draft)
    wrong = _fault(draft, Offers(request.user))
    if wrong:
        return _form(request, row, draft, wrong=wrong)
    draft.fill(row)
    if order == "try":
        return _form(request, row, draft, request.POST.get("days", "7"))
    hints = reply_hints.hints_of(row)
    if unresolved_hints(hints, anyway=request.POST.getlist("anyway")):
        return _form(request, row, draft, hints=hints)
    rules.save(row, request.user)
    messages.success(request, _("Saved. The rule acts on what happens from now on.") if row.is_on else _("Saved."))
    return redirect("rule", row.code)


def _fault(draft: Draft, offers: Offers) -> str:
    """Say what is not right yet; "" where nothing is."""
    if not draft.name:
        return _("Give the rule a name.")
    if not draft.when or not draft.does:
        return _("Say when the rule looks, and what it does.")
    if not draft.has_limit:
        return _("The limit is a number from 1 to %(most)d.") % {"most": MOST_PER_HOUR}
    lines = [*offers.action_lines(draft), *_flat(offers.condition_lines(draft))]
    if any(line.widget == "select" and line.value not in dict(line.choices) for line in lines):
        return _("Choose something in every line.")
    try:
        draft.fill(Rule())
    except Unreadable:
        return _("Fill in every line: words, a number or a time. Each kind of moment can be there once.")
    return ""


def _flat(lines: Any) -> list[Any]:
    return [one for line in lines for one in (line.inside if line.join else [line])]


def _form(
    request: AgentRequest, row: Rule, draft: Draft, days: str = "", *, wrong: str = "", hints: Sequence[Hint] = ()
) -> HttpResponse:
    offers = Offers(request.user)
    context: dict[str, Any] = {
        "rule": row,
        "draft": draft,
        "wrong": wrong,
        "hints": hints,
        "is_stopped": any(hint.weight == Weight.STOP for hint in hints),
        "moments": offers.moment_lines(draft),
        "clocks": CLOCKS,
        "day_kinds": DAYS,
        "zones": zone_choices() if any(line["kind"] == Rule.Kind.CLOCK for line in draft.when) else [],
        "conditions": offers.condition_lines(draft),
        "actions": offers.action_lines(draft),
        "kinds": [(kind.value, kind.label) for kind in KINDS],
        "subjects": list(SUBJECTS.items()),
        "joins": list(JOINS.items()),
        "does": list(DOES.items()),
        "hours": HOURS,
        "examples": [] if row.pk or request.method == "POST" or "example" in request.GET else EXAMPLES,
        "sentence": offers.sentence(draft),
        "day_choices": dry_run.DAYS,
        "section": "rules",
    }
    if days in map(str, dry_run.DAYS) and (ready := ready_rule(row)) is not None:
        context["found"] = dry_run.dry_run(ready, request.user, days=int(days), after=request.GET.get("after", ""))
    return render(request, "inbox/rules/rule.html", context)

"""Who is mailed figures: leads add and end it for themselves and for colleagues."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import agent_required, right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Event, User
from inbox.models.rights import Right
from inbox.notifications.mail import can_mail
from reports.asked import Asked
from reports.mailed.forms import MailedReportForm
from reports.mailed.mail import title_of
from reports.mailed.models import MailedReport


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.FIGURES)
def mailed_reports(request: AgentRequest) -> HttpResponse:
    """What is mailed to whom, and a form for more; the address says what the figures are narrowed to."""
    nav = nav_of(request)
    asked = Asked.of(request.GET.dict(), nav)
    form = MailedReportForm(request.POST or None, initial={"reader": request.user.code})
    if request.method == "POST" and form.is_valid():
        form.instance.filters, form.instance.title = asked.filters, title_of(asked, nav)[:300]
        form.instance.by = request.user
        _add(request, form.instance)
        return redirect("mailed_reports")
    context = {
        "rows": _mine(request.user), "form": form, "asked": asked, "title": title_of(asked, nav),
        "can_mail": can_mail(), "section": "figures",
    }  # fmt: skip
    return render(request, "reports/mailed/reports.html", context)


@require_POST
@agent_required
def end(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Mail this report no more: for who has it mailed, and for who gets it."""
    report = get_object_or_404(_mine(request.user), code=code)
    with transaction.atomic():
        report.delete()
        Event.note("report_ended", actor=request.user, to=report.reader_id, now=report.every)
    messages.success(request, _("This report is mailed no more."))
    return redirect("mailed_reports" if request.user.has(Right.FIGURES) else "notification_choice")


def _add(request: AgentRequest, report: MailedReport) -> None:
    try:
        with transaction.atomic():
            report.save()
            Event.note("report_mailed", actor=request.user, to=report.reader_id, now=report.every)
    except IntegrityError:
        messages.info(request, _("This report was mailed to this colleague already."))
    else:
        messages.success(request, _("Saved. The first report comes after this week or month."))


def _mine(user: User) -> QuerySet[MailedReport]:
    """Return the reports that a lead made or reads; all of them for an admin."""
    rows = MailedReport.objects.select_related("reader", "by").annotate(sent_at=Max("sent__at")).order_by("at", "pk")
    return rows if user.is_admin else rows.filter(Q(by=user) | Q(reader=user))

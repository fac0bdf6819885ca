"""What Salesforce is written: a case for a conversation, a task for each thing in it, a lead."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from channels.platforms import platform_title
from crm.port import Activity
from crm.writing.kinds import Kind

_LONGEST_TEXT = 31_000


def case_of(activity: Activity) -> dict[str, Any]:
    """Return the fields of a new case."""
    case, customer = activity.case, activity.customer
    fields: dict[str, Any] = {
        "Subject": _("%(platform)s: conversation with %(name)s") % {
            "platform": platform_title(case.platform), "name": _called(activity),
        },
        "Origin": platform_title(case.platform),
        "SuppliedName": customer.name[:80],
    }  # fmt: skip
    fields["Subject"] = fields["Subject"][:255]
    if customer.phone:
        fields["SuppliedPhone"] = customer.phone[:40]
    return fields | changes_of(activity, has_contact=False)


def changes_of(activity: Activity, *, has_contact: bool) -> dict[str, str]:
    """Return what changes of a case that stands there: its status at closing and reopening, a contact it had not."""
    case = activity.case
    fields: dict[str, str] = {}
    if activity.person_id and not has_contact:
        fields["ContactId"] = activity.person_id
    if activity.kind == Kind.CLOSED:
        fields["Status"] = "Closed"
    elif case.was_closed and case.status != "closed":
        fields["Status"] = "Working"
    return fields


def task_of(activity: Activity, case_id: str) -> dict[str, Any]:
    """Return the fields of a task that is done: a message, an answer or a closing."""
    title = {
        Kind.RECEIVED: _("Message of %(name)s by %(platform)s"),
        Kind.SENT: _("Answer to %(name)s by %(platform)s"),
        Kind.CLOSED: _("Conversation with %(name)s by %(platform)s closed"),
    }[Kind(activity.kind)] % {"name": _called(activity), "platform": platform_title(activity.case.platform)}
    lines = [activity.text, activity.author, ", ".join(activity.case.labels), activity.case.url]
    fields: dict[str, Any] = {
        "Subject": title[:255],
        "Description": "\n\n".join(line for line in lines if line)[:_LONGEST_TEXT],
        "Status": "Completed",
        "ActivityDate": timezone.localtime(activity.at).date().isoformat(),
    }
    if case_id:
        fields["WhatId"] = case_id
    if activity.person_id:
        fields["WhoId"] = activity.person_id
    return fields


def lead_of(activity: Activity) -> dict[str, Any]:
    """Return the fields of a lead. Salesforce asks for a last name and a company."""
    customer = activity.customer
    first, _blank, last = customer.name.strip().rpartition(" ")
    called = _called(activity)
    fields = {
        "LastName": (last or called)[:80],
        "Company": called[:255],
        "LeadSource": platform_title(activity.case.platform),
        "Description": "\n\n".join(line for line in (activity.text, activity.case.url) if line)[:_LONGEST_TEXT],
    }
    if first:
        fields["FirstName"] = first[:40]
    if customer.phone:
        fields["Phone"] = customer.phone[:40]
    return fields


def _called(activity: Activity) -> str:
    customer = activity.customer
    return customer.name or (f"@{customer.handle}" if customer.handle else customer.phone) or _("Unknown")

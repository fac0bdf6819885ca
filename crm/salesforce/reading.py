"""What Salesforce is asked of somebody, and its rows in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from crm.port import Entry
from crm.reading import mapping_in, moment_of, rows_in, text_in
from crm.salesforce.soql import field_name, quoted

MOST = 20  # of each kind
_PEOPLE = 10
_CONTACT = "SELECT Id, Name, Email, Phone, MobilePhone, Account.Name FROM Contact"
_Row = Mapping[str, Any]


def contacts(condition: str) -> str:
    """Return the question for contacts that a condition fits."""
    return f"{_CONTACT} WHERE {condition} ORDER BY LastModifiedDate DESC LIMIT {_PEOPLE}"


def batch(contact: str, ours: str, version: str) -> list[dict[str, str]]:
    """Return the questions about a contact as parts of one call. Cases with our key in the field `ours` are our own."""
    who = quoted(contact)
    not_ours = f" AND {field_name(ours)} = null" if ours else ""
    asked = (
        f"{_CONTACT} WHERE Id = {who} LIMIT 1",
        f"SELECT Id, Name, Product2.Name, PurchaseDate, Price, Status FROM Asset WHERE ContactId = {who}"
        f" ORDER BY PurchaseDate DESC NULLS LAST LIMIT {MOST}",
        f"SELECT Id, CaseNumber, Subject, Reason, Status, CreatedDate FROM Case WHERE ContactId = {who}{not_ours}"
        f" ORDER BY CreatedDate DESC LIMIT {MOST}",
        "SELECT EmailMessageId, EmailMessage.Subject, EmailMessage.MessageDate, EmailMessage.Incoming,"
        f" EmailMessage.FirstOpenedDate FROM EmailMessageRelation WHERE RelationId = {who}"
        f" ORDER BY EmailMessage.MessageDate DESC LIMIT {MOST}",
        "SELECT Id, Subject, CompletedDateTime, ActivityDate, CallType, CallDurationInSeconds FROM Task"
        f" WHERE WhoId = {who} AND TaskSubtype = 'Call' ORDER BY ActivityDate DESC LIMIT {MOST}",
    )
    return [{"method": "GET", "url": f"v{version}/query?{urlencode({'q': one})}"} for one in asked]


def parts_of(answer: _Row, many: int) -> list[list[_Row] | None]:
    """Return the rows of each part, None for one that was refused: an org need not have everything."""
    results = rows_in(answer, "results", most=many)
    parts: list[list[_Row] | None] = [
        rows_in(mapping_in(one.get("result")), "records") if one.get("statusCode") == 200 else None  # noqa: PLR2004
        for one in results
    ]
    return [*parts, *[None] * (many - len(parts))]


def detail_of(row: _Row) -> str:
    """Return what tells namesakes apart."""
    account = text_in(mapping_in(row.get("Account")), "Name", 80)
    phone = text_in(row, "MobilePhone", 40) or text_in(row, "Phone", 40)
    return " · ".join(part for part in (text_in(row, "Email", 120), phone, account) if part)


def purchase(row: _Row) -> Entry:
    """Return something they bought."""
    price = row.get("Price")
    amount = (
        f"€ {price:,.2f}".translate(_DUTCH) if isinstance(price, int | float) and not isinstance(price, bool) else ""
    )
    name = text_in(row, "Name") or text_in(mapping_in(row.get("Product2")), "Name")
    detail = " · ".join(part for part in (amount, text_in(row, "Status", 60)) if part)
    return Entry(name, moment_of(row.get("PurchaseDate")), detail)


def reason(row: _Row) -> Entry:
    """Return a case: why they had contact."""
    parts = (text_in(row, "Reason", 80), text_in(row, "Status", 60), text_in(row, "CaseNumber", 30))
    return Entry(text_in(row, "Subject"), moment_of(row.get("CreatedDate")), " · ".join(part for part in parts if part))


def mail(row: _Row) -> Entry:
    """Return a mail, to them or from them."""
    told = mapping_in(row.get("EmailMessage"))
    detail = _("from the customer") if told.get("Incoming") is True else ""
    opened = moment_of(told.get("FirstOpenedDate"))
    return Entry(text_in(told, "Subject"), moment_of(told.get("MessageDate")), detail, opened_at=opened)


def call(row: _Row) -> Entry:
    """Return a call by telephone."""
    seconds = row.get("CallDurationInSeconds")
    detail = ""
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 86_400:  # noqa: PLR2004
        detail = _("%(n)d min") % {"n": max(1, round(seconds / 60))}
    at = moment_of(row.get("CompletedDateTime")) or moment_of(row.get("ActivityDate"))
    return Entry(text_in(row, "Subject"), at, detail)


_DUTCH = str.maketrans(",.", ".,")

"""Salesforce as a CRM: contacts looked up by SOQL, cases, tasks and leads upserted by an external id."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from django.conf import settings
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError, SalesforceExpiredSession

from channels.errors import STRANGE
from crm.port import Activity, CrmError, Entry, Overview, Person, Record, Terms
from crm.reading import mapping_in, rows_in, safe_address, text_in
from crm.salesforce import reading, signing_in
from crm.salesforce.records import case_of, changes_of, lead_of, task_of
from crm.salesforce.soql import field_name, one_of, spellings
from crm.writing.kinds import Kind

_T = TypeVar("_T")
# Salesforce's own codes: REST API Developer Guide, "Status Codes and Error Responses".
_PASSING = (
    "UNABLE_TO_LOCK_ROW",
    "SERVER_UNAVAILABLE",
    "REQUEST_RUNNING_TOO_LONG",
    "QUERY_TIMEOUT",
    "UNKNOWN_EXCEPTION",
)
_LIMITS = ("REQUEST_LIMIT_EXCEEDED", "CONCURRENT_REQUESTS_LIMIT_EXCEEDED")
_NO_FIELD = "external ID field does not exist"


class SalesforceCrm:
    """One org."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        """`credentials` are those of crm/connecting/salesforce_form.py; the session ends by itself."""
        self._credentials, self._session = credentials, session
        self._key = field_name(credentials["external_id"])

    def test(self) -> None:
        """See that it lets us in, that each object has the field for our key, and that contacts can be looked up.

        Raises CrmError.
        """
        for name in ("Case", "Task", "Lead") if self._makes_cases else ("Task", "Lead"):
            self._keyed(name, "none")
        asked = ["Email", "Phone", "MobilePhone"]
        if field := self._credentials.get("handle_field"):
            asked.append(field)
        nobody = " OR ".join(one_of(name, ("none",)) for name in asked)
        self._call(lambda sf: sf.query(reading.contacts(nobody)))

    def find(self, terms: Terms) -> list[Person]:
        """Return the contacts that fit any of the terms. Raises CrmError."""
        fits = []
        if terms.emails:
            fits.append(one_of("Email", terms.emails))
        if phones := [spelled for phone in terms.phones for spelled in spellings(phone)]:
            fits += [one_of(name, phones) for name in ("Phone", "MobilePhone")]
        names = [handle for platform, handle in terms.handles if platform == "x"]
        if names and (field := self._credentials.get("handle_field")):
            fits.append(one_of(field, names))
        if terms.name:
            fits.append(one_of("Name", (terms.name,)))
        if not fits:
            return []
        found = self._call(lambda sf: sf.query(reading.contacts(" OR ".join(fits))))
        return [self._person(row) for row in rows_in(mapping_in(found), "records")]

    def read(self, person_id: str) -> Overview:
        """Return what the org knows of a contact, in one call. Raises CrmError, reason "gone" where there is none."""
        ours = self._key if self._makes_cases else ""
        asked = reading.batch(person_id, ours, self._credentials["version"])
        answer = self._call(
            lambda sf: sf.restful("composite/batch", method="POST", data=json.dumps({"batchRequests": asked}))
        )
        found = reading.parts_of(mapping_in(answer), len(asked))
        if found[0] is None:
            raise CrmError("not_understood")
        if not found[0]:
            raise CrmError("gone", permanent=True)
        _who, purchases, reasons, mails, calls = found
        return Overview(
            self._person(found[0][0]),
            self._entries(purchases, reading.purchase, "Asset"),
            self._entries(reasons, reading.reason, "Case"),
            self._entries(mails, reading.mail, "EmailMessage"),
            self._entries(calls, reading.call, "Task"),
        )

    def _person(self, row: Mapping[str, Any]) -> Person:
        id = text_in(row, "Id", 18)
        return Person(id, text_in(row, "Name", 200), reading.detail_of(row), self._record("Contact", id).url)

    def _entries(
        self, rows: list[Mapping[str, Any]] | None, entry_of: Callable[[Mapping[str, Any]], Entry], name: str
    ) -> tuple[Entry, ...] | None:
        """Return rows as entries that lead to their record; None for what could not be read."""
        if rows is None:
            return None
        ids = [text_in(row, "EmailMessageId" if name == "EmailMessage" else "Id", 18) for row in rows]
        return tuple(entry_of(row)._replace(url=self._record(name, id).url) for row, id in zip(rows, ids, strict=True))

    def written(self, activity: Activity) -> Record | None:
        """Return the record with an activity's key. Raises CrmError."""
        name, key = ("Lead", activity.case.id) if activity.kind == Kind.LEAD else ("Task", activity.key)
        found = self._keyed(name, key)
        if found is None:
            return None
        case = text_in(found, "WhatId", 18)
        return self._record("Case", case) if case else self._record(name, text_in(found, "Id", 18))

    def write(self, activity: Activity) -> Record:
        """Write an activity: the conversation's case, then a task with the key; or a lead. Raises CrmError."""
        if activity.kind == Kind.LEAD:
            return self._record("Lead", self._upsert("Lead", activity.case.id, lead_of(activity)))
        case = self._case(activity) if self._makes_cases else ""
        task = self._upsert("Task", activity.key, task_of(activity, case))
        return self._record("Case", case) if case else self._record("Task", task)

    def _case(self, activity: Activity) -> str:
        """Return the id of the conversation's case. What people there made of it stays: only its status follows."""
        known = self._keyed("Case", activity.case.id)
        if known is None:
            return self._upsert("Case", activity.case.id, case_of(activity))
        if fields := changes_of(activity, has_contact=bool(text_in(known, "ContactId", 18))):
            self._upsert("Case", activity.case.id, fields)
        return text_in(known, "Id", 18)

    @property
    def _makes_cases(self) -> bool:
        return self._credentials.get("cases") != "no"

    def _keyed(self, name: str, key: str) -> Mapping[str, Any] | None:
        """Return the record of an object that has our key, None where there is none."""
        try:
            return mapping_in(self._call(lambda sf: getattr(sf, name).get_by_custom_id(self._key, key)))
        except CrmError as error:
            if error.reason != "missing":
                raise
            return None

    def _upsert(self, name: str, key: str, fields: Mapping[str, Any]) -> str:
        """Make or change the record with our key; return its id."""
        address = f"{self._key}/{quote(key, safe='')}"
        answer: requests.Response = self._call(
            lambda sf: getattr(sf, name).upsert(address, dict(fields), raw_response=True)
        )
        # A change is answered with nothing before version 46.
        found = mapping_in(answer.json()) if answer.content else mapping_in(self._keyed(name, key))
        return text_in(found, "id", 18) or text_in(found, "Id", 18)

    def _record(self, name: str, id: str) -> Record:
        """Return a record with its page. The address is that of who signed in: `login` has no records."""
        base = settings.SALESFORCE_BASE or f"https://{signing_in.host(self._credentials)}"
        return Record(id, safe_address(f"{base}/lightning/r/{name}/{quote(id, safe='')}/view") if id else "")

    def _call(self, ask: Callable[[Salesforce], _T]) -> _T:
        """Ask something; with a new token where the kept one is refused. Raises CrmError."""
        for is_last in (False, True):
            try:
                return ask(signing_in.client(self._credentials, self._session))
            except SalesforceExpiredSession:
                signing_in.forget(self._credentials)
                if is_last:
                    raise CrmError("access") from None
            except SalesforceAuthenticationFailed as error:
                raise CrmError("access", detail=str(error.auth_message)) from None
            except SalesforceError as error:
                raise _told(error) from None
            except STRANGE:
                raise CrmError("not_understood") from None
        raise CrmError("access")


def _told(error: SalesforceError) -> CrmError:
    """Return a refusal of Salesforce as one of ours."""
    first: Any = error.content[0] if isinstance(error.content, list) and error.content else {}
    code, said = text_in(mapping_in(first), "errorCode", 60), text_in(mapping_in(first), "message")
    detail = ": ".join(part for part in (code, said) if part)
    if error.status >= 500 or code in _PASSING:  # noqa: PLR2004
        return CrmError("disturbance", detail=detail)
    if code in _LIMITS:
        return CrmError("limit", detail=detail)
    if error.status == 403:  # noqa: PLR2004
        return CrmError("access", detail=detail)
    if error.status == 404:  # noqa: PLR2004
        return CrmError("field" if _NO_FIELD in said else "missing", permanent=True, detail=detail)
    return CrmError("refused", permanent=True, detail=detail)

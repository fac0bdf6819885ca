"""The org's records, in memory: made, changed, upserted by external id, and found by SOQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.ids import digits
from sandbox.salesforce import soql
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.objects import EXTERNAL_ID, OBJECTS, Object

_MOST = 2000  # records of one answer


class Org:
    """All records by object and id."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in OBJECTS}
        self.made = 0

    def object(self, name: str) -> Object:
        """Return an object. Raises SalesforceError NOT_FOUND."""
        found = OBJECTS.get(name)
        if found is None:
            raise not_found()
        return found

    def put(self, name: str, **values: Any) -> str:
        """Put a record there as it is, for what the org begins with; return its id."""
        kind = OBJECTS[name]
        with self.lock:
            self.made += 1
            id = f"{kind.prefix}5g{digits(name, str(self.made), length=10)}AAA"
            row = {"Id": id, "CreatedDate": self.moment(), "LastModifiedDate": self.moment(), **values}
            self.records[name][id] = row
        return id

    def create(self, name: str, given: Mapping[str, Any]) -> str:
        """Make a record; return its id. Raises SalesforceError for what Salesforce refuses."""
        kind = self.object(name)
        values = self._checked(kind, given)
        missing = [one for one in kind.required if not values.get(one)]
        if missing:
            said = f"Required fields are missing: [{', '.join(missing)}]"
            raise SalesforceError(400, "REQUIRED_FIELD_MISSING", said, fields=tuple(missing))
        with self.lock:
            return self.put(name, **self._defaults(name) | values)

    def update(self, name: str, id: str, given: Mapping[str, Any]) -> None:
        """Change a record. Raises SalesforceError."""
        values = self._checked(self.object(name), given)
        with self.lock:
            row = self.get(name, id)
            row |= values | {"LastModifiedDate": self.moment()}
            if name == "Case":
                row["IsClosed"] = row.get("Status") == "Closed"

    def get(self, name: str, id: str) -> dict[str, Any]:
        """Return a record. Raises SalesforceError NOT_FOUND."""
        found = self.records[self.object(name).name].get(id)
        if found is None:
            raise not_found()
        return found

    def by_external(self, name: str, field: str, value: str) -> dict[str, Any] | None:
        """Return the record with an external id. Raises SalesforceError for a field that is none, and for several."""
        kind = self.object(name)
        if not kind.external or field.lower() != kind.external.lower():
            said = f"Provided external ID field does not exist or is not accessible: {field}"
            raise SalesforceError(404, "NOT_FOUND", said)
        found = [row for row in self.records[name].values() if str(row.get(EXTERNAL_ID) or "").lower() == value.lower()]
        if len(found) > 1:
            raise SalesforceError(300, "MULTIPLE_CHOICES", "More than one record has this external id")
        return found[0] if found else None

    def upsert(self, name: str, field: str, value: str, given: Mapping[str, Any]) -> tuple[str, bool]:
        """Make or change the record with an external id; return its id, and whether it is new."""
        if {key.lower() for key in given} & {"id", field.lower()}:
            said = f"The {field} field should not be specified in the sobject data."
            raise SalesforceError(400, "INVALID_FIELD", said)
        with self.lock:
            found = self.by_external(name, field, value)
            if found is not None:
                self.update(name, found["Id"], given)
                return str(found["Id"]), False
            id = self.create(name, given)
            self.records[name][id][EXTERNAL_ID] = value
            return id, True

    def query(self, text: str) -> list[dict[str, Any]]:
        """Return what a query finds, as its answer has it. Raises SalesforceError."""
        query = soql.parse(text)
        kind = next((one for one in OBJECTS.values() if one.name.lower() == query.source.lower()), None)
        if kind is None:
            said = f"sObject type '{query.source}' is not supported."
            raise SalesforceError(400, "INVALID_TYPE", said)
        for name in (*query.fields, *query.named):
            self._path(kind, name)
        with self.lock:
            rows = list(self.records[kind.name].values())
            if query.test is not None:
                test = query.test
                rows = [row for row in rows if test(lambda name, row=row: self._value(kind, row, name))]  # type: ignore[misc]
            for name, down in reversed(query.order):
                known = [row for row in rows if self._value(kind, row, name) is not None]
                unknown = [row for row in rows if self._value(kind, row, name) is None]
                known.sort(key=lambda row, name=name: self._value(kind, row, name), reverse=down)  # type: ignore[misc]
                rows = known + unknown
            rows = rows[: _MOST if query.limit is None else query.limit]
            return [self._shown(kind, row, query.fields) for row in rows]

    def moment(self) -> str:
        """Now, as Salesforce writes it."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def _checked(self, kind: Object, given: Mapping[str, Any]) -> dict[str, Any]:
        values = {}
        for name, value in given.items():
            known = kind.field(name)
            if known is None or known in ("Id", "CreatedDate", "LastModifiedDate", "IsClosed", "CaseNumber"):
                said = f"No such column '{name}' on sobject of type {kind.name}"
                raise SalesforceError(400, "INVALID_FIELD", said)
            values[known] = value
        for name, allowed in kind.choices:
            if values.get(name) is not None and values[name] not in allowed:
                said = f"{name}: bad value for restricted picklist field: {values[name]}"
                raise SalesforceError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", said, fields=(name,))
        for name, longest in kind.longest:
            if isinstance(values.get(name), str) and len(values[name]) > longest:
                said = f"{name}: data value too large: {values[name][:40]} (max length={longest})"
                raise SalesforceError(400, "STRING_TOO_LONG", said, fields=(name,))
        for name in ("WhoId", "WhatId", "ContactId"):
            if values.get(name) and not any(values[name] in rows for rows in self.records.values()):
                said = f"{name}: id value of incorrect type: {values[name]}"
                raise SalesforceError(400, "MALFORMED_ID", said, fields=(name,))
        return values

    def _defaults(self, name: str) -> dict[str, Any]:
        if name == "Case":
            return {"Status": "New", "IsClosed": False, "CaseNumber": f"{1000 + len(self.records['Case']):08d}"}
        return {"Status": "Not Started"} if name == "Task" else {}

    def _path(self, kind: Object, name: str) -> tuple[str, str | None]:
        """Return the field that holds it, and the field of the parent. Raises SalesforceError INVALID_FIELD."""
        first, _dot, rest = name.partition(".")
        held = kind.parent(first) if rest else kind.field(first)
        if held is None:
            said = f"No such column '{name}' on entity '{kind.name}'."
            raise SalesforceError(400, "INVALID_FIELD", said)
        return held, rest or None

    def _value(self, kind: Object, row: Mapping[str, Any], name: str) -> Any:
        held, rest = self._path(kind, name)
        if rest is None:
            return row.get(held)
        parent = next((rows[row[held]] for rows in self.records.values() if row.get(held) in rows), {})
        return next((value for key, value in parent.items() if key.lower() == rest.lower()), None)

    def _shown(self, kind: Object, row: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
        shown: dict[str, Any] = {"attributes": {"type": kind.name, "url": f"/sobjects/{kind.name}/{row['Id']}"}}
        for name in names:
            first, _dot, rest = name.partition(".")
            if rest:
                shown.setdefault(first, {})[rest] = self._value(kind, row, name)
            else:
                shown[kind.field(name) or name] = self._value(kind, row, name)
        return shown

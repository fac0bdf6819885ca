"""The objects of the org: their fields, what is required, and which choices are restricted."""

from __future__ import annotations

from dataclasses import dataclass

EXTERNAL_ID = "Webcare_Id__c"
_SYSTEM = ("Id", "CreatedDate", "LastModifiedDate")


@dataclass(frozen=True)
class Object:
    """One kind of record. Field names are without regard to case, as Salesforce's."""

    name: str
    prefix: str  # of its ids
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    external: str = ""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parents: tuple[tuple[str, str], ...] = ()  # relationship and the field that holds its id
    longest: tuple[tuple[str, int], ...] = ()

    def field(self, name: str) -> str | None:
        """Return a field as it is written, None where there is none."""
        return next((one for one in (*_SYSTEM, *self.fields) if one.lower() == name.lower()), None)

    def parent(self, name: str) -> str | None:
        """Return which field holds the id of a relationship."""
        return next((held for one, held in self.parents if one.lower() == name.lower()), None)


OBJECTS = {
    one.name: one
    for one in (
        Object("Account", "001", ("Name",), ("Name",)),
        Object(
            "Contact", "003",
            ("AccountId", "FirstName", "LastName", "Name", "Email", "Phone", "MobilePhone", "X_Handle__c"),
            ("LastName",), parents=(("Account", "AccountId"),),
        ),
        Object(
            "Case", "500",
            ("CaseNumber", "Subject", "Description", "Status", "Origin", "Reason", "ContactId", "SuppliedName",
             "SuppliedPhone", "IsClosed", EXTERNAL_ID),
            external=EXTERNAL_ID,
            choices=(("Status", ("New", "Working", "Escalated", "Closed")),),
            longest=(("Subject", 255), ("SuppliedName", 80), ("SuppliedPhone", 40), ("Description", 32_000)),
        ),
        Object(
            "Task", "00T",
            ("Subject", "Description", "Status", "Priority", "ActivityDate", "CompletedDateTime", "TaskSubtype",
             "CallType", "CallDurationInSeconds", "WhoId", "WhatId", EXTERNAL_ID),
            external=EXTERNAL_ID,
            choices=(("Status", ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred")),),
            longest=(("Subject", 255), ("Description", 32_000)),
        ),
        Object(
            "Lead", "00Q",
            ("FirstName", "LastName", "Name", "Company", "Phone", "LeadSource", "Status", "Description", EXTERNAL_ID),
            ("LastName", "Company"), EXTERNAL_ID,
            longest=(("LastName", 80), ("Company", 255), ("Phone", 40), ("Description", 32_000)),
        ),
        Object("Product2", "01t", ("Name",), ("Name",)),
        Object(
            "Asset", "02i", ("Name", "ContactId", "Product2Id", "PurchaseDate", "Price", "Status"), ("Name",),
            parents=(("Product2", "Product2Id"),),
        ),
        Object(
            "EmailMessage", "02s",
            ("Subject", "MessageDate", "FromAddress", "ToAddress", "Incoming", "IsOpened", "FirstOpenedDate"),
        ),
        Object(
            "EmailMessageRelation", "0Mz", ("EmailMessageId", "RelationId", "RelationType"),
            parents=(("EmailMessage", "EmailMessageId"),),
        ),
    )
}  # fmt: skip

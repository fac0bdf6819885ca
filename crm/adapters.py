"""Which CRM is connected: its adapter is loaded when it is first asked something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from channels.downloads import guarded_session
from channels.secrets import CredentialsUnreadable, unseal
from crm.connecting.models import Connection
from crm.port import Crm, CrmError


@contextmanager
def reach(connection: Connection, seconds: float) -> Iterator[Crm]:
    """Give the connected CRM, for so many seconds at most. Raises CrmError, from its calls too."""
    try:
        credentials = unseal(connection.sealed)
    except CredentialsUnreadable:
        raise CrmError("unreadable") from None
    if connection.brand == Connection.Brand.SALESFORCE:
        # simple-salesforce takes some memory: only where a Salesforce is connected.
        from crm.salesforce.adapter import SalesforceCrm  # noqa: PLC0415
        from crm.salesforce.session import SalesforceSession  # noqa: PLC0415

        with guarded_session(seconds, SalesforceSession(seconds)) as (session, _over):
            yield SalesforceCrm(credentials, session)
        return
    from crm.webhook.adapter import WebhookCrm  # noqa: PLC0415

    yield WebhookCrm(credentials, seconds)

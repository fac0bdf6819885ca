"""The connector of one account: its platform's, with its own credentials."""

from __future__ import annotations

from channels.base import Connector
from channels.models import Account
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable


def connector_for(account: Account) -> Connector:
    """Return a connector for one account, with its credentials decrypted. For one task, one thread.

    Raises CredentialsUnreadable where they cannot be decrypted, and for accounts of practice and removed ones: whatever
    still remembers one (a file to fetch, an answer to look for) asks its platform nothing.
    """
    if account.practice_id is not None:
        raise CredentialsUnreadable("A practice account has no platform.")
    if account.removed_at:
        raise CredentialsUnreadable("The account was removed.")
    return connector_class(account.platform)(
        external_id=account.external_id, handle=account.handle, credentials=account.credentials
    )

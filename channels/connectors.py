"""Connectors: of a platform, and of one account."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

from channels.base import Connector
from channels.platforms import PLATFORMS
from channels.secrets import CredentialsUnreadable

if TYPE_CHECKING:
    from channels.models import Account


@cache
def connector_class(platform: str) -> type[Connector]:
    """Return the connector class of a platform. Raises KeyError for a platform that does not exist."""
    loaded: type[Connector] = import_string(PLATFORMS[platform].connector)
    return loaded


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

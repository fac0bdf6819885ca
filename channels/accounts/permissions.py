"""Which permissions an account lacks for what it is to do, as far as its platform told at the last look."""

from __future__ import annotations

from channels.models import Account, Checkup
from channels.platforms import connector_class


def lacking_to_publish(account: Account, checkup: Checkup | None = None) -> tuple[str, ...]:
    """Return the permissions that posts of our own need and that were not granted; none where nobody can tell.

    `checkup` is the last look, where it is at hand.
    """
    wanted = connector_class(account.platform).publish_scopes
    if not wanted:
        return ()
    found = checkup or Checkup.objects.filter(account_id=account.pk).first()
    if found is None or found.scopes is None:
        return ()
    return tuple(scope for scope in wanted if scope not in found.scopes)

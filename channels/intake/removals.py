"""What was deleted at the platform disappears here: stored posts are looked up again at night, for thirty days.

X's developer policy asks for it, and tells by webhook about our own posts only. Open and recent threads are looked at
every quarter of an hour (channels/intake/checkups.py); this is for the rest, within the account's budget.
"""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import datetime, timedelta

from django.utils import timezone

from channels.accounts import spending
from channels.base import Connector
from channels.connectors import connector_for
from channels.errors import ChannelError
from channels.intake.checkups import REMOVALS_REACH
from channels.models import Account, Reading
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable
from inbox.ingest.receive import receive
from inbox.models import Message

log = logging.getLogger(__name__)

REACH = timedelta(days=30)
MOST = 1000  # a night; where there are more, the next night goes on
AT_ONCE = 100


def look(account_id: int, now: datetime | None = None) -> int:
    """Look stored posts up again and take in what became of them; return how many were asked for."""
    now = now or timezone.now()
    account = Account.objects.connected().filter(pk=account_id, needs_reauth_at=None).first()
    if account is None or connector_class(account.platform).check_removed is Connector.check_removed:
        return 0
    ids, asked = _ids(account, now), 0
    try:
        with closing(connector_for(account)) as connector:
            for start in range(0, len(ids), AT_ONCE):
                if spending.is_over(account, now):
                    break
                some = ids[start : start + AT_ONCE]
                receive(account, list(connector.check_removed(some)))
                asked += len(some)
                Reading.objects.create(account=account, stream=spending.LOOKUP, items=len(some), is_known=True)
    except (ChannelError, CredentialsUnreadable) as error:
        log.warning("Posts of %s could not be looked up: %s", account, type(error).__name__)
    return asked


def _ids(account: Account, now: datetime) -> list[str]:
    stored = (
        Message.objects.filter(account=account, direction__in=["inbound", "context"], visibility="public")
        .filter(removed_at=None, sent_at__gte=now - REACH, external_id__isnull=False)
        .exclude(conversation__status="open")
        .exclude(conversation__last_message_at__gte=now - REMOVALS_REACH)
        .order_by("sent_at", "pk")
    )
    count = stored.count()
    first = 0 if count <= MOST else timezone.localdate(now).toordinal() * MOST % count
    return [str(known) for known in stored.values_list("external_id", flat=True)[first : first + MOST]]

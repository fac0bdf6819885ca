"""The connected CRM: connected, tested, told what to get, switched and disconnected."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from channels.secrets import seal
from crm.adapters import reach
from crm.connecting.models import Connection
from crm.port import CrmError
from crm.writing.models import Write
from inbox.models import Event, User
from webcare.lib.on_commit import after_commit

TEST_SECONDS = 8.0
_UNUSED, _REMEMBERED = "webcare:crm:unused", 600  # seconds


def current() -> Connection | None:
    """Return the connected CRM, also one that is switched off."""
    return Connection.objects.filter(removed_at=None).first()


def is_known_unused() -> bool:
    """Whether nothing is written to any CRM, as far as is remembered; asked of the database now and then."""
    known = cache.get(_UNUSED)
    if known is None:
        known = not Connection.objects.filter(is_on=True, removed_at=None).exists()
        if known:
            cache.add(_UNUSED, True, _REMEMBERED)  # who connects one meanwhile has said so
    return bool(known)


def _remember_used() -> None:
    after_commit(cache.set, _UNUSED, False, _REMEMBERED)


@transaction.atomic
def connect(brand: str, host: str, credentials: Mapping[str, str], by: User) -> Connection:
    """Connect a CRM, or give the one of this brand other credentials. Nothing is written yet: that is ticked after."""
    _remember_used()
    row = Connection.objects.select_for_update().filter(removed_at=None).first()
    if row is not None and row.brand == brand:
        row.host, row.sealed, row.failing_since = host[:255], seal(credentials), None
        row.save(update_fields=["host", "sealed", "failing_since"])
        Event.note("crm_renewed", actor=by, crm=row.pk)
        return row
    if row is not None:
        disconnect(row, by)
    row = Connection.objects.create(brand=brand, host=host[:255], sealed=seal(credentials), made_by=by)
    Event.note("crm_connected", actor=by, crm=row.pk, called=row.title)
    return row


@transaction.atomic
def change(
    row: Connection,
    by: User,
    *,
    writes: Collection[str],
    with_words: bool,
    accounts: Collection[int] | None,
    teams: Collection[int] | None,
) -> None:
    """Choose what is written from now on, and of which accounts and teams."""
    row.writes, row.with_words = sorted(writes), with_words
    row.accounts, row.teams = _sorted(accounts), _sorted(teams)
    row.save(update_fields=["writes", "with_words", "accounts", "teams"])
    Event.note("crm_changed", actor=by, crm=row.pk)


@transaction.atomic
def switch(row: Connection, by: User, *, on: bool) -> None:
    """Switch it on or off. What waits is listed as not written, and can be sent when it is on again."""
    if not Connection.objects.filter(pk=row.pk, is_on=not on).update(is_on=on, failing_since=None):
        return
    if on:
        _remember_used()
    else:
        _give_up(row, "off")
    Event.note("crm_on" if on else "crm_off", actor=by, crm=row.pk)


@transaction.atomic
def disconnect(row: Connection, by: User) -> None:
    """Forget its credentials, and tell it nothing any more. What stands there stays there."""
    if Connection.objects.filter(pk=row.pk, removed_at=None).update(removed_at=timezone.now(), sealed=""):
        _give_up(row, "disconnected")
        Event.note("crm_disconnected", actor=by, crm=row.pk)


def test(row: Connection) -> CrmError | None:
    """Ask it whether all is well; return what is not."""
    try:
        with reach(row, TEST_SECONDS) as crm:
            crm.test()
    except CrmError as error:
        return error
    Connection.objects.filter(pk=row.pk, failing_since__isnull=False).update(failing_since=None)
    return None


def _give_up(row: Connection, reason: str) -> None:
    row.ledger.filter(state=Write.State.WAITING).update(state=Write.State.FAILED, reason=reason)


def _sorted(chosen: Collection[int] | None) -> list[int] | None:
    return None if chosen is None else sorted(chosen)

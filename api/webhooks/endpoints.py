"""Endpoints: added, changed, given a new secret, switched off and put away."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from api.webhooks.models import TEST, Endpoint, Telling
from channels.secrets import seal, unseal
from inbox.automation.webhooks import new_secret
from inbox.models import Event, User
from webcare.lib.enqueue import enqueue

OLD_SECRET = timedelta(days=1)  # how long the former secret signs too
_State = Telling.State


def within_reach_of(by: User) -> QuerySet[Endpoint]:
    """Return the endpoints in use that somebody looks after: of accounts they read, each of them.

    Who does not see a closed team looks after their own alone, and none that sends words: others tell that team's too.
    """
    found = Endpoint.objects.filter(archived_at=None)
    if by.closed_teams:
        found = found.filter(with_words=False, made_by=by)
    if by.reads_all_accounts:
        return found
    accounts = list(by.readable_accounts().order_by().values_list("pk", flat=True))
    return found.filter(accounts__isnull=False, accounts__contained_by=accounts)


def tellings_shown_to(row: Endpoint, by: User) -> QuerySet[Telling]:
    """Return what an endpoint was told, as far as somebody may know of it: nothing of teams closed to them.

    A conversation may have moved there since, or while the endpoint did not answer.
    """
    return row.tellings.exclude(conversation__team__in=by.closed_teams)


@transaction.atomic
def add(
    name: str, url: str, by: User, *, kinds: Collection[str], accounts: Collection[int] | None, with_words: bool
) -> Endpoint:
    """Add an endpoint with a secret of its own. The address itself may be a secret: it is in no log."""
    row = Endpoint.objects.create(
        name=name, sealed_url=seal({"url": url}), host=(urlsplit(url).hostname or "")[:255],
        sealed_secret=new_secret(), kinds=sorted(kinds), accounts=_sorted(accounts), with_words=with_words,
        had_words=with_words, made_by=by,
    )  # fmt: skip
    Event.note("endpoint_added", actor=by, endpoint=row.pk, called=name)
    return row


@transaction.atomic
def change(
    row: Endpoint, by: User, *, name: str, kinds: Collection[str], accounts: Collection[int] | None, with_words: bool
) -> None:
    """Change what an endpoint is told of."""
    row.had_words = row.had_words or row.with_words or with_words
    row.name, row.kinds, row.accounts, row.with_words = name, sorted(kinds), _sorted(accounts), with_words
    row.save(update_fields=["name", "kinds", "accounts", "with_words", "had_words"])
    Event.note("endpoint_changed", actor=by, endpoint=row.pk, called=row.name)


@transaction.atomic
def switch(row: Endpoint, by: User | None, *, on: bool) -> None:
    """Switch an endpoint on or off; without somebody, it was silent for too long. What waits is given up with it."""
    gave_up = timezone.now() if not on and by is None else None
    changed = Endpoint.objects.filter(pk=row.pk, is_on=not on)
    if not changed.update(is_on=on, gave_up_at=gave_up, failing_since=None):
        return
    if not on:
        Telling.objects.filter(endpoint=row, state=_State.WAITING).update(state=_State.FAILED, reason="off")
    Event.note(
        "endpoint_on" if on else "endpoint_off" if by else "endpoint_gave_up", actor=by, endpoint=row.pk,
        called=row.name,
    )  # fmt: skip


@transaction.atomic
def renew_secret(row: Endpoint, by: User) -> None:
    """Give an endpoint a new secret. For a day the former one signs too, so that its owner can change over."""
    row.sealed_old_secret, row.sealed_secret = row.sealed_secret, new_secret()
    row.old_until = timezone.now() + OLD_SECRET
    row.save(update_fields=["sealed_old_secret", "sealed_secret", "old_until"])
    Event.note("endpoint_secret_renewed", actor=by, endpoint=row.pk, called=row.name)


@transaction.atomic
def remove(row: Endpoint, by: User) -> None:
    """Put an endpoint away: it is told nothing any more."""
    switch(row, by, on=False)
    if Endpoint.objects.filter(pk=row.pk, archived_at=None).update(archived_at=timezone.now()):
        Event.note("endpoint_removed", actor=by, endpoint=row.pk, called=row.name)


def test(row: Endpoint) -> Telling:
    """Tell an endpoint that it is being tested."""
    telling = Telling.objects.create(endpoint=row, kind=TEST)
    enqueue("api.tasks.tell", telling.pk)
    return telling


@transaction.atomic
def replay(row: Endpoint, by: User, telling: Telling | None = None) -> int:
    """Tell one thing once more, or all that was given up, of what they see; return how many.

    Each carries its former id.
    """
    again = tellings_shown_to(row, by).filter(endpoint__is_on=True).exclude(state=_State.WAITING)
    again = again.filter(pk=telling.pk) if telling else again.filter(state=_State.FAILED)
    # Of many changes of one conversation one is told, and then it says how the conversation is now.
    waiting = Telling.objects.filter(endpoint=row, kind="conversation.updated", state=_State.WAITING)
    again = again.exclude(kind="conversation.updated", conversation__in=waiting.values("conversation"))
    found = list(again.order_by("-at", "-pk").values_list("pk", "kind", "conversation"))
    seen: dict[tuple[str, int | None, int], int] = {}
    for pk, kind, conversation in found:
        seen.setdefault((kind, conversation, 0 if kind == "conversation.updated" else pk), pk)
    n = Telling.objects.filter(pk__in=seen.values()).update(state=_State.WAITING, tries=0, due_at=timezone.now())
    if n:
        Event.note("endpoint_replayed", actor=by, endpoint=row.pk, called=row.name, n=n)
    return n


def secrets_of(row: Endpoint) -> Iterator[str]:
    """Yield the secrets that sign now, the new one first. Raises channels.secrets.CredentialsUnreadable."""
    yield unseal(row.sealed_secret)["secret"]
    if row.sealed_old_secret and row.old_until and row.old_until > timezone.now():
        yield unseal(row.sealed_old_secret)["secret"]


def url_of(row: Endpoint) -> str:
    """Return the address. Raises channels.secrets.CredentialsUnreadable."""
    return unseal(row.sealed_url)["url"]


def _sorted(accounts: Collection[int] | None) -> list[int] | None:
    return None if accounts is None else sorted(accounts)

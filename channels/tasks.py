"""Celery's way in: each task finds its rows and calls one function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial

from celery import shared_task

from channels.accounts import concurrency, renewing, templates
from channels.accounts.oauth import attempts
from channels.intake import (
    attachments,
    chat_mail,
    chats,
    checkups,
    comparing,
    deliveries,
    ledger,
    polling,
    profiles,
    removals,
    thread_context,
)
from channels.models import Account, Stream
from inbox.ingest import redaction
from inbox.models import Attachment, Message

LONGEST_READING = 50  # seconds; less than a claim lasts (deliveries.LOCK)
SOON = 10  # seconds after which a wake-up is worth nothing: beat has sent another


@shared_task(acks_late=True, ignore_result=True)
def poll_due() -> None:
    """Hand out the streams that are due."""
    for stream_id in polling.due():
        poll_stream.apply_async((stream_id,), expires=SOON)


@shared_task(acks_late=True, ignore_result=True)
def poll_stream(stream_id: int) -> None:
    """Poll one stream."""
    account_id = Stream.objects.values_list("account_id", flat=True).filter(pk=stream_id).first()
    if account_id is not None:
        concurrency.polling.run(stream_id, partial(polling.poll, stream_id), account_id)


@shared_task(acks_late=True, ignore_result=True)
def take_in_chat(account_id: int) -> None:
    """Take in what was written in a chat."""
    chats.take_in(account_id)


@shared_task(acks_late=True, ignore_result=True)
def mail_chat(account_id: int) -> None:
    """Mail what visitors of a chat did not see. Its mail server may hang."""
    send = partial(chat_mail.send_due, account_id)
    concurrency.errands.run((chat_mail.send_due, account_id), send, account_id)


@shared_task(acks_late=True, ignore_result=True)
def read_deliveries() -> None:
    """Hand out the deliveries nobody was woken for, and those that wait for another try."""
    due = deliveries.due()
    alone = deliveries.to_be_read_alone(due)
    if len(alone) < len(due):
        read_waiting.apply_async(kwargs={"oldest_first": True}, expires=SOON)
    for delivery_id in alone:
        read_delivery.apply_async((delivery_id,), expires=SOON)
    for delivery_id, account_id in deliveries.due_look_ups():
        look_up.apply_async((delivery_id, account_id), expires=SOON)


@shared_task(acks_late=True, ignore_result=True, time_limit=LONGEST_READING)
def read_delivery(delivery_id: int) -> None:
    """Read one delivery, and those that wait beside it. Whoever hangs in it is ended from outside."""
    deliveries.read(delivery_id)


@shared_task(acks_late=True, ignore_result=True, time_limit=LONGEST_READING)
def read_waiting(*, oldest_first: bool = False) -> None:
    """Read what waits, until nothing does."""
    if deliveries.read_waiting(oldest_first=oldest_first):
        read_waiting.apply_async(kwargs={"oldest_first": oldest_first}, expires=SOON)


@shared_task(acks_late=True, ignore_result=True)
def look_up(delivery_id: int, account_id: int) -> None:
    """Ask an account's platform for what a delivery only points at."""
    look = partial(deliveries.look_up, delivery_id, account_id)
    concurrency.errands.run((deliveries.look_up, delivery_id, account_id), look, account_id)


@shared_task(acks_late=True, ignore_result=True)
def load_contexts(message_ids: list[int] | None = None) -> None:
    """Load what stood before these messages; without ids, before all that still want it."""
    rows = Message.objects.filter(pk__in=thread_context.due() if message_ids is None else message_ids)
    _run_errands(thread_context.load, rows.values_list("account_id", "pk"))


@shared_task(acks_late=True, ignore_result=True)
def fetch_attachments(attachment_ids: list[int] | None = None) -> None:
    """Fetch these files; without ids, all that are due."""
    rows = Attachment.objects.filter(pk__in=attachments.due() if attachment_ids is None else attachment_ids)
    _run_errands(attachments.fetch, rows.order_by("pk").values_list("message__account_id", "pk"))


def _run_errands(do: Callable[[list[int]], object], rows: Iterable[tuple[int, int]]) -> None:
    """Work on rows (account, id) by account: one that hangs delays no other."""
    ids = defaultdict(list)
    for account_id, pk in rows:
        ids[account_id].append(pk)
    for account_id, mine in ids.items():
        concurrency.errands.run((do, *mine), partial(do, mine), account_id)


@shared_task(acks_late=True, ignore_result=True)
def load_profiles(account_id: int, external_ids: list[str]) -> None:
    """Ask who these people are."""
    key = (profiles.load, account_id, *external_ids)
    concurrency.errands.run(key, partial(profiles.load, account_id, external_ids), account_id)


@shared_task(acks_late=True, ignore_result=True)
def check_accounts() -> None:
    """Hand out the accounts to check."""
    for account_id in Account.objects.connected().values_list("pk", flat=True):
        check_account.apply_async((account_id,), expires=600)


@shared_task(acks_late=True, ignore_result=True)
def check_account(account_id: int) -> None:
    """Check one account's access, webhooks and removed posts."""
    check = partial(checkups.check_account, account_id)
    concurrency.errands.run((checkups.check_account, account_id), check, account_id)


@shared_task(acks_late=True, ignore_result=True)
def renew_accesses() -> None:
    """Hand out the accounts whose access ends soon and can be renewed."""
    for account_id in renewing.due():
        renew_access.apply_async((account_id,), expires=60)
    for account_id in renewing.due_again():
        renew_access.apply_async((account_id,), {"again": True}, expires=60)


@shared_task(acks_late=True, ignore_result=True)
def renew_access(account_id: int, *, again: bool = False) -> None:
    """Renew one account's access; `again` where it was lost before our app changed."""
    renewing.renew(account_id, again=again)


@shared_task(acks_late=True, ignore_result=True)
def renew_again(_kind: str) -> None:
    """Do nothing: `renew_accesses` does it."""
    # Web processes of before 0.1.0 still ask for it during an upgrade. Take it out in the release after 0.1.0.


@shared_task(acks_late=True, ignore_result=True)
def compare_accounts() -> None:
    """Hand out the accounts to lay beside their platform."""
    for account_id in comparing.due():
        compare_account.apply_async((account_id,), expires=1200)


@shared_task(acks_late=True, ignore_result=True)
def compare_account(account_id: int) -> None:
    """Fetch and count what an account's platform had in the last day and we did not; look up what may be gone."""
    compare = partial(comparing.compare, account_id)
    concurrency.errands.run((comparing.compare, account_id), compare, account_id)
    concurrency.errands.run((removals.look, account_id), partial(removals.look, account_id), account_id)


@shared_task(acks_late=True, ignore_result=True)
def fetch_templates(account_id: int) -> None:
    """Ask which templates an account has."""
    concurrency.errands.run((templates.fetch, account_id), partial(templates.fetch, account_id), account_id)


@shared_task(acks_late=True, ignore_result=True)
def purge_deliveries() -> None:
    """Delete what was read long ago, who visited long ago, and the words of what was removed lately."""
    deliveries.purge()
    ledger.forget_old()
    attempts.forget_old()
    chats.forget_old()
    redaction.redact_due()


@shared_task(acks_late=True, ignore_result=True)
def redact(account_id: int, external_ids: list[str]) -> None:
    """Take the words of removed messages out of what was kept of them."""
    redaction.redact(account_id, external_ids)

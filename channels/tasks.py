"""Celery's way in: each task finds its rows and calls one function."""

from __future__ import annotations

from celery import shared_task

from channels import attachments, contexts, deliveries, message_templates, polling, profiles
from channels.models import Account

SOON = 10  # seconds after which a wake-up is worth nothing: beat has sent another


@shared_task(acks_late=True, ignore_result=True)
def poll_due() -> None:
    """Hand out the streams that are due."""
    for stream_id in polling.due():
        poll_stream.apply_async((stream_id,), expires=SOON)


@shared_task(acks_late=True, ignore_result=True)
def poll_stream(stream_id: int) -> None:
    """Poll one stream."""
    polling.poll(stream_id)


@shared_task(acks_late=True, ignore_result=True)
def read_deliveries() -> None:
    """Read the deliveries whose own task was lost, or that wait for another try."""
    for delivery_id in deliveries.waiting():
        deliveries.read(delivery_id)


@shared_task(acks_late=True, ignore_result=True)
def read_delivery(delivery_id: int) -> None:
    """Read one delivery."""
    deliveries.read(delivery_id)


@shared_task(acks_late=True, ignore_result=True)
def load_contexts(message_ids: list[int] | None = None) -> None:
    """Load what stood before these messages; without ids, before all that still want it."""
    contexts.load(contexts.wanted() if message_ids is None else message_ids)


@shared_task(acks_late=True, ignore_result=True)
def fetch_attachments(attachment_ids: list[int] | None = None) -> None:
    """Fetch these files; without ids, all that are due."""
    attachments.fetch(attachments.due() if attachment_ids is None else attachment_ids)


@shared_task(acks_late=True, ignore_result=True)
def load_profiles(account_id: int, external_ids: list[str]) -> None:
    """Ask who these people are."""
    profiles.load(account_id, external_ids)


@shared_task(acks_late=True, ignore_result=True)
def check_accounts() -> None:
    """Hand out the accounts to check."""
    for account_id in Account.objects.connected().values_list("pk", flat=True):
        check_account.apply_async((account_id,), expires=600)


@shared_task(acks_late=True, ignore_result=True)
def check_account(account_id: int) -> None:
    """Check one account's access, webhooks and removed posts."""
    polling.check_account(account_id)


@shared_task(acks_late=True, ignore_result=True)
def fetch_templates(account_id: int) -> None:
    """Ask which templates an account has."""
    message_templates.fetch(account_id)


@shared_task(acks_late=True, ignore_result=True)
def purge_deliveries() -> None:
    """Delete what was read long ago."""
    deliveries.purge()

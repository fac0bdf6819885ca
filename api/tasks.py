"""Celery's way in to what the API does by itself."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from api.tokens import calls
from api.webhooks import sending
from channels.accounts import concurrency


@shared_task(acks_late=True, ignore_result=True)
def tell(telling_id: int) -> None:
    """Tell an endpoint of something."""
    concurrency.telling.run((sending.tell, telling_id), partial(sending.tell, telling_id))


@shared_task(acks_late=True, ignore_result=True)
def sweep_tellings() -> None:
    """Hand out what endpoints are to be told."""
    for telling_id in sending.due():
        tell.apply_async((telling_id,), expires=10)


@shared_task(acks_late=True, ignore_result=True)
def forget() -> None:
    """Delete calls and tellings that were kept long enough."""
    calls.forget()
    sending.forget()

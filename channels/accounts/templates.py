"""The messages a platform approved beforehand: asked for by a task, kept in a table, so that no page waits for it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from channels.accounts import health
from channels.base import Connector
from channels.connectors import connector_for
from channels.errors import ChannelError, NeedsReauth
from channels.models import Account, MessageTemplate
from channels.secrets import CredentialsUnreadable
from channels.types import Route, Template
from webcare.lib.enqueue import enqueue

# What a newer answer replaces.
_TAKEN = ("status", "category", "header", "body", "footer", "buttons", "gaps", "named", "unfit")


def has_templates(account: Account) -> bool:
    """Whether this account's platform knows templates at all."""
    return Route.TEMPLATE in account.capabilities.routes


def request_refresh(account: Account) -> None:
    """Let a worker ask for the templates, after the commit; does nothing where there are none."""
    if has_templates(account):
        enqueue("channels.tasks.fetch_templates", account.pk)  # without a broker the next check of the account does it


def fetch(account_id: int) -> None:
    """Ask the platform for one account's templates and keep them; a failure is written on the account's row."""
    account = Account.objects.connected().filter(pk=account_id).first()
    if account is None or not has_templates(account):
        return
    try:
        with contextlib.closing(connector_for(account)) as connector:
            refresh(account, connector)
    except CredentialsUnreadable as error:
        health.note_failure(account, NeedsReauth(str(error)))
    except ChannelError as error:
        health.note_failure(account, error)


def refresh(account: Account, connector: Connector) -> None:
    """Ask through a connector that is open already, and keep what it answers. Raises what connectors raise."""
    if has_templates(account):
        replace_templates(account, connector.templates())


@transaction.atomic
def replace_templates(account: Account, found: Sequence[Template]) -> None:
    """Put these in place of what we held; what is no longer there is forgotten."""
    now = timezone.now()
    single = {(template.name, template.language): template for template in found}
    rows = [
        MessageTemplate(account=account, fetched_at=now, **_columns(template)) for _, template in sorted(single.items())
    ]
    MessageTemplate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "name", "language"],
        update_fields=[*_TAKEN, "fetched_at"],
    )
    MessageTemplate.objects.filter(account=account, fetched_at__lt=now).delete()
    Account.objects.filter(pk=account.pk).update(templates_at=now)
    account.templates_at = now


def _columns(template: Template) -> dict[str, Any]:
    columns = {name: getattr(template, name) for name in ("name", "language", *_TAKEN)}
    return columns | {name: [asdict(part) for part in columns[name]] for name in ("buttons", "gaps")}

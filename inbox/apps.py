"""The app the team works in."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.management.base import CommandError
from django.core.signals import request_finished
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate

from webcare.lib import masks

# Before the first release the migrations became one each, twice. A database that has one of these has other tables.
_OF_BEFORE = {("inbox", "0002_row_versions_and_append_only_log"), ("inbox", "0002_queue_counts")}


class InboxConfig(AppConfig):
    """Conversations, messages and people."""

    name = "inbox"

    def ready(self) -> None:
        """Every start of Webcare migrates first: that is where the demo's people are shown the door."""
        pre_migrate.connect(_refuse_what_was_before, sender=self)
        post_migrate.connect(_retire_demo_people, sender=self)
        from allauth.account.signals import authentication_step_completed  # noqa: PLC0415
        from allauth.mfa.models import Authenticator  # noqa: PLC0415
        from allauth.mfa.signals import authentication_failed, authenticator_removed  # noqa: PLC0415

        from inbox.notifications.push import subscriptions  # noqa: PLC0415
        from inbox.routing import seen  # noqa: PLC0415
        from inbox.sessions import note_begin, note_proof  # noqa: PLC0415  models are loaded by now
        from inbox.team import second_factor  # noqa: PLC0415

        request_finished.connect(masks.forget)
        user_logged_in.connect(note_begin)
        authentication_step_completed.connect(note_proof)
        post_save.connect(second_factor.note_saved, sender=Authenticator)
        post_delete.connect(second_factor.note_deleted, sender=Authenticator)
        authenticator_removed.connect(second_factor.note_removed)
        authentication_failed.connect(second_factor.note_failed)
        user_logged_in.connect(seen.begin)
        user_logged_out.connect(seen.end)
        user_logged_in.connect(subscriptions.forget_others)
        user_logged_out.connect(subscriptions.forget_browser)


def _refuse_what_was_before(using: str, **_others: Any) -> None:
    if not _OF_BEFORE.isdisjoint(MigrationRecorder(connections[using]).applied_migrations()):
        raise CommandError("This database was made by an earlier version. Remove a demo's data with: make reset")


def _retire_demo_people(apps: Apps = apps, **_others: Any) -> None:
    from inbox.models import User  # noqa: PLC0415  models are loaded by now, not when this module is
    from inbox.team.members import retire_demo_people  # noqa: PLC0415

    try:
        migrated = apps.get_model("inbox", "User")._meta.concrete_fields
    except LookupError:
        return
    # Migrated to an earlier point only: today's model does not fit the table.
    if {field.name for field in User._meta.concrete_fields} <= {field.name for field in migrated}:
        retire_demo_people()

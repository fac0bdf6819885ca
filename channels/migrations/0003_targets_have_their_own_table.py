"""Accounts' response targets moved to a table of the inbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """A column less."""

    dependencies: ClassVar = [("channels", "0002_initial"), ("inbox", "0007_response_targets")]

    operations: ClassVar = [migrations.RemoveField(model_name="account", name="response_target")]

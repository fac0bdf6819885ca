"""How many conversations stand in each queue, kept as signed changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class QueueCount(models.Model):
    """So many conversations more, or fewer, count for something. The number is the sum of all rows of a kind.

    Triggers append rows when conversations and labels change; nobody waits for anybody. A task folds them.
    Why so: docs/decisions/0009-counts-kept-as-changes.md
    """

    class Kind(models.TextChoices):
        """What is counted. `of_id` says of whom or of what; 0 where that says nothing."""

        OPEN = "open"
        SNOOZED = "snoozed"
        HOLDER = "holder"  # open ones of a person; of 0: unassigned
        TEAM = "team"  # open ones of a team
        LABEL = "label"  # open ones with a label
        ANSWERED = "answered"  # open, and the customer's turn
        WINDOW = "window"  # open, somebody waits, and the window closes in this hour since 1970
        DUE = "due"  # open, and the customer should have an answer in this hour since 1970
        FAILED = "failed"  # with an answer that did not leave, closed ones too

    # Without a constraint and an index of its own: triggers write it at every message.
    account = models.ForeignKey(
        "channels.Account", on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    of_id = models.BigIntegerField(default=0)
    # Whose work they are; 0 for no team. Who may not look into a team counts without it.
    team_id = models.BigIntegerField(default=0)
    n = models.IntegerField()

    class Meta:
        indexes: ClassVar = [
            # the navigation's one statement, and folding
            models.Index(fields=["account", "kind", "of_id", "team_id"], include=["n"], name="queue_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.n:+d} {self.kind} {self.of_id} of account {self.account_id}"

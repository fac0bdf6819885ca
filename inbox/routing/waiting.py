"""Says that a team which divides its work has something to divide."""

from __future__ import annotations

from collections.abc import Collection

from webcare.lib.enqueue import enqueue
from webcare.lib.statements import fetch

_TO_DIVIDE = """
SELECT 1 FROM inbox_conversation c JOIN inbox_team t ON t.id = c.team_id
WHERE c.id = ANY(%s::bigint[]) AND c.assignee_id IS NULL AND c.status = 'open' AND t.dividing <> 'off' LIMIT 1
"""


def tell_waiting(conversation_ids: Collection[int]) -> None:
    """Have a worker divide the work after the commit, where any of these waits to be divided. Beat looks too."""
    if conversation_ids and fetch(_TO_DIVIDE, [list(conversation_ids)]):
        enqueue("inbox.tasks.divide_work")

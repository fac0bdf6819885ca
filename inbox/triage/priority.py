"""How urgent a conversation is, from 0 to 100: who can read it, how many, how they feel, and how long they have waited.

    25  public, since everyone can read it; 5 private
  + up to 25 for followers: none under 10, 5 more for each ten times as many, full from a million
  + 25 angry, 15 annoyed, 5 happy or neutral, 5 where nobody knows; a complaint counts as annoyed at least
  + or − 30 where a rule says high or low; these four together are from 0 to 75
  + up to 25 for the share of the response target that is used up, in steps of 5 so that rows stay calm

Nobody waiting or not open: 0. The inbox says the same on hover (`explanation_of`).
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.utils.translation import gettext as _

# Of a conversation `o` and its identity `i`. `told` is what has its newest wait, due time and mood.
# What it is without the wait: a target may depend on this.
STANDING = """least(greatest(o.urgency + CASE o.visibility WHEN 'public' THEN 25 ELSE 5 END
        + CASE WHEN coalesce(i.followers, 0) < 10 THEN 0 ELSE least(5 * (floor(log(i.followers))::int - 1), 25) END
        + CASE WHEN {told}.mood = 'angry' THEN 25 WHEN {told}.mood = 'annoyed' OR o.is_complaint THEN 15 ELSE 5 END,
        0), 75)"""
# The first mark stands at four fifths of the target, so that closed hours between count for nothing near the end.
POINTS = f"""CASE WHEN o.status <> 'open' OR {{told}}.waiting_since IS NULL THEN 0 ELSE
        {STANDING} + CASE WHEN now() >= {{told}}.due_at THEN 25 WHEN now() >= {{told}}.due_marks[1] THEN 20
            WHEN {{told}}.due_marks[1] > {{told}}.waiting_since THEN least(greatest(5 * floor(
                4 * extract(epoch FROM now() - {{told}}.waiting_since)
                / extract(epoch FROM {{told}}.due_marks[1] - {{told}}.waiting_since))::int, 0), 15)
            ELSE 0 END
    END"""

# Only rows whose rank changes are locked: agents and ingest wait for none of the others.
_RANK = f"""
UPDATE inbox_conversation c SET priority = ranked.priority
FROM (
    SELECT o.id, {POINTS.format(told="o")} AS priority
    FROM inbox_conversation o JOIN inbox_identity i ON i.id = o.identity_id
    WHERE ({{which}}) AND o.priority IS DISTINCT FROM {POINTS.format(told="o")}
    ORDER BY o.id FOR NO KEY UPDATE OF o
) ranked
WHERE c.id = ranked.id
"""  # noqa: S608  our own words


def rank(conversation_ids: Collection[int]) -> int:
    """Give these conversations their rank; return how many changed."""
    return _rank("o.id = ANY(%s)", [sorted(conversation_ids)]) if conversation_ids else 0


def rank_open() -> int:
    """Rank every open conversation anew, and unrank those that no longer wait."""
    return _rank("o.status = 'open' OR o.priority > 0", [])


def explanation_of() -> str:
    """What the rank is made of, for the page."""
    return _(
        "Priority, 0 to 100: public 25 or private 5, followers up to 25, mood (angry 25, annoyed or a complaint 15, "
        "else 5), 30 more or less where a rule says high or low, and up to 25 for the share of the response "
        "target that is used up."
    )


def _rank(which: str, values: list[list[int]]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RANK.format(which=which), values)
        return int(cursor.rowcount)

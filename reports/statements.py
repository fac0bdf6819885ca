"""Statements that count a source's rows: from the sums by day, from those by person too, or from the rows themselves.

Each of the three answers the same questions in the same columns.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

EXACT = 32  # amounts below it are their own bucket
# Above, a bucket is five hundredths wide, and holds its amounts.
BUCKET = f"CASE WHEN amount < {EXACT} THEN amount::int ELSE floor(20 * ln(amount::float8))::int END"
# Of one person or label there are few a day: all amounts that are not their own bucket stand in this one.
ONE_BUCKET = f"least(amount, {EXACT})::int"

_DAY = "(at AT TIME ZONE %(zone)s)::date"
# So many days are one point of a line, counted from the scope's first.
_STEP = "(({} - %(from_day)s::date) / %(step)s::int)"
MANY = 1_000_000  # more than there are steps
# What counts can be split by: the column of the sums ("" where rows are counted), and that of the rows. Numbers alone:
# there are millions of rows, and `Source._key` tells what each stands for.
SPLITS = {
    "": ("NULL::bigint", "NULL::bigint"), "account": ("account_id", "account"), "team": ("team_id", "team"),
    "channel": ("{channel_of_sum}", "{channel}"), "person": ("person_id", "person"), "label": ("label_id", "label"),
    "day": ("day", _DAY),
    "step": (_STEP.format("day"), _STEP.format(_DAY)),
    "channel step": (
        f"({{channel_of_sum}} * {MANY} + {_STEP.format('day')})", f"({{channel}} * {MANY} + {_STEP.format(_DAY)})",
    ),
}  # fmt: skip
# A conversation counts under each of its labels.
LABELLED = "SELECT labelled.*, l.label_id AS label FROM ({rows}) AS labelled"
LABELLED += " JOIN inbox_conversationlabel l ON l.conversation_id = labelled.conversation"

_WITHIN = """source = %(source)s AND day BETWEEN %(first)s AND %(last)s
    AND NOT day = ANY(%(stale)s::date[]) AND (%(every)s OR account_id = ANY(%(accounts)s))
    AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
    AND (%(team)s::bigint IS NULL OR team_id = %(team)s)"""
_OF_SUMS = f"FROM reports_rollup WHERE {_WITHIN}"
_OF_PEOPLE = f"""FROM reports_personrollup WHERE {_WITHIN}
    AND (%(person)s::bigint IS NULL OR person_id = %(person)s)"""
_OF_LABELS = f"""FROM reports_labelrollup WHERE {_WITHIN}
    AND (%(label)s::bigint IS NULL OR label_id = %(label)s)"""
# Those of some buckets, each of what it is split by.
_ASKED = "(coalesce({{split}}::text, ''), {bucket}) IN (SELECT * FROM unnest(%(keys)s::text[], %(buckets)s::int[]))"


class Statements(NamedTuple):
    """Three questions: how many of each kind and bucket, the total of large amounts, and those of some buckets."""

    counts: str
    totals: str
    amounts: str


ROWS = Statements(
    f"SELECT {{split}}, kind, {BUCKET}, count(*) FROM ({{rows}}) AS counted GROUP BY 1, 2, 3",  # noqa: S608  constants
    f"""SELECT {{split}}, sum(amount)::bigint FROM ({{rows}}) AS counted
WHERE amount >= {EXACT} AND {{only}} GROUP BY 1""",  # noqa: S608  constants
    f"""SELECT {{split}}, {BUCKET}, array_agg(amount::int) FROM ({{rows}}) AS counted
WHERE {{only}} AND {BUCKET} = ANY(%(buckets)s) AND {_ASKED.format(bucket=BUCKET)} GROUP BY 1, 2""",  # noqa: S608  constants
)
SUMS = Statements(
    f"SELECT {{split}}, kind, bucket, sum(n)::bigint {_OF_SUMS} GROUP BY 1, 2, 3",  # noqa: S608  constants
    f"""SELECT {{split}}, sum(amount)::bigint FROM (
    SELECT *, unnest(amounts) AS amount {_OF_SUMS} AND {{only}}) AS kept GROUP BY 1""",  # noqa: S608  constants
    f"""SELECT {{split}}, bucket, array_agg(amount) FROM (
    SELECT *, unnest(amounts) AS amount {_OF_SUMS} AND bucket = ANY(%(buckets)s) AND amounts IS NOT NULL AND {{only}}
        AND {_ASKED.format(bucket="bucket")}) AS kept GROUP BY 1, 2""",  # noqa: S608  constants
)


def _of_one_bucket(of: str) -> Statements:
    """Return the statements that ask sums whose large amounts stand together."""
    return Statements(
        f"""SELECT {{split}}, kind, bucket, sum(n)::bigint {of} AND bucket < {EXACT} GROUP BY 1, 2, 3
    UNION ALL SELECT {{split}}, kind, {BUCKET}, count(*) FROM (
        SELECT *, unnest(amounts) AS amount {of} AND amounts IS NOT NULL) AS kept GROUP BY 1, 2, 3""",  # noqa: S608
        f"""SELECT {{split}}, sum(amount)::bigint FROM (
        SELECT *, unnest(amounts) AS amount {of} AND amounts IS NOT NULL AND {{only}}) AS kept GROUP BY 1""",  # noqa: S608
        f"""SELECT {{split}}, {BUCKET}, array_agg(amount) FROM (
        SELECT *, unnest(amounts) AS amount {of} AND amounts IS NOT NULL AND {{only}}) AS kept
    WHERE {BUCKET} = ANY(%(buckets)s) AND {_ASKED.format(bucket=BUCKET)} GROUP BY 1, 2""",  # noqa: S608  constants
    )


PEOPLE, LABELS = _of_one_bucket(_OF_PEOPLE), _of_one_bucket(_OF_LABELS)


def one_of(kinds: Collection[str]) -> str:
    """Return a condition in SQL that a row is of one of these kinds; any, where none is named."""
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})" if kinds else "true"

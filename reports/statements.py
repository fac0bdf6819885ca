"""Statements that count a source's rows: from sums of days and months, or from the rows themselves.

Both give the same columns: what is counted apart (`key`), the kind, how many, their total, and their amounts in order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

_EPOCH = "DATE '2000-01-01'"
_DAY = "(at AT TIME ZONE %(zone)s)::date"
# So many days are one point of a line, counted from the scope's first.
_STEP = "(({} - %(from_day)s::date) / %(step)s::int)"
MANY = 1_000_000  # more than there are steps
# What counts can be split by: the column of the sums, and that of the rows. Numbers alone: there are millions of rows,
# and `Source._key` tells what each stands for.
SPLITS = {
    "": ("NULL::bigint", "NULL::bigint"), "account": ("account_id", "account"), "team": ("team_id", "team"),
    "channel": ("{channel_of_sum}", "{channel}"), "person": ("person_id", "person"), "label": ("label_id", "label"),
    "day": (f"(day - {_EPOCH})", f"({_DAY} - {_EPOCH})"),
    "step": (_STEP.format("day"), _STEP.format(_DAY)),
    "channel step": (
        f"({{channel_of_sum}} * {MANY} + {_STEP.format('day')})", f"({{channel}} * {MANY} + {_STEP.format(_DAY)})",
    ),
}  # fmt: skip
BY_DAY = frozenset({"day", "step", "channel step"})  # splits that sums of months do not know

_KEPT = """SELECT {{split}} AS key, kind, n, total, amounts FROM {table}
    WHERE source = %(source)s AND {when} AND (%(every)s OR account_id = ANY(%(accounts)s))
        AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
        AND (%(team)s::bigint IS NULL OR team_id = %(team)s){more}"""


def _kept(table: str, more: str = "") -> str:
    days, months = "NOT is_month AND day = ANY(%(days)s::date[])", "is_month AND day = ANY(%(months)s::date[])"
    return " UNION ALL ".join(_KEPT.format(table=table, when=when, more=more) for when in (days, months))


OF_ALL = _kept("reports_sum")
OF_PEOPLE = _kept("reports_personsum", " AND (%(person)s::bigint IS NULL OR person_id = %(person)s)")
OF_LABELS = _kept("reports_labelsum", " AND (%(label)s::bigint IS NULL OR label_id = %(label)s)")
OF_ROWS = """SELECT {split} AS key, kind, 1 AS n, amount AS total, ARRAY[amount::int] AS amounts
    FROM ({rows}) AS counted"""
# A conversation counts under each of its labels.
LABELLED = "SELECT labelled.*, l.label_id AS label FROM ({rows}) AS labelled"
LABELLED += " JOIN inbox_conversationlabel l ON l.conversation_id = labelled.conversation"

COUNTS = "SELECT key, kind, sum(n)::bigint, sum(total)::bigint FROM ({found}) AS found GROUP BY 1, 2"
# A guess where the percentiles lie, of every so manieth sum. It decides how much is read, not what is found.
MARKS = """SELECT percentile_disc(%(guesses)s::float8[]) WITHIN GROUP (ORDER BY amount) FROM (
    SELECT amounts, row_number() OVER () AS number FROM ({found}) AS found) AS numbered, unnest(amounts) AS amount
WHERE number %% %(one_in)s = 0"""
# Long arrays are kept packed: each is unpacked once, not at each look.
_UNPACKED = "SELECT key, kind, amounts || ARRAY[]::int[] AS amounts FROM ({found}) AS packed OFFSET 0"
# How many amounts are no larger than each mark: of an array in order that is looked up, not counted.
RANKS = f"SELECT key, kind, ARRAY[{{ranks}}] FROM ({_UNPACKED}) AS found GROUP BY 1, 2"  # noqa: S608  constants
_RANK = "sum(width_bucket({}, amounts))"
NO_KEY = -1 << 60  # stands for no key, which equals nothing in SQL
# The amounts above the lower and up to the upper mark, of some keys.
AMOUNTS = f"""SELECT key, low, high, array_agg(amount) FROM (
    SELECT found.key, low, high, unnest(amounts[width_bucket(low, amounts) + 1 : width_bucket(high, amounts)]) AS amount
    FROM ({_UNPACKED}) AS found JOIN unnest(%(keys)s::bigint[], %(lows)s::int[], %(highs)s::int[])
        AS asked (key, low, high) ON asked.key = coalesce(found.key, {NO_KEY})
    WHERE {{only}}) AS one GROUP BY 1, 2, 3"""  # noqa: S608  constants


def ranks_of(marks: Sequence[int]) -> str:
    """Return the columns of RANKS."""
    return ", ".join(_RANK.format(int(mark)) for mark in marks)


def one_of(kinds: Collection[str]) -> str:
    """Return a condition in SQL that a row is of one of these kinds; any, where none is named."""
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})" if kinds else "true"

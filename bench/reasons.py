"""Why a line misses its bar, as far as it was looked into: printed below the table, for lines that do."""

from __future__ import annotations

from collections.abc import Mapping

from bench.compare import Line

# By how a line's name begins.
REASONS: Mapping[str, str] = {
    "list, full page, vs django-helpdesk": (
        "the peer answers with 25 rows as JSON, 12 KB, of a fifth of what ours holds; ours is the page itself"
    ),
    "list, full page, vs bare": "nine statements, a session, a person and counts, where the view has one statement",
    "slowest: /inbox/?queue=closed": "of those that are closed none fits, and all are looked through by their time",
    "list,": "the counts take 1.1 ms of PostgreSQL beside 0.7: more labels, hours and notifications are counted",
    "conversation, pane": "seventeen statements are a quarter of it, the composer a fifth; the rest is spread thin",
    "conversation, full page": "the pane and the whole list in one page",
    "live updates": "twelve statements, a quarter of its time the counts alone, where the view has one statement",
    "search": "of two common words, messages are read until 25 have both; a third of the page is drawing its results",
    "webhooks accepted": "what comes in during a commit waits for the next, and pages share the interpreter",
    "stored webhooks": "one account's are read batch after batch: 1.4 to 1.9 ms of a core each, half of it Python",
    "backlog": "one account's are read batch after batch: 1.4 to 1.9 ms of a core each, half of it Python",
    "live stream": "each browser's stream looks at its clock and its end with each event, where the floor only sends",
    "all channels connected": "more is open, rows show subjects and more channels, and the CRM is told of each message",
    "memory of an idle connection": "the person and a queue of each browser are held beside the connection",
    "first page": "it renders the rows, filters and counts that a warm process keeps: both are short",
    "slowest: /figures/": "figures until today count today from the rows: right after filling it has the most of them",
    "the lead's page": "a third of it is counting who waits by team, channel and six conditions, the rest is Python",
    "figures": "all figures of two periods: medians read exact amounts, the lines of a year 60,000 counts",
    "ingest of new posts vs helpdesk": "a post is threaded, counted, searched and announced; its words take a third",
}


def reason_of(line: Line) -> str:
    """Return why a line misses its bar; "" for one that does not."""
    if line.holds is not False:
        return ""
    return next((reason for name, reason in REASONS.items() if line.name.startswith(name)), "not looked into")

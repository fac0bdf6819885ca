"""Trigger `reference_changed`: each process keeps the promise page by the version of what hardly changes."""

from __future__ import annotations

from inbox.migrations._reference_version import follow

PROMISE_PAGE = follow("reports_promisepage")
PROMISE_PAGE_BACK = "DROP TRIGGER reference_changed ON reports_promisepage;"

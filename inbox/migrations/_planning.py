"""Settings of single tables that PostgreSQL plans and cleans by."""

from __future__ import annotations

# Finer statistics: searches would be planned blindly.
_WORDS = "ALTER TABLE inbox_message ALTER COLUMN words SET STATISTICS 1000;"
# Open conversations are counted from their index alone where their rows were vacuumed. By itself PostgreSQL waits until
# a fifth of the table changed, and of a million the open ones are a twentieth.
_CONVERSATIONS = "ALTER TABLE inbox_conversation SET (autovacuum_vacuum_scale_factor = 0.01);"
# Rows come and go all the time: what is gone is cleared away before there is much of it.
_COUNTS = """
ALTER TABLE inbox_queuecount SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
"""

PLANNING = _WORDS + _CONVERSATIONS + _COUNTS

"""Two promises the database keeps by itself: row versions for the live catch-up, and an event log nobody rewrites."""

from __future__ import annotations

from django.db import migrations

VERSION = """
CREATE FUNCTION inbox_conversation_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := (pg_current_xact_id()::text)::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER conversation_version BEFORE INSERT OR UPDATE ON inbox_conversation
    FOR EACH ROW EXECUTE FUNCTION inbox_conversation_version();
"""

APPEND_ONLY = """
CREATE FUNCTION inbox_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'inbox_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON inbox_event
    FOR EACH ROW EXECUTE FUNCTION inbox_event_append_only();
"""


class Migration(migrations.Migration):
    """Triggers; both can be taken back."""

    dependencies = [("inbox", "0001_initial")]

    operations = [
        migrations.RunSQL(
            VERSION,
            "DROP TRIGGER conversation_version ON inbox_conversation; DROP FUNCTION inbox_conversation_version();",
        ),
        migrations.RunSQL(
            APPEND_ONLY, "DROP TRIGGER event_append_only ON inbox_event; DROP FUNCTION inbox_event_append_only();"
        ),
    ]

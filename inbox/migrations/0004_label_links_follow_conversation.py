"""A label's list is one index scan because its links carry the conversation's time; a trigger keeps it true."""

from __future__ import annotations

from django.db import migrations

FOLLOW = """
CREATE FUNCTION inbox_label_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inbox_conversationlabel SET last_message_at = NEW.last_message_at WHERE conversation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER label_follows AFTER UPDATE OF last_message_at ON inbox_conversation
    FOR EACH ROW WHEN (OLD.last_message_at IS DISTINCT FROM NEW.last_message_at) EXECUTE FUNCTION inbox_label_follows();
"""

STATISTICS = "ALTER TABLE inbox_message ALTER COLUMN words SET STATISTICS 1000;"


class Migration(migrations.Migration):
    """A trigger, and finer statistics for search."""

    dependencies = [("inbox", "0003_teams_writing_and_search")]

    operations = [
        migrations.RunSQL(
            FOLLOW, "DROP TRIGGER label_follows ON inbox_conversation; DROP FUNCTION inbox_label_follows();"
        ),
        migrations.RunSQL(STATISTICS, "ALTER TABLE inbox_message ALTER COLUMN words SET STATISTICS -1;"),
    ]

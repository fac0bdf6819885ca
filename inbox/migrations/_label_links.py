"""Trigger `label_follows`: a label's links carry their conversation's time, so a label's list is one index scan."""

from __future__ import annotations

LABEL_LINKS = """
CREATE FUNCTION inbox_label_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inbox_conversationlabel SET last_message_at = NEW.last_message_at WHERE conversation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER label_follows AFTER UPDATE OF last_message_at ON inbox_conversation
    FOR EACH ROW WHEN (OLD.last_message_at IS DISTINCT FROM NEW.last_message_at) EXECUTE FUNCTION inbox_label_follows();
"""
LABEL_LINKS_BACK = """
DROP TRIGGER label_follows ON inbox_conversation;
DROP FUNCTION inbox_label_follows();
"""

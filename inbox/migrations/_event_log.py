"""Trigger `event_append_only`: nobody rewrites the event log. It has two doors.

A practice account takes its log along. Where a conversation was erased, something may be taken out of an event's data,
and nothing else.
"""

from __future__ import annotations

EVENT_LOG = """
CREATE FUNCTION inbox_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM channels_account a WHERE a.id = OLD.account_id AND a.practice_id IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.data @> NEW.data AND to_jsonb(OLD) - 'data' = to_jsonb(NEW) - 'data'
        AND EXISTS (SELECT FROM inbox_conversation c WHERE c.id = OLD.conversation_id AND c.erased_at IS NOT NULL)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'inbox_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON inbox_event
    FOR EACH ROW EXECUTE FUNCTION inbox_event_append_only();
"""
EVENT_LOG_BACK = """
DROP TRIGGER event_append_only ON inbox_event;
DROP FUNCTION inbox_event_append_only();
"""

"""The log's second door: where a conversation was erased, something may be taken out of an event, and nothing else.

The first one stays: a practice account takes its log along.
"""

from __future__ import annotations

_LOG = """
CREATE OR REPLACE FUNCTION inbox_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM channels_account a WHERE a.id = OLD.account_id AND a.practice_id IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;
    {but}
    RAISE EXCEPTION 'inbox_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
_ERASED = """IF TG_OP = 'UPDATE' AND OLD.data @> NEW.data AND to_jsonb(OLD) - 'data' = to_jsonb(NEW) - 'data'
        AND EXISTS (SELECT FROM inbox_conversation c WHERE c.id = OLD.conversation_id AND c.erased_at IS NOT NULL)
    THEN
        RETURN NEW;
    END IF;"""

DOOR, DOOR_BACK = _LOG.replace("{but}", _ERASED), _LOG.replace("{but}", "")

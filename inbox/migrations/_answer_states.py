"""Trigger `state_change_is_declared`: the database refuses every other change of an answer's state.

inbox/models/answer_state.py declares the same ones.
"""

from __future__ import annotations

ANSWER_STATES = """
CREATE FUNCTION inbox_state_change_is_declared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> '' AND NEW.state <> ALL (CASE OLD.state
        WHEN 'approval' THEN ARRAY['queued', 'cancelled']
        WHEN 'queued' THEN ARRAY['sending', 'retry', 'held', 'failed', 'cancelled', 'sent']
        WHEN 'sending' THEN ARRAY['sent', 'retry', 'unknown', 'failed']
        WHEN 'retry' THEN ARRAY['sending', 'queued', 'held', 'failed', 'cancelled', 'sent']
        WHEN 'unknown' THEN ARRAY['sent', 'retry', 'queued', 'failed', 'cancelled']
        WHEN 'held' THEN ARRAY['queued', 'failed', 'cancelled', 'sent']
        WHEN 'failed' THEN ARRAY['queued', 'cancelled', 'sent']
        WHEN 'cancelled' THEN ARRAY['sent']
        WHEN 'sent' THEN ARRAY['failed']
        ELSE ARRAY[]::text[] END)
    THEN
        RAISE EXCEPTION 'an answer does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER state_change_is_declared BEFORE UPDATE OF state ON inbox_message
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION inbox_state_change_is_declared();
"""
ANSWER_STATES_BACK = """
DROP TRIGGER state_change_is_declared ON inbox_message;
DROP FUNCTION inbox_state_change_is_declared();
"""

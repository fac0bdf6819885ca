"""What the database keeps by itself, each with the statement that takes it back."""

from __future__ import annotations

# The version of a row, for the live catch-up.
ROW_VERSION = """
CREATE FUNCTION inbox_conversation_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := (pg_current_xact_id()::text)::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER conversation_version BEFORE INSERT OR UPDATE ON inbox_conversation
    FOR EACH ROW EXECUTE FUNCTION inbox_conversation_version();
"""

# Nobody rewrites the event log.
APPEND_ONLY = """
CREATE FUNCTION inbox_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'inbox_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON inbox_event
    FOR EACH ROW EXECUTE FUNCTION inbox_event_append_only();
"""

# A label's list is one index scan because its links carry the conversation's time.
LABELS_FOLLOW = """
CREATE FUNCTION inbox_label_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inbox_conversationlabel SET last_message_at = NEW.last_message_at WHERE conversation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER label_follows AFTER UPDATE OF last_message_at ON inbox_conversation
    FOR EACH ROW WHEN (OLD.last_message_at IS DISTINCT FROM NEW.last_message_at) EXECUTE FUNCTION inbox_label_follows();
"""

# A version of what hardly changes (teams, labels, colleagues, settings), so that processes read it once. The table has
# no model: only triggers write it.
REFERENCE_VERSION = """
CREATE TABLE inbox_referenceversion (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    version uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO inbox_referenceversion DEFAULT VALUES;

CREATE FUNCTION inbox_reference_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Random, so that a version that was rolled back never names other rows.
    UPDATE inbox_referenceversion SET version = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON inbox_team
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON inbox_label
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON inbox_organisation
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
-- Signing in writes last_login only, which changes nothing here.
CREATE TRIGGER reference_changed AFTER INSERT OR DELETE
    OR UPDATE OF first_name, last_name, email, is_active, code ON inbox_user
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""

REFERENCE_VERSION_BACK = """
DROP TRIGGER reference_changed ON inbox_team;
DROP TRIGGER reference_changed ON inbox_label;
DROP TRIGGER reference_changed ON inbox_organisation;
DROP TRIGGER reference_changed ON inbox_user;
DROP FUNCTION inbox_reference_changed();
DROP TABLE inbox_referenceversion;
"""

# The database refuses every change of an answer's state that inbox/models/answer_state.py does not declare.
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

TRIGGERS = [
    (
        ROW_VERSION,
        "DROP TRIGGER conversation_version ON inbox_conversation; DROP FUNCTION inbox_conversation_version();",
    ),
    (APPEND_ONLY, "DROP TRIGGER event_append_only ON inbox_event; DROP FUNCTION inbox_event_append_only();"),
    (LABELS_FOLLOW, "DROP TRIGGER label_follows ON inbox_conversation; DROP FUNCTION inbox_label_follows();"),
    (REFERENCE_VERSION, REFERENCE_VERSION_BACK),
    (
        ANSWER_STATES,
        "DROP TRIGGER state_change_is_declared ON inbox_message; DROP FUNCTION inbox_state_change_is_declared();",
    ),
]

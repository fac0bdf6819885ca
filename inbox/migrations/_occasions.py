"""What sets rules off: triggers note it in the transaction in which it happens, and only where a rule asks for it.

`message_arrives`, `message_turns_out_to_be_for_us`, `conversation_changes` and `labels_change`. A rule that acts names
itself and the rules before it in `webcare.rules`, for its transaction alone. In practice no rule acts.
"""

from __future__ import annotations

_NOTE = """
CREATE FUNCTION inbox_note_occasion(in_conversation bigint, of_message bigint, called text, happened text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    causes bigint[] := string_to_array(nullif(current_setting('webcare.rules', true), ''), ',')::bigint[];
BEGIN
    -- Three rules in a row have set each other off: enough.
    IF coalesce(array_length(causes, 1), 0) >= 3 OR NOT EXISTS (
        SELECT FROM inbox_rule r WHERE r.is_on AND r.paused_at IS NULL AND r.archived_at IS NULL
            AND r.kinds && happened::varchar[]
    ) OR EXISTS (
        SELECT FROM inbox_conversation c JOIN channels_account a ON a.id = c.account_id
        WHERE c.id = in_conversation AND a.practice_id IS NOT NULL
    ) THEN
        RETURN;
    END IF;
    INSERT INTO inbox_ruleoccasion AS o
        (conversation_id, message_id, name, kinds, chain, at, due_at, tries, given_up)
    VALUES (in_conversation, of_message, called, happened, coalesce(causes, '{}'), clock_timestamp(), now(), 0, false)
    ON CONFLICT (conversation_id, name) DO UPDATE
        SET kinds = ARRAY(SELECT DISTINCT unnest(o.kinds || excluded.kinds));
END $$;
"""
_ARRIVES = """
CREATE FUNCTION inbox_message_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inbox_note_occasion(NEW.conversation_id, NEW.id, 'message:' || NEW.id, ARRAY['arrives']);
    RETURN NULL;
END $$;
CREATE TRIGGER message_arrives AFTER INSERT ON inbox_message
    FOR EACH ROW WHEN (NEW.direction = 'inbound') EXECUTE FUNCTION inbox_message_arrives();
CREATE TRIGGER message_turns_out_to_be_for_us AFTER UPDATE OF direction ON inbox_message
    FOR EACH ROW WHEN (NEW.direction = 'inbound' AND OLD.direction <> 'inbound')
    EXECUTE FUNCTION inbox_message_arrives();
"""
# Of a transaction however many statements it has: one occasion.
_CHANGES = """
CREATE FUNCTION inbox_conversation_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inbox_note_occasion(NEW.id, NULL, 'change:' || pg_current_xact_id()::text, array_remove(ARRAY[
        CASE WHEN OLD.mood <> NEW.mood THEN 'mood' END,
        CASE WHEN OLD.language <> NEW.language THEN 'language' END,
        CASE WHEN OLD.team_id IS DISTINCT FROM NEW.team_id THEN 'team' END,
        CASE WHEN OLD.assignee_id IS DISTINCT FROM NEW.assignee_id THEN 'assignee' END,
        CASE WHEN OLD.priority / 25 <> NEW.priority / 25 THEN 'priority' END,
        CASE WHEN OLD.status = 'closed' AND NEW.status <> 'closed' THEN 'reopened' END,
        CASE WHEN OLD.status <> 'closed' AND NEW.status = 'closed' THEN 'closed' END
    ], NULL));
    RETURN NULL;
END $$;
CREATE TRIGGER conversation_changes AFTER UPDATE ON inbox_conversation
    FOR EACH ROW WHEN (
        OLD.mood <> NEW.mood OR OLD.language <> NEW.language OR OLD.team_id IS DISTINCT FROM NEW.team_id
        OR OLD.assignee_id IS DISTINCT FROM NEW.assignee_id OR OLD.priority / 25 <> NEW.priority / 25
        OR (OLD.status = 'closed') <> (NEW.status = 'closed')
    ) EXECUTE FUNCTION inbox_conversation_changes();
"""
_LABELS = """
CREATE FUNCTION inbox_labels_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inbox_note_occasion(
        coalesce(NEW.conversation_id, OLD.conversation_id), NULL, 'change:' || pg_current_xact_id()::text,
        ARRAY['label']);
    RETURN NULL;
END $$;
CREATE TRIGGER labels_change AFTER INSERT OR DELETE ON inbox_conversationlabel
    FOR EACH ROW EXECUTE FUNCTION inbox_labels_change();
"""

OCCASIONS = _NOTE + _ARRIVES + _CHANGES + _LABELS
OCCASIONS_BACK = """
DROP TRIGGER labels_change ON inbox_conversationlabel;
DROP TRIGGER conversation_changes ON inbox_conversation;
DROP TRIGGER message_turns_out_to_be_for_us ON inbox_message;
DROP TRIGGER message_arrives ON inbox_message;
DROP FUNCTION inbox_labels_change(), inbox_conversation_changes(), inbox_message_arrives(),
    inbox_note_occasion(bigint, bigint, text, text[]);
"""

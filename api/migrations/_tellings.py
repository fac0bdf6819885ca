"""What endpoints are told: triggers note it in the transaction in which it happens, where an endpoint asks for it."""

from __future__ import annotations

_NOTE = """
CREATE FUNCTION api_note_telling(what text, in_account bigint, in_conversation bigint, of_message bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO api_telling (code, endpoint_id, kind, conversation_id, message_id, at, due_at, state, tries, reason)
    SELECT gen_random_uuid(), e.id, what, in_conversation, of_message, clock_timestamp(), now(), 'waiting', 0, ''
    FROM api_endpoint e
    WHERE e.is_on AND e.archived_at IS NULL AND what = ANY(e.kinds)
        AND (e.accounts IS NULL OR in_account = ANY(e.accounts))
        -- what happens in practice is nobody else's to hear
        AND NOT EXISTS (SELECT FROM channels_account a WHERE a.id = in_account AND a.practice_id IS NOT NULL)
    ON CONFLICT DO NOTHING;
END $$;
"""
_MESSAGES = """
CREATE FUNCTION api_message_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM api_note_telling(
        CASE NEW.direction WHEN 'inbound' THEN 'message.received' WHEN 'note' THEN 'note.created'
            ELSE 'message.' || NEW.state END,
        NEW.account_id, NEW.conversation_id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER api_message_is_new AFTER INSERT ON inbox_message
    FOR EACH ROW WHEN (NEW.conversation_id IS NOT NULL
        AND (NEW.direction IN ('inbound', 'note') OR NEW.state IN ('sent', 'failed')))
    EXECUTE FUNCTION api_message_news();
CREATE TRIGGER api_message_turns_out AFTER UPDATE OF state, direction ON inbox_message
    FOR EACH ROW WHEN (NEW.conversation_id IS NOT NULL AND (
        (NEW.direction = 'inbound' AND OLD.direction <> 'inbound')
        OR (NEW.state <> OLD.state AND NEW.state IN ('sent', 'failed'))))
    EXECUTE FUNCTION api_message_news();
"""
_CONVERSATIONS = """
CREATE FUNCTION api_conversation_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM api_note_telling('conversation.created', NEW.account_id, NEW.id, NULL);
        RETURN NULL;
    END IF;
    IF OLD.assignee_id IS DISTINCT FROM NEW.assignee_id THEN
        PERFORM api_note_telling('conversation.assigned', NEW.account_id, NEW.id, NULL);
    END IF;
    IF OLD.status <> 'closed' AND NEW.status = 'closed' THEN
        PERFORM api_note_telling('conversation.closed', NEW.account_id, NEW.id, NULL);
    END IF;
    PERFORM api_note_telling('conversation.updated', NEW.account_id, NEW.id, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER api_conversation_is_new AFTER INSERT ON inbox_conversation
    FOR EACH ROW EXECUTE FUNCTION api_conversation_news();
CREATE TRIGGER api_conversation_changes AFTER UPDATE ON inbox_conversation
    FOR EACH ROW WHEN (
        OLD.status <> NEW.status OR OLD.assignee_id IS DISTINCT FROM NEW.assignee_id
        OR OLD.team_id IS DISTINCT FROM NEW.team_id OR OLD.mood <> NEW.mood OR OLD.language <> NEW.language
        OR OLD.is_complaint <> NEW.is_complaint OR OLD.priority / 25 <> NEW.priority / 25
        OR OLD.snoozed_until IS DISTINCT FROM NEW.snoozed_until
    ) EXECUTE FUNCTION api_conversation_news();
"""
_MORE = """
CREATE FUNCTION api_labels_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM api_note_telling('conversation.updated', c.account_id, c.id, NULL)
    FROM inbox_conversation c WHERE c.id = coalesce(NEW.conversation_id, OLD.conversation_id);
    RETURN NULL;
END $$;
CREATE TRIGGER api_labels_change AFTER INSERT OR DELETE ON inbox_conversationlabel
    FOR EACH ROW EXECUTE FUNCTION api_labels_news();
CREATE FUNCTION api_breach_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM api_note_telling('conversation.breached', c.account_id, c.id, NULL)
    FROM inbox_conversation c WHERE c.id = NEW.conversation_id;
    RETURN NULL;
END $$;
CREATE TRIGGER api_breach_is_new AFTER INSERT ON inbox_breach
    FOR EACH ROW EXECUTE FUNCTION api_breach_news();
"""

TELLINGS = _NOTE + _MESSAGES + _CONVERSATIONS + _MORE
TELLINGS_BACK = """
DROP TRIGGER api_breach_is_new ON inbox_breach;
DROP TRIGGER api_labels_change ON inbox_conversationlabel;
DROP TRIGGER api_conversation_changes ON inbox_conversation;
DROP TRIGGER api_conversation_is_new ON inbox_conversation;
DROP TRIGGER api_message_turns_out ON inbox_message;
DROP TRIGGER api_message_is_new ON inbox_message;
DROP FUNCTION api_breach_news(), api_labels_news(), api_conversation_news(), api_message_news(),
    api_note_telling(text, bigint, bigint, bigint);
"""

"""What the CRM is written: triggers note it in the transaction in which it happens, where an admin chose it."""

from __future__ import annotations

_NOTE = """
CREATE FUNCTION crm_note_write(what text, in_account bigint, said_at timestamptz, in_conversation bigint,
    of_message bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_write (code, connection_id, kind, conversation_id, message_id, at, due_at, state, tries, reason,
        detail, record_id, record_url)
    SELECT gen_random_uuid(), c.id, what, in_conversation, of_message, clock_timestamp(),
        -- where teams were chosen, rules get a moment to give it to one
        now() + CASE WHEN c.teams IS NULL THEN interval '0' ELSE interval '4 seconds' END, 'waiting', 0, '', '', '', ''
    FROM crm_connection c
    WHERE c.is_on AND c.removed_at IS NULL AND what = ANY(c.writes)
        AND (c.accounts IS NULL OR in_account = ANY(c.accounts))
        -- neither practice, nor what was said before the account was connected
        AND NOT EXISTS (SELECT FROM channels_account a WHERE a.id = in_account
            AND (a.practice_id IS NOT NULL OR said_at < a.history_until))
    ON CONFLICT DO NOTHING;
END $$;
"""
_MESSAGES = """
CREATE FUNCTION crm_message_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM crm_note_write(CASE NEW.direction WHEN 'inbound' THEN 'message.received' ELSE 'message.sent' END,
        NEW.account_id, NEW.sent_at, NEW.conversation_id, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER crm_message_is_new AFTER INSERT ON inbox_message
    FOR EACH ROW WHEN (NEW.conversation_id IS NOT NULL
        AND (NEW.direction = 'inbound' OR (NEW.direction = 'outbound' AND NEW.state = 'sent')))
    EXECUTE FUNCTION crm_message_news();
CREATE TRIGGER crm_message_turns_out AFTER UPDATE OF state, direction, conversation_id ON inbox_message
    FOR EACH ROW WHEN (NEW.conversation_id IS NOT NULL AND (
        (NEW.direction = 'inbound' AND (OLD.direction <> 'inbound' OR OLD.conversation_id IS NULL))
        OR (NEW.direction = 'outbound' AND NEW.state = 'sent'
            AND (OLD.state <> 'sent' OR OLD.conversation_id IS NULL))))
    EXECUTE FUNCTION crm_message_news();
"""
_CONVERSATIONS = """
CREATE FUNCTION crm_conversation_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM crm_note_write('conversation.closed', NEW.account_id, NEW.last_message_at, NEW.id, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER crm_conversation_closes AFTER UPDATE OF status ON inbox_conversation
    FOR EACH ROW WHEN (OLD.status <> 'closed' AND NEW.status = 'closed') EXECUTE FUNCTION crm_conversation_closes();
CREATE FUNCTION crm_conversation_is_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM crm_write WHERE conversation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER crm_conversation_is_erased AFTER UPDATE OF erased_at ON inbox_conversation
    FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL)
    EXECUTE FUNCTION crm_conversation_is_erased();
"""
_LEADS = """
CREATE FUNCTION crm_label_is_put_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM crm_note_write('lead', c.account_id, c.last_message_at, c.id, NULL)
    FROM inbox_conversation c JOIN inbox_label l ON l.id = NEW.label_id
    WHERE c.id = NEW.conversation_id AND l.purpose = 'lead';
    RETURN NULL;
END $$;
CREATE TRIGGER crm_label_is_put_on AFTER INSERT ON inbox_conversationlabel
    FOR EACH ROW EXECUTE FUNCTION crm_label_is_put_on();
"""
# Pages know from the reference data's version that there is a CRM, or another one: no statement of their own.
_VERSION = """
CREATE TRIGGER reference_changed AFTER INSERT OR DELETE OR UPDATE OF is_on, accounts, teams, removed_at, sealed
    ON crm_connection FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""

WRITES = _NOTE + _MESSAGES + _CONVERSATIONS + _LEADS + _VERSION
WRITES_BACK = """
DROP TRIGGER reference_changed ON crm_connection;
DROP TRIGGER crm_label_is_put_on ON inbox_conversationlabel;
DROP TRIGGER crm_conversation_is_erased ON inbox_conversation;
DROP TRIGGER crm_conversation_closes ON inbox_conversation;
DROP TRIGGER crm_message_turns_out ON inbox_message;
DROP TRIGGER crm_message_is_new ON inbox_message;
DROP FUNCTION crm_label_is_put_on(), crm_conversation_is_erased(), crm_conversation_closes(), crm_message_news(),
    crm_note_write(text, bigint, timestamptz, bigint, bigint);
"""

"""What endpoints are told of product signals: a trigger notes each label that is one, where an endpoint asks for it."""

from __future__ import annotations

SIGNALS = """
CREATE FUNCTION api_signal_news() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asks bigint;
    new_signal bigint;
    new_telling bigint;
BEGIN
    FOR asks IN
        SELECT e.id FROM inbox_label k, inbox_conversation c, channels_account a, api_endpoint e
        WHERE k.id = NEW.label_id AND k.purpose = 'product' AND c.id = NEW.conversation_id AND a.id = c.account_id
            -- what happens in practice is nobody else's to hear
            AND a.practice_id IS NULL
            AND e.is_on AND e.archived_at IS NULL AND 'signal.created' = ANY(e.kinds)
            AND (e.accounts IS NULL OR c.account_id = ANY(e.accounts))
    LOOP
        INSERT INTO api_toldsignal (endpoint_id, conversation_id, label_id)
        VALUES (asks, NEW.conversation_id, NEW.label_id) ON CONFLICT DO NOTHING RETURNING id INTO new_signal;
        CONTINUE WHEN NOT FOUND;
        INSERT INTO api_telling (code, endpoint_id, kind, conversation_id, at, due_at, state, tries, reason)
        VALUES (gen_random_uuid(), asks, 'signal.created', NEW.conversation_id, clock_timestamp(), now(), 'waiting', 0, '')
        RETURNING id INTO new_telling;
        UPDATE api_toldsignal SET telling_id = new_telling WHERE id = new_signal;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER api_signal_is_new AFTER INSERT ON inbox_conversationlabel
    FOR EACH ROW EXECUTE FUNCTION api_signal_news();
"""
SIGNALS_BACK = """
DROP TRIGGER api_signal_is_new ON inbox_conversationlabel;
DROP FUNCTION api_signal_news();
"""

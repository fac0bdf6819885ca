"""Who asked a question goes with the words of the message: erased, kept no longer, or removed by the customer.

Trigger `reports_words_gone`: by the database, so that what takes words out need not know of questions. Where the model
of a group goes, the oldest of the others takes its place; a group of nobody goes too.
"""

from __future__ import annotations

FORGETTING = """
CREATE FUNCTION reports_forget_askings(gone bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    orphan bigint;
BEGIN
    FOR orphan IN
        WITH deleted AS (DELETE FROM reports_asking WHERE id = ANY(gone) RETURNING question_id, is_model)
        SELECT question_id FROM deleted WHERE is_model
    LOOP
        UPDATE reports_asking SET is_model = true
        WHERE id = (SELECT min(id) FROM reports_asking WHERE question_id = orphan);
        IF NOT FOUND THEN
            DELETE FROM reports_question WHERE id = orphan;
        END IF;
    END LOOP;
END
$$;
CREATE FUNCTION reports_forget_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM reports_forget_askings(array(SELECT id FROM reports_asking WHERE message_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER reports_words_gone AFTER UPDATE OF text, removed_at ON inbox_message FOR EACH ROW
    WHEN ((NEW.text = '' AND OLD.text <> '') OR (NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL))
    EXECUTE FUNCTION reports_forget_message();
"""
FORGETTING_BACK = """
DROP TRIGGER reports_words_gone ON inbox_message;
DROP FUNCTION reports_forget_message();
DROP FUNCTION reports_forget_askings(bigint[]);
"""

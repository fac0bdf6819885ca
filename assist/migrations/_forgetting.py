"""A translation goes with the words it was made of: erased, kept no longer, removed by the customer, or changed.

Trigger `assist_words_changed`: by the database, so that what takes words out need not know of translations.
"""

from __future__ import annotations

FORGETTING = """
CREATE FUNCTION assist_forget_translations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM assist_translation WHERE message_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER assist_words_changed AFTER UPDATE OF text, removed_at ON inbox_message FOR EACH ROW
    WHEN (NEW.text IS DISTINCT FROM OLD.text OR (NEW.removed_at IS NOT NULL AND OLD.removed_at IS NULL))
    EXECUTE FUNCTION assist_forget_translations();
CREATE TRIGGER reference_changed AFTER INSERT OR DELETE OR UPDATE ON assist_server
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""
FORGETTING_BACK = """
DROP TRIGGER reference_changed ON assist_server;
DROP TRIGGER assist_words_changed ON inbox_message;
DROP FUNCTION assist_forget_translations();
"""

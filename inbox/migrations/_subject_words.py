"""The words of a mail with its subject, beside those of its text: written by a trigger, found by the same search.

A generated column would have every message of all years written anew. Mails alone have a subject, and no release
before this one had mails.
"""

from __future__ import annotations

SUBJECT_WORDS = r"""
CREATE FUNCTION inbox_write_subject_words() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.subject_words := CASE WHEN NEW.shown->0->>'kind' = 'subject' AND NEW.removed_at IS NULL
        THEN inbox_words((NEW.shown->0->>'title') || E'\n' || NEW.text) END;
    RETURN NEW;
END $$;
CREATE TRIGGER inbox_subject_words_of_new BEFORE INSERT ON inbox_message FOR EACH ROW
WHEN (NEW.shown <> '[]') EXECUTE FUNCTION inbox_write_subject_words();
CREATE TRIGGER inbox_subject_words_of_changed BEFORE UPDATE OF shown, text, removed_at ON inbox_message FOR EACH ROW
WHEN (OLD.shown <> '[]' OR NEW.shown <> '[]') EXECUTE FUNCTION inbox_write_subject_words();
"""

SUBJECT_WORDS_BACK = """
DROP TRIGGER inbox_subject_words_of_new ON inbox_message;
DROP TRIGGER inbox_subject_words_of_changed ON inbox_message;
DROP FUNCTION inbox_write_subject_words();
"""

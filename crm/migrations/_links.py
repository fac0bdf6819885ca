"""Who is erased is nobody in the CRM that we know of, and whose accounts moved is looked for anew."""

from __future__ import annotations

LINKS = """
CREATE FUNCTION crm_contact_is_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM crm_link WHERE contact_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER crm_contact_is_erased AFTER UPDATE OF erased_at ON inbox_contact
    FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION crm_contact_is_erased();
"""
LINKS_BACK = """
DROP TRIGGER crm_contact_is_erased ON inbox_contact;
DROP FUNCTION crm_contact_is_erased();
"""

# Who was two people, or is one now: the record may be the other one's. Of whom an account came to, a colleague's choice
# stays.
MOVES = """
CREATE FUNCTION crm_identity_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM crm_link WHERE contact_id = OLD.contact_id OR (contact_id = NEW.contact_id AND NOT is_chosen);
    RETURN NULL;
END $$;
CREATE TRIGGER crm_identity_moves AFTER UPDATE OF contact_id ON inbox_identity
    FOR EACH ROW WHEN (OLD.contact_id <> NEW.contact_id) EXECUTE FUNCTION crm_identity_moves();
"""
MOVES_BACK = """
DROP TRIGGER crm_identity_moves ON inbox_identity;
DROP FUNCTION crm_identity_moves();
"""

"""Who is erased is nobody in the CRM that we know of."""

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

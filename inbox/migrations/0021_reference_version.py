"""A version of what hardly changes (teams, labels, colleagues, settings), so that processes read it once."""

from __future__ import annotations

from django.db import migrations

VERSION = """
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

BACK = """
DROP TRIGGER reference_changed ON inbox_team;
DROP TRIGGER reference_changed ON inbox_label;
DROP TRIGGER reference_changed ON inbox_organisation;
DROP TRIGGER reference_changed ON inbox_user;
DROP FUNCTION inbox_reference_changed();
DROP TABLE inbox_referenceversion;
"""


class Migration(migrations.Migration):
    """A table without a model: only triggers write it."""

    dependencies = [("inbox", "0020_shown_and_worded_at")]

    operations = [migrations.RunSQL(VERSION, BACK)]

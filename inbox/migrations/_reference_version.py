"""Triggers `reference_changed`: what hardly changes has one version, so that processes read it once.

Teams, labels, colleagues, settings, saved views and notices. Targets, hours and incidents are reasons to compute due
times or pages anew. The table `inbox_referenceversion` has no model: only triggers write it. Other apps put the same
trigger on tables of theirs.
"""

from __future__ import annotations

_VERSION = """
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
-- Signing in writes last_login only, which changes nothing here.
CREATE TRIGGER reference_changed AFTER INSERT OR DELETE
    OR UPDATE OF first_name, last_name, email, is_active, code ON inbox_user
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""
_TABLES = (
    "inbox_incident",
    "inbox_label",
    "inbox_notice",
    "inbox_openingday",
    "inbox_openingschedule",
    "inbox_organisation",
    "inbox_responsetarget",
    "inbox_savedview",
    "inbox_team",
)


def follow(table: str) -> str:
    """Return the trigger that gives a new version at every change of a table."""
    return f"""
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""


REFERENCE_VERSION = _VERSION + "".join(follow(table) for table in _TABLES)
REFERENCE_VERSION_BACK = (
    "".join(f"DROP TRIGGER reference_changed ON {table};\n" for table in (*_TABLES, "inbox_user"))
    + "DROP FUNCTION inbox_reference_changed();\nDROP TABLE inbox_referenceversion;\n"
)

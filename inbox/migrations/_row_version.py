"""Trigger `conversation_version`: each conversation holds the transaction that wrote it, for the live catch-up."""

from __future__ import annotations

ROW_VERSION = """
CREATE FUNCTION inbox_conversation_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := (pg_current_xact_id()::text)::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER conversation_version BEFORE INSERT OR UPDATE ON inbox_conversation
    FOR EACH ROW EXECUTE FUNCTION inbox_conversation_version();
"""
ROW_VERSION_BACK = """
DROP TRIGGER conversation_version ON inbox_conversation;
DROP FUNCTION inbox_conversation_version();
"""

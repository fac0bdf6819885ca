"""Practice sets no rule off, and what was done in it can be deleted from the log."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_LOG = """
CREATE OR REPLACE FUNCTION inbox_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {but}
    RAISE EXCEPTION 'inbox_event is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
_PRACTICE_GOES = """IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM channels_account a WHERE a.id = OLD.account_id AND a.practice_id IS NOT NULL
    ) THEN
        RETURN OLD;
    END IF;"""
_NOTE = """
CREATE OR REPLACE FUNCTION inbox_note_occasion(
    in_conversation bigint, of_message bigint, called text, happened text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    causes bigint[] := string_to_array(nullif(current_setting('webcare.rules', true), ''), ',')::bigint[];
BEGIN
    -- Three rules in a row have set each other off: enough.
    IF coalesce(array_length(causes, 1), 0) >= 3 OR NOT EXISTS (
        SELECT FROM inbox_rule r WHERE r.is_on AND r.paused_at IS NULL AND r.archived_at IS NULL
            AND r.kinds && happened::varchar[]
    ){but} THEN
        RETURN;
    END IF;
    INSERT INTO inbox_ruleoccasion AS o
        (conversation_id, message_id, name, kinds, chain, at, due_at, tries, given_up)
    VALUES (in_conversation, of_message, called, happened, coalesce(causes, '{{}}'), clock_timestamp(), now(), 0, false)
    ON CONFLICT (conversation_id, name) DO UPDATE
        SET kinds = ARRAY(SELECT DISTINCT unnest(o.kinds || excluded.kinds));
END $$;
"""
_NO_PRACTICE = """ OR EXISTS (
        SELECT FROM inbox_conversation c JOIN channels_account a ON a.id = c.account_id
        WHERE c.id = in_conversation AND a.practice_id IS NOT NULL
    )"""


class Migration(migrations.Migration):
    """Two functions of the database know practice."""

    dependencies: ClassVar = [("channels", "0004_accounts_of_practice"), ("inbox", "0034_practice")]

    operations: ClassVar = [
        migrations.RunSQL(_LOG.format(but=_PRACTICE_GOES), _LOG.format(but="")),
        migrations.RunSQL(_NOTE.format(but=_NO_PRACTICE), _NOTE.format(but="")),
    ]

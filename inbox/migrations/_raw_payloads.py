"""The table of what platforms literally told: a table a month, made ahead, and old months dropped whole.

Nobody waits long for either: where a backup reads the table, the months are seen to next time.
"""

from __future__ import annotations

TABLE = """
CREATE TABLE inbox_rawpayload (
    message_id bigint NOT NULL,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (message_id, at)
) PARTITION BY RANGE (at);
-- What comes in before its month was made.
CREATE TABLE inbox_rawpayload_else PARTITION OF inbox_rawpayload DEFAULT;

CREATE FUNCTION inbox_rawpayload_month(month date) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    first date := date_trunc('month', month);
    next date := first + interval '1 month';
    called text := 'inbox_rawpayload_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(called) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE inbox_rawpayload INCLUDING ALL)', called);
        EXECUTE format('WITH moved AS (DELETE FROM inbox_rawpayload_else WHERE at >= %L AND at < %L RETURNING *)'
            ' INSERT INTO %I SELECT * FROM moved', first, next, called);
        -- Attached, so that nobody who writes meanwhile waits.
        EXECUTE format('ALTER TABLE inbox_rawpayload ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            called, first, next);
    END IF;
END $$;
CREATE FUNCTION inbox_rawpayload_forget(before date) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    old record;
BEGIN
    FOR old IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'inbox_rawpayload'::regclass AND c.relname ~ '^inbox_rawpayload_[0-9]{4}_[0-9]{2}$'
            AND to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', before)
    LOOP
        EXECUTE format('DROP TABLE %I', old.relname);
    END LOOP;
    DELETE FROM inbox_rawpayload_else WHERE at < date_trunc('month', before);
END $$;
SELECT inbox_rawpayload_month((now() + make_interval(months => n))::date) FROM generate_series(0, 2) n;
"""
TABLE_BACK = """
DROP TABLE inbox_rawpayload;
DROP FUNCTION inbox_rawpayload_month(date), inbox_rawpayload_forget(date);
"""

# Older ones are kept no longer. Of our answers, those that no platform told back keep our own time.
MOVE = """
SELECT inbox_rawpayload_month(month) FROM (
    SELECT DISTINCT date_trunc('month', received_at)::date AS month FROM inbox_message
    WHERE raw <> '{}' AND received_at >= date_trunc('month', now() - interval '13 months')
) told;
INSERT INTO inbox_rawpayload (message_id, at, body) SELECT id, received_at, raw FROM inbox_message
    WHERE raw NOT IN ('{}', '{"echo": true}') AND received_at >= date_trunc('month', now() - interval '13 months');
UPDATE inbox_message SET sent_at_is_ours = true
    WHERE direction = 'outbound' AND raw = '{}' AND removed_at IS NULL AND (author_id IS NOT NULL OR route <> '');
"""
MOVE_BACK = """
UPDATE inbox_message m SET raw = p.body FROM inbox_rawpayload p WHERE p.message_id = m.id;
UPDATE inbox_message SET raw = '{"echo": true}' WHERE direction = 'outbound' AND raw = '{}' AND NOT sent_at_is_ours;
"""

# The column goes and comes back empty, in one statement that rewrites no row. Processes of the former release may still
# run: what they write there moves at once. The next release takes column and triggers away.
EMPTY = """
ALTER TABLE inbox_message DROP COLUMN raw, ADD COLUMN raw jsonb NOT NULL DEFAULT '{}';
CREATE FUNCTION inbox_message_raw_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM inbox_rawpayload WHERE message_id = NEW.id;
    IF NEW.raw NOT IN ('{}', '{"echo": true}') THEN
        INSERT INTO inbox_rawpayload (message_id, at, body) VALUES (NEW.id, NEW.received_at, NEW.raw);
    END IF;
    NEW.raw := '{}';
    RETURN NEW;
END $$;
CREATE TRIGGER raw_comes BEFORE INSERT ON inbox_message
    FOR EACH ROW WHEN (NEW.raw <> '{}') EXECUTE FUNCTION inbox_message_raw_moves();
CREATE TRIGGER raw_changes BEFORE UPDATE OF raw ON inbox_message
    FOR EACH ROW EXECUTE FUNCTION inbox_message_raw_moves();
"""
EMPTY_BACK = """
DROP TRIGGER raw_comes ON inbox_message;
DROP TRIGGER raw_changes ON inbox_message;
DROP FUNCTION inbox_message_raw_moves();
"""

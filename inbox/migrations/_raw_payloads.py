"""The table of what platforms literally told: a table a month, made ahead, and old months dropped whole.

Nobody waits long for either: where a backup reads the table, the months are seen to next time.
"""

from __future__ import annotations

RAW_PAYLOADS = """
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
RAW_PAYLOADS_BACK = """
DROP TABLE inbox_rawpayload;
DROP FUNCTION inbox_rawpayload_month(date), inbox_rawpayload_forget(date);
"""

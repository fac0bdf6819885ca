"""Messages, people and what is asked come into one normal form, made by the database itself.

These functions use nothing but what every PostgreSQL holds, so they need no extension and no rights. A stored column
and an index stand on them: who changes one must write the rows anew.
"""

from __future__ import annotations

# Small letters without accents, one apostrophe, one hyphen, nothing invisible; full width and ligatures taken apart.
PLAIN = r"""
CREATE FUNCTION inbox_plain(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    made text;
BEGIN
    IF octet_length(said) = length(said) THEN -- ASCII, as most texts are
        RETURN translate(lower(said), '`', '''');
    END IF;
    made := lower(normalize(translate(said,
        E'\u2019\u2018\u201b\u02bc\u02b9\u00b4\u0060\u2032\uff07\u2010\u2011\u2012\u2013\u2014\u2212'
        '\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff'
        '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069',
        '''''''''''''''''''------'), NFKC)); -- what has no counterpart here is left out
    IF octet_length(made) <> length(made) THEN
        made := regexp_replace(normalize(made, NFKD), E'[\u0300-\u036f]', '', 'g');
    END IF;
    IF octet_length(made) <> length(made) THEN -- letters that are no other letter with an accent
        made := translate(normalize(made, NFC), E'\u00f8\u0142\u0111\u0127\u0131\u00f0', 'oldhid');
        made := replace(replace(replace(replace(made,
            E'\u00df', 'ss'), E'\u00e6', 'ae'), E'\u0153', 'oe'), E'\u00fe', 'th');
    END IF;
    RETURN made;
END $$;
"""

# Punctuation parts words. PostgreSQL's own parser would make addresses, paths and numbers below zero of it.
SPACED = r"""
CREATE FUNCTION inbox_spaced(plain text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(plain, '-''./_:@+#,()\"!?*&|<>=~', '                        ');
"""

# What somebody else writes in one: 06-12 34 56 78, VH-99123, e-mail, foto's.
JOINED = r"""
CREATE FUNCTION inbox_joined(plain text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(replace(plain, '(0)', ''),
    '(?<=[0-9])[ ()./-]{1,3}(?=[0-9])|(?<=[[:alpha:]])(?:-(?=[[:alnum:]])|''(?=s\M))', '', 'g');
"""

# Müller as Mueller.
UMLAUTS = r"""
CREATE FUNCTION inbox_umlauts(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(said) = length(said) THEN '' ELSE (
    SELECT coalesce(string_agg(
        replace(replace(replace(word[1], E'\u00e4', 'ae'), E'\u00f6', 'oe'), E'\u00fc', 'ue'), ' '), '')
    FROM regexp_matches(normalize(lower(said), NFC), E'\\m([[:alpha:]]*[\u00e4\u00f6\u00fc][[:alpha:]]*)', 'g') word
) END;
"""

# The stored words of a text. Its stems stand there backwards too, so that "deur" finds achterdeur by its end.
WORDS = r"""
CREATE FUNCTION inbox_words(said text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path FROM CURRENT AS $$
DECLARE
    plain text := left(inbox_plain(left(said, 20000)), 20000); -- a tsvector holds a megabyte at most
    spaced text := inbox_spaced(plain);
    joined text := inbox_joined(plain);
    stems tsvector := to_tsvector('pg_catalog.dutch', spaced);
    made tsvector := stems || to_tsvector('pg_catalog.english', spaced) || to_tsvector('pg_catalog.simple', spaced);
BEGIN
    IF joined <> plain THEN
        made := made || to_tsvector('pg_catalog.simple', inbox_spaced(joined));
    END IF;
    IF plain ~ '[[:alpha:]][0-9]{4}' THEN -- 99123 of VH99123
        made := made || to_tsvector('pg_catalog.simple',
            regexp_replace(spaced, '(?<=[[:alpha:]])(?=[0-9]{4})', ' ', 'g'));
    END IF;
    IF octet_length(said) <> length(said) THEN
        made := made || to_tsvector('pg_catalog.simple', inbox_plain(inbox_umlauts(left(said, 20000))));
    END IF;
    RETURN made || (
        SELECT array_to_tsvector(coalesce(array_agg('~' || reverse(lexeme)), '{}'))
        FROM unnest(stems) WHERE length(lexeme) BETWEEN 7 AND 40 AND lexeme !~ '[^[:alpha:]]');
END $$;
"""

# The same of a person's name, handle and number, without stems.
NAMES = r"""
CREATE FUNCTION inbox_names(name text, handle text, phone text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    plain text := inbox_plain(name || ' ' || handle || ' ' || phone);
BEGIN
    RETURN to_tsvector('pg_catalog.simple', concat_ws(' ', inbox_spaced(plain), inbox_spaced(inbox_joined(plain)),
        inbox_plain(inbox_umlauts(name))));
END $$;
"""

# One word, number or phrase somebody asks for. `way` is 'exact', 'word' (the end of a longer one too) or 'begun' (the
# beginning of a longer one too). Each spelling stands in it once: the planner takes what is said thrice for thrice as
# frequent, and reads the newest messages for a rare word.
ASKED = r"""
CREATE FUNCTION inbox_asked(word text, way text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path FROM CURRENT AS $$
DECLARE
    plain text := inbox_plain(left(word, 200));
    spaced text := inbox_spaced(plain);
    joined text := inbox_joined(plain);
    solid text := regexp_replace(plain, '[^[:alnum:]]', '', 'g');
    stem text;
    unfinished text := substring(btrim(spaced) from '[^ ]+$');
    before text := left(btrim(spaced), -length(unfinished));
    begun tsquery;
    ways tsquery[] := ARRAY[phraseto_tsquery('pg_catalog.dutch', spaced), phraseto_tsquery('pg_catalog.english', spaced),
        phraseto_tsquery('pg_catalog.simple', spaced)];
    spelled text[];
    one text;
    made tsquery := '';
BEGIN
    IF joined <> plain THEN
        ways := ways || phraseto_tsquery('pg_catalog.simple', inbox_spaced(joined));
    END IF;
    IF solid <> plain AND solid ~ '[0-9]' THEN
        ways := ways || phraseto_tsquery('pg_catalog.simple', solid);
    END IF;
    IF solid ~ '^[[:alpha:]]{1,6}[0-9]{3,20}$' THEN -- VH99123 as VH 99123
        ways := ways || phraseto_tsquery('pg_catalog.simple', regexp_replace(solid, '([[:alpha:]])([0-9])', '\1 \2'));
    END IF;
    IF solid ~ '^[a-z]{2}[0-9]{2}[a-z]{4}[0-9]{6,}$' THEN -- a bank account as it is grouped
        ways := ways || phraseto_tsquery('pg_catalog.simple', regexp_replace(solid, '^(.{4})(.{4})', '\1 \2 '));
    END IF;
    IF octet_length(word) <> length(word) THEN
        ways := ways || phraseto_tsquery('pg_catalog.simple', inbox_plain(inbox_umlauts(word)));
    END IF;
    IF way = 'begun' AND length(solid) > 1 THEN
        -- Of several parts the last alone is unfinished: a beginning of the others stands in very many messages.
        begun := to_tsquery('pg_catalog.simple', '''' || unfinished || ''':*');
        ways := ways || CASE WHEN before = '' THEN begun ELSE phraseto_tsquery('pg_catalog.simple', before) <-> begun END;
        IF solid ~ '[0-9]' THEN
            ways := ways || to_tsquery('pg_catalog.simple', '''' || solid || ''':*');
        END IF;
    END IF;
    IF way <> 'exact' AND btrim(spaced) ~ '^[[:alpha:]]{4,40}$' THEN
        stem := (ts_lexize('pg_catalog.dutch_stem', btrim(spaced)))[1];
        IF length(stem) >= 4 THEN
            ways := ways || ('''~' || reverse(stem) || ''':*')::tsquery;
        END IF;
    END IF;
    spelled := ARRAY(SELECT each::text FROM unnest(ways) each);
    -- What a beginning finds needs not be looked for itself.
    FOR one IN SELECT DISTINCT each FROM unnest(spelled) each WHERE NOT each || ':*' = ANY (spelled) ORDER BY each LOOP
        made := made || one::tsquery;
    END LOOP;
    RETURN made;
END $$;
"""

FUNCTIONS = [
    (PLAIN, "inbox_plain(text)"),
    (SPACED, "inbox_spaced(text)"),
    (JOINED, "inbox_joined(text)"),
    (UMLAUTS, "inbox_umlauts(text)"),
    (WORDS, "inbox_words(text)"),
    (NAMES, "inbox_names(text, text, text)"),
    (ASKED, "inbox_asked(text, text)"),
]

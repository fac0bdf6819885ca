"""A found post goes when its writer is erased, or the conversation it became; it stays when an id merely changes.

Triggers `monitoring_person_erased` and `monitoring_conversation_erased`: by the database, so that privacy need not know
of monitoring.
"""

from __future__ import annotations

FORGETTING = """
CREATE FUNCTION monitoring_forget_posts(gone bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM monitoring_hit WHERE post_id = ANY(gone);
    DELETE FROM monitoring_post WHERE id = ANY(gone);
$$;
CREATE FUNCTION monitoring_forget_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM monitoring_forget_posts(array(
        SELECT id FROM monitoring_post WHERE source = OLD.platform AND author_id <> '' AND author_id = OLD.external_id
        UNION SELECT p.id FROM monitoring_post p JOIN inbox_conversation c ON c.id = p.conversation_id
            WHERE c.identity_id = OLD.id
    ));
    RETURN NULL;
END
$$;
CREATE FUNCTION monitoring_forget_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM monitoring_forget_posts(array(SELECT id FROM monitoring_post WHERE conversation_id = NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER monitoring_person_erased AFTER UPDATE OF external_id ON inbox_identity FOR EACH ROW
    WHEN (NEW.external_id LIKE 'erased:%' AND OLD.external_id NOT LIKE 'erased:%')
    EXECUTE FUNCTION monitoring_forget_person();
CREATE TRIGGER monitoring_conversation_erased AFTER UPDATE OF erased_at ON inbox_conversation FOR EACH ROW
    WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION monitoring_forget_conversation();
"""
FORGETTING_BACK = """
DROP TRIGGER monitoring_conversation_erased ON inbox_conversation;
DROP TRIGGER monitoring_person_erased ON inbox_identity;
DROP FUNCTION monitoring_forget_conversation();
DROP FUNCTION monitoring_forget_person();
DROP FUNCTION monitoring_forget_posts(bigint[]);
"""

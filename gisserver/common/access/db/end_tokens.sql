-- Law 7: whoever changes a password, by whatever door, ends what was signed in with the one before.
CREATE OR REPLACE FUNCTION access_end_tokens() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_token SET expires_at = statement_timestamp()
    WHERE user_id = NEW.id AND expires_at > statement_timestamp();
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER access_end_tokens AFTER UPDATE OF password ON auth_user
    FOR EACH ROW WHEN (OLD.password IS DISTINCT FROM NEW.password) EXECUTE FUNCTION access_end_tokens();

-- Law 5, BEFORE INSERT of a further period of a code: only the target that had it gets it again, and not before it ended.
-- Argument: the column of the target.
CREATE OR REPLACE FUNCTION buildings_refuse_reissue() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    allowed boolean;
BEGIN
    EXECUTE format('SELECT bool_and(upper(c.valid) <= lower(($1).valid)) FROM %1$I c
                    WHERE c.code = ($1).code AND c.%2$I = ($1).%2$I', TG_TABLE_NAME, TG_ARGV[0]) INTO allowed USING NEW;
    IF allowed IS NOT TRUE THEN
        RAISE EXCEPTION 'code % was never issued to this target, or has not ended', NEW.code
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

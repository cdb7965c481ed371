-- Nothing open hangs on what has ended: no entrance on a demolished building, no address of a unit that is gone. The
-- models say what hangs on what (`HangsOn`). EXECUTE plans each statement anew: one row and a million want other plans.

-- AFTER INSERT or UPDATE, once a statement. Arguments: the table above, the column that points to it. FOR SHARE waits
-- for whoever is ending it; rows of this transaction need no wait.
CREATE OR REPLACE FUNCTION buildings_refuse_orphans() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    orphan bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %1$I p
                    WHERE p.id IN (SELECT %2$I FROM new_rows WHERE upper_inf(valid))
                      AND p.xmin <> pg_current_xact_id()::xid ORDER BY p.id FOR SHARE) waited',
                   TG_ARGV[0], TG_ARGV[1]) INTO orphan;
    EXECUTE format('SELECT p.id FROM %1$I p
                    WHERE p.id IN (SELECT %2$I FROM new_rows WHERE upper_inf(valid)) AND NOT upper_inf(p.valid) LIMIT 1',
                   TG_ARGV[0], TG_ARGV[1]) INTO orphan;
    IF orphan IS NOT NULL THEN
        RAISE EXCEPTION 'row % of % has ended: nothing can be added to it', orphan, TG_ARGV[0]
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_no_orphans';
    END IF;
    RETURN NULL;
END $$;

-- At the commit after a row ended: nothing open hangs on it. Arguments: pairs of a table below and its column.
CREATE OR REPLACE FUNCTION buildings_refuse_left_open() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    left_open bigint;
BEGIN
    FOR i IN 0 .. TG_NARGS - 2 BY 2 LOOP
        EXECUTE format('SELECT c.id FROM %1$I c JOIN %3$I p ON p.id = c.%2$I
                        WHERE p.id = $1 AND NOT upper_inf(p.valid) AND upper_inf(c.valid) LIMIT 1',
                       TG_ARGV[i], TG_ARGV[i + 1], TG_TABLE_NAME) INTO left_open USING NEW.id;
        IF left_open IS NOT NULL THEN
            RAISE EXCEPTION 'row % of % has ended, but row % of % on it has not', NEW.id, TG_TABLE_NAME,
                left_open, TG_ARGV[i] USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

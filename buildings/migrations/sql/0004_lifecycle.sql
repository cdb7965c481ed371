-- Law 4 for what may change: the state before goes to the table of states, whoever writes.

-- BEFORE UPDATE, when what a row says differs. Arguments: the table of states, its key, the columns that may change.
-- A new state begins at changed_at when the writer sets it, else at the moment of the event that is being carried out
-- (gisserver.moment), else now; never before the state that it replaces.
CREATE FUNCTION buildings_keep_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := coalesce(OLD.changed_at, lower(OLD.valid));
    moment timestamptz;
BEGIN
    IF lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid) THEN
        RETURN NEW;  -- another life: buildings_keep_life() has kept the former one
    END IF;
    IF upper(OLD.valid) <= clock_timestamp() THEN
        RAISE EXCEPTION 'row % of % has ended: what it said is history', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    moment := CASE WHEN NEW.changed_at IS DISTINCT FROM OLD.changed_at THEN NEW.changed_at
                   ELSE greatest(began, coalesce(nullif(current_setting('gisserver.moment', true), '')::timestamptz,
                                                 now())) END;
    IF moment IS NULL OR moment < began THEN
        RAISE EXCEPTION 'row % of % says this since %: a change cannot begin before', OLD.id, TG_TABLE_NAME, began
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.changed_at := moment;
    IF moment > began THEN
        EXECUTE format('INSERT INTO %I (%I, valid, %s) VALUES (($1).id, $2, %s)',
                       TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], regexp_replace(TG_ARGV[2], '(\w+)', '($1).\1', 'g'))
            USING OLD, tstzrange(began, moment);
    END IF;
    RETURN NEW;
END $$;

-- BEFORE UPDATE OF valid. A life ends once; a row that came back (a reverted event) begins another life after it.
CREATE FUNCTION buildings_keep_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF lower(NEW.valid) IS NOT DISTINCT FROM lower(OLD.valid) THEN
        IF upper(OLD.valid) <= clock_timestamp() THEN
            RAISE EXCEPTION 'the past of % cannot be changed: row % held for %', TG_TABLE_NAME, OLD.id, OLD.valid
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF upper(NEW.valid) <= OLD.changed_at THEN
            RAISE EXCEPTION 'row % of % changed at %: it cannot end before', OLD.id, TG_TABLE_NAME, OLD.changed_at
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF upper_inf(OLD.valid) OR lower(NEW.valid) < upper(OLD.valid) THEN
        RAISE EXCEPTION 'the past of % cannot be changed: row % held for %', TG_TABLE_NAME, OLD.id, OLD.valid
            USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format('INSERT INTO %I (%I, valid, %s) VALUES (($1).id, $2, %s)',
                   TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], regexp_replace(TG_ARGV[2], '(\w+)', '($1).\1', 'g'))
        USING OLD, tstzrange(coalesce(OLD.changed_at, lower(OLD.valid)), upper(OLD.valid));
    NEW.changed_at := NULL;
    RETURN NEW;
END $$;

-- AFTER INSERT or UPDATE, once a statement: nothing open hangs on a row that has ended. Arguments: the table above,
-- the column that points to it. FOR SHARE waits for whoever is ending it; rows of this transaction need no wait.
CREATE FUNCTION buildings_refuse_orphans() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION buildings_refuse_left_open() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- BEFORE INSERT of a further period of a code: only the target that had it gets it again, and not before it ended.
CREATE FUNCTION buildings_refuse_reissue() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Law 4 for what may change: the state before goes to the table of states, whoever writes. `keeps_states` in
-- buildings/models/guards.py fills in the table and its columns.
--
-- BEFORE UPDATE, when what a row says differs. A new state begins at changed_at when the writer sets it, else at the
-- moment of the event that is being carried out (gisserver.moment), else now; never before the state that it replaces.
CREATE OR REPLACE FUNCTION {table}_keep_state() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    began timestamptz := coalesce(OLD.changed_at, lower(OLD.valid));
    moment timestamptz;
BEGIN
    IF lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid) THEN
        RETURN NEW;  -- another life: {table}_keep_life() has kept the former one
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
        INSERT INTO {table}state ({key}, valid, {columns})
        VALUES (OLD.id, tstzrange(began, moment), {former});
    END IF;
    RETURN NEW;
END $$;

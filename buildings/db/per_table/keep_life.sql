-- BEFORE UPDATE, when the validity differs. A life ends once; a row that came back (a reverted event) begins another life
-- after it, and what it said in the former one goes to the table of states.
CREATE OR REPLACE FUNCTION {table}_keep_life() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    INSERT INTO {table}state ({key}, valid, {columns})
    VALUES (OLD.id, tstzrange(coalesce(OLD.changed_at, lower(OLD.valid)), upper(OLD.valid)), {former});
    NEW.changed_at := NULL;
    RETURN NEW;
END $$;

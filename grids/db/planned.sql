-- Law 4 for what is planned: an end may be set once, or moved while it lies in the future; a beginning never. A row
-- that has not begun yet may be called off: it stays, with an empty validity.
CREATE OR REPLACE FUNCTION grids_only_end() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF isempty(NEW.valid) AND lower(OLD.valid) > clock_timestamp() THEN
        RETURN NEW;
    END IF;
    IF lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid)
       OR isempty(NEW.valid) IS DISTINCT FROM isempty(OLD.valid)
       OR (upper(NEW.valid) IS DISTINCT FROM upper(OLD.valid) AND upper(OLD.valid) <= now()) THEN
        RAISE EXCEPTION 'the past of % cannot be changed: row % held for %', TG_TABLE_NAME, OLD.id, OLD.valid
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- The moments after ``after`` at which the partition changes, as it is planned now; nearly always none.
CREATE OR REPLACE FUNCTION grids_switches(after timestamptz) RETURNS SETOF timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT lower(valid) FROM grids_gridversion WHERE lower(valid) > after
    UNION
    SELECT upper(valid) FROM grids_gridversion WHERE upper(valid) > after;
END;

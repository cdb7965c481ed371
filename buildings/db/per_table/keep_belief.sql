-- Law 4 for what is true in two times: what a row said goes to the table of states, with the time while it was believed.
-- BEFORE UPDATE. A writer who says by which event the new is known says since when; another one's is known since now.
CREATE OR REPLACE FUNCTION {table}_keep_belief() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.identity <> OLD.identity THEN
        RAISE EXCEPTION 'row % of % is of % for life', OLD.id, TG_TABLE_NAME, OLD.identity
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.known_since = OLD.known_since AND NEW.event_id IS NOT DISTINCT FROM OLD.event_id THEN
        IF OLD.xmin = pg_current_xact_id()::xid THEN
            RETURN NEW;  -- nobody has known it yet
        END IF;
        NEW.known_since := greatest(OLD.known_since, clock_timestamp());
        NEW.event_id := NULL;
    END IF;
    IF NEW.known_since < OLD.known_since THEN
        RAISE EXCEPTION 'row % of % is known since %: what replaces it is known later', OLD.id, TG_TABLE_NAME,
            OLD.known_since USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.known_since > OLD.known_since THEN
        INSERT INTO {table}state (row_id, known, superseded_by_id, {columns})
        VALUES (OLD.id, tstzrange(OLD.known_since, NEW.known_since), NEW.event_id, {former});
    END IF;
    RETURN NEW;
END $$;

-- BEFORE INSERT without an identity: the first row of a household.
CREATE OR REPLACE FUNCTION {table}_identify() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.identity := NEW.id;
    RETURN NEW;
END $$;

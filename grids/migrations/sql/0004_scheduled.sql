-- The moments after ``after`` at which the partition changes, as it is planned now; nearly always none.
CREATE FUNCTION grids_switches(after timestamptz) RETURNS SETOF timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT lower(valid) FROM grids_gridversion WHERE lower(valid) > after
    UNION
    SELECT upper(valid) FROM grids_gridversion WHERE upper(valid) > after
$$;

-- Law 4 for what is planned: an end may be set once, or moved while it lies in the future; a beginning never. A row
-- that has not begun yet may be called off: it stays, with an empty validity.
CREATE FUNCTION grids_only_end() RETURNS trigger LANGUAGE plpgsql AS $$
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

DROP TRIGGER grids_gridversion_only_end ON grids_gridversion;
CREATE TRIGGER grids_gridversion_only_end BEFORE UPDATE OF valid ON grids_gridversion
    FOR EACH ROW EXECUTE FUNCTION grids_only_end();

-- Law 1, second half, at every moment that a change touches: where versions begin and end, where they would have, and
-- at each change that is already planned for the time that they hold.
CREATE OR REPLACE FUNCTION grids_prove_grid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine record;
    frame record;
    touched timestamptz[];
BEGIN
    SELECT code, community_id, geom, valid INTO mine FROM grids_gridversion WHERE id = NEW.id;
    PERFORM grids_refuse_stale_sight();
    PERFORM pg_advisory_xact_lock(hashtext('grids_partition'), mine.community_id::int);
    touched := ARRAY[lower(mine.valid), upper(mine.valid)];
    IF TG_OP = 'UPDATE' THEN
        touched := touched || ARRAY[lower(OLD.valid), upper(OLD.valid)];
    END IF;
    PERFORM grids_prove_partition(mine.community_id, moment)
    FROM (
        SELECT unnest(touched) AS moment
        UNION
        SELECT lower(valid) FROM grids_gridversion
        WHERE lower(valid) > lower(mine.valid) AND valid && mine.valid AND community_id = mine.community_id
    ) moments WHERE moment IS NOT NULL;
    IF TG_OP = 'INSERT' AND NOT isempty(mine.valid) THEN
        SELECT f.code, f.geom INTO frame FROM grids_divisionversion f
        WHERE f.division_id = mine.community_id AND f.valid @> lower(mine.valid);
        IF NOT ST_Covers(frame.geom, mine.geom) THEN
            RAISE EXCEPTION 'grid % leaves the polygon of its community %', mine.code, frame.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_inside_community', TABLE = 'grids_gridversion',
                      DETAIL = ST_AsText(ST_PointOnSurface(ST_Difference(mine.geom, frame.geom)), 3);
        END IF;
    END IF;
    RETURN NULL;
END $$;

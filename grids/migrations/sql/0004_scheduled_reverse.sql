CREATE OR REPLACE FUNCTION grids_prove_grid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine record;
    frame record;
BEGIN
    SELECT code, community_id, geom, valid INTO mine FROM grids_gridversion WHERE id = NEW.id;
    PERFORM grids_refuse_stale_sight();
    PERFORM pg_advisory_xact_lock(hashtext('grids_partition'), mine.community_id::int);
    PERFORM grids_prove_partition(mine.community_id, lower(mine.valid));
    IF NOT upper_inf(mine.valid) THEN
        PERFORM grids_prove_partition(mine.community_id, upper(mine.valid));
    END IF;
    IF TG_OP = 'INSERT' THEN
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
DROP TRIGGER grids_gridversion_only_end ON grids_gridversion;
CREATE TRIGGER grids_gridversion_only_end BEFORE UPDATE OF valid ON grids_gridversion
    FOR EACH ROW EXECUTE FUNCTION gis_only_end();
DROP FUNCTION grids_only_end();
DROP FUNCTION grids_switches(timestamptz);

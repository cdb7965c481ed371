DROP TRIGGER grids_divisionversion_no_late_overlap ON grids_divisionversion;
DROP TRIGGER grids_divisionversion_ended ON grids_divisionversion;
DROP TRIGGER grids_divisionversion_begun ON grids_divisionversion;
DROP TRIGGER grids_gridversion_ended ON grids_gridversion;
DROP TRIGGER grids_gridversion_begun ON grids_gridversion;
DROP TABLE grids_unproved;
DROP FUNCTION grids_prove_noted();
DROP FUNCTION grids_prove_disjoint(bigint, timestamptz);
DROP FUNCTION grids_prove_inside(bigint, timestamptz);
DROP FUNCTION grids_prove_sum(bigint, timestamptz);
DROP FUNCTION grids_note_ended();
DROP FUNCTION grids_note_begun();
CREATE FUNCTION grids_prove_partition(community bigint, moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    frame record;
    filled numeric;
BEGIN
    SELECT sum(double_area_mm2) INTO filled FROM grids_gridversion
    WHERE community_id = community AND valid @> moment;
    IF filled IS NULL THEN
        RETURN;  -- not divided into grids at that time
    END IF;
    SELECT code, geom, double_area_mm2 INTO frame FROM grids_divisionversion
    WHERE division_id = community AND valid @> moment AND geom IS NOT NULL;
    IF frame.code IS NULL THEN
        RAISE EXCEPTION 'community % has grids but no boundary at %', community, moment
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_partition_exact', TABLE = 'grids_gridversion';
    END IF;
    IF filled <> frame.double_area_mm2 THEN
        RAISE EXCEPTION 'the grids of community % differ from its polygon by % square millimetres at %',
            frame.code, round((filled - frame.double_area_mm2) / 2, 1), moment
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_partition_exact', TABLE = 'grids_gridversion';
    END IF;
END $$;
CREATE FUNCTION grids_prove_grid() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION grids_prove_division() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine record;
    stray text;
BEGIN
    SELECT division_id, code, geom, valid INTO mine FROM grids_divisionversion WHERE id = NEW.id;
    PERFORM grids_refuse_stale_sight();
    PERFORM pg_advisory_xact_lock(hashtext('grids_partition'), mine.division_id::int);
    PERFORM grids_prove_partition(mine.division_id, lower(mine.valid));
    IF NOT upper_inf(mine.valid) THEN
        PERFORM grids_prove_partition(mine.division_id, upper(mine.valid));
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT code INTO stray FROM grids_gridversion
        WHERE community_id = mine.division_id AND valid @> lower(mine.valid) AND NOT ST_Covers(mine.geom, geom) LIMIT 1;
        IF stray IS NOT NULL THEN
            RAISE EXCEPTION 'grid % leaves the new polygon of its community %', stray, mine.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_inside_community', TABLE = 'grids_gridversion';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grids_gridversion_no_overlap AFTER INSERT ON grids_gridversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grids_refuse_overlap();
CREATE CONSTRAINT TRIGGER grids_gridversion_partition AFTER INSERT OR UPDATE OF valid ON grids_gridversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grids_prove_grid();
CREATE CONSTRAINT TRIGGER grids_divisionversion_partition AFTER INSERT OR UPDATE OF valid ON grids_divisionversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.level = 'community') EXECUTE FUNCTION grids_prove_division();

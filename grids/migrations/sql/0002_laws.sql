-- The divisions with these ids and all below them, by the parents of now.
CREATE FUNCTION grids_divisions_below(ids bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 AS $$
    WITH RECURSIVE below(id) AS (
        SELECT unnest(ids)
        UNION
        SELECT v.division_id FROM grids_divisionversion v JOIN below b ON v.parent_id = b.id
        WHERE v.valid @> now()
    )
    SELECT id FROM below
$$;

-- The divisions above those with these ids, by the parents of now; without themselves.
CREATE FUNCTION grids_divisions_above(ids bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5 AS $$
    WITH RECURSIVE above(id) AS (
        SELECT v.parent_id FROM grids_divisionversion v WHERE v.division_id = ANY (ids) AND v.valid @> now()
        UNION
        SELECT v.parent_id FROM grids_divisionversion v JOIN above a ON v.division_id = a.id
        WHERE v.valid @> now()
    )
    SELECT id FROM above WHERE id IS NOT NULL
$$;

-- Law 3: the one grid responsible for a place at a moment. Inside one grid: that one. On a shared
-- border, which is where the distance is below a micrometre: the lowest code. Outside all: the
-- nearest within the tolerance. No row: nobody; the caller queues the place as unassigned.
CREATE FUNCTION grids_grid_of(place geometry, moment timestamptz, tolerance_m float8)
    RETURNS TABLE (grid_id bigint, version_id bigint, rule text, margin_m float8)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT nearest.grid_id, nearest.id,
           CASE WHEN nearest.outside_m > 0 THEN 'nearest'
                WHEN nearest.margin_m < 1e-6 THEN 'border'
                ELSE 'inside' END,
           CASE WHEN nearest.outside_m > 0 THEN nearest.outside_m ELSE nearest.margin_m END
    FROM (
        SELECT v.grid_id, v.id, d.outside_m, ST_Distance(ST_Boundary(v.geom), place) AS margin_m
        FROM grids_gridversion v,
             LATERAL (SELECT round(ST_Distance(v.geom, place)::numeric, 6)::float8 AS outside_m) d
        WHERE v.geom && ST_Expand(place, tolerance_m + 0.001)
          AND v.valid @> moment
          AND d.outside_m <= tolerance_m
        ORDER BY d.outside_m, v.code
        LIMIT 1
    ) nearest
$$;

-- A transaction that keeps the sight of its beginning cannot see what was committed while it waited for the lock.
CREATE FUNCTION grids_refuse_stale_sight() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') = 'repeatable read' THEN
        RAISE EXCEPTION 'boundaries are written in READ COMMITTED or SERIALIZABLE transactions'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_isolation';
    END IF;
END $$;

-- Law 1, first half: the interiors of the grids valid at one instant are disjoint, and so are those of
-- the divisions of one level. The lock makes two writers who cannot see each other take turns.
CREATE FUNCTION grids_refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine record;
    other record;
BEGIN
    PERFORM grids_refuse_stale_sight();
    PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME));
    IF TG_TABLE_NAME = 'grids_gridversion' THEN
        SELECT id, code, geom, valid INTO mine FROM grids_gridversion WHERE id = NEW.id;
        SELECT o.code, o.geom INTO other FROM grids_gridversion o
        WHERE o.id <> mine.id AND o.geom && mine.geom AND o.valid && mine.valid
          AND ST_Relate(o.geom, mine.geom, '2********') LIMIT 1;
    ELSE
        SELECT id, code, geom, valid, level INTO mine FROM grids_divisionversion WHERE id = NEW.id;
        SELECT o.code, o.geom INTO other FROM grids_divisionversion o
        WHERE o.id <> mine.id AND o.level = mine.level AND o.geom && mine.geom AND o.valid && mine.valid
          AND ST_Relate(o.geom, mine.geom, '2********') LIMIT 1;
    END IF;
    IF other.code IS NOT NULL THEN
        RAISE EXCEPTION '% and % overlap at the same time', mine.code, other.code
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = TG_TABLE_NAME || '_no_overlap', TABLE = TG_TABLE_NAME,
                  DETAIL = ST_AsText(ST_PointOnSurface(ST_Intersection(mine.geom, other.geom)), 3);
    END IF;
    RETURN NULL;
END $$;

-- Law 1, second half: at one instant the grids of a community, if it has any, fill its polygon:
-- all of them inside it, and their areas sum to its area exactly.
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

-- A version belongs to the community of its grid.
CREATE FUNCTION grids_same_community() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.community_id IS DISTINCT FROM (SELECT community_id FROM grids_grid WHERE id = NEW.grid_id) THEN
        RAISE EXCEPTION 'grid % never leaves its community', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_same_community', TABLE = 'grids_gridversion';
    END IF;
    RETURN NEW;
END $$;

-- A division keeps its level.
CREATE FUNCTION grids_same_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.level IS DISTINCT FROM (SELECT level FROM grids_division WHERE id = NEW.division_id) THEN
        RAISE EXCEPTION 'division % never changes its level', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_same_level', TABLE = 'grids_divisionversion';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grids_divisionversion_same_level BEFORE INSERT ON grids_divisionversion
    FOR EACH ROW EXECUTE FUNCTION grids_same_level();
CREATE TRIGGER grids_gridversion_same_community BEFORE INSERT ON grids_gridversion
    FOR EACH ROW EXECUTE FUNCTION grids_same_community();
-- Deferred to the commit: a redraw ends and begins many versions, and only the whole is a partition.
CREATE CONSTRAINT TRIGGER grids_gridversion_no_overlap AFTER INSERT ON grids_gridversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grids_refuse_overlap();
-- An end that is moved later must not reach into a successor's time.
CREATE CONSTRAINT TRIGGER grids_gridversion_no_late_overlap AFTER UPDATE OF valid ON grids_gridversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NOT upper_inf(OLD.valid) AND (upper_inf(NEW.valid) OR upper(NEW.valid) > upper(OLD.valid)))
    EXECUTE FUNCTION grids_refuse_overlap();
CREATE CONSTRAINT TRIGGER grids_gridversion_partition AFTER INSERT OR UPDATE OF valid ON grids_gridversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grids_prove_grid();
CREATE CONSTRAINT TRIGGER grids_divisionversion_no_overlap AFTER INSERT ON grids_divisionversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.geom IS NOT NULL) EXECUTE FUNCTION grids_refuse_overlap();
CREATE CONSTRAINT TRIGGER grids_divisionversion_partition AFTER INSERT OR UPDATE OF valid ON grids_divisionversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.level = 'community') EXECUTE FUNCTION grids_prove_division();

-- Law 1: the interiors of the divisions of one level that are valid at one instant are disjoint, and so are those of grids
-- (partition.sql proves those of one community; here, an end that is moved). The lock makes two writers who cannot see
-- each other take turns.
CREATE OR REPLACE FUNCTION grids_refuse_overlap() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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

-- An end that is moved later must not reach into a successor's time.
DROP TRIGGER IF EXISTS grids_gridversion_no_late_overlap ON grids_gridversion;
CREATE CONSTRAINT TRIGGER grids_gridversion_no_late_overlap AFTER UPDATE OF valid ON grids_gridversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NOT upper_inf(OLD.valid) AND (upper_inf(NEW.valid) OR upper(NEW.valid) > upper(OLD.valid)))
    EXECUTE FUNCTION grids_refuse_overlap();

DROP TRIGGER IF EXISTS grids_divisionversion_no_overlap ON grids_divisionversion;
CREATE CONSTRAINT TRIGGER grids_divisionversion_no_overlap AFTER INSERT ON grids_divisionversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.geom IS NOT NULL) EXECUTE FUNCTION grids_refuse_overlap();

-- Grids of two communities are disjoint because their communities are, at all times: an end of a polygon that is moved
-- later must not reach into a neighbour's time.
DROP TRIGGER IF EXISTS grids_divisionversion_no_late_overlap ON grids_divisionversion;
CREATE CONSTRAINT TRIGGER grids_divisionversion_no_late_overlap AFTER UPDATE OF valid ON grids_divisionversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.geom IS NOT NULL AND NOT upper_inf(OLD.valid)
          AND (upper_inf(NEW.valid) OR upper(NEW.valid) > upper(OLD.valid)))
    EXECUTE FUNCTION grids_refuse_overlap();

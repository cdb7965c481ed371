-- A version belongs to the community of its grid.
CREATE OR REPLACE FUNCTION grids_same_community() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.community_id IS DISTINCT FROM (SELECT community_id FROM grids_grid WHERE id = NEW.grid_id) THEN
        RAISE EXCEPTION 'grid % never leaves its community', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_same_community', TABLE = 'grids_gridversion';
    END IF;
    RETURN NEW;
END $$;

-- A division keeps its level.
CREATE OR REPLACE FUNCTION grids_same_level() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.level IS DISTINCT FROM (SELECT level FROM grids_division WHERE id = NEW.division_id) THEN
        RAISE EXCEPTION 'division % never changes its level', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_same_level', TABLE = 'grids_divisionversion';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER grids_divisionversion_same_level BEFORE INSERT ON grids_divisionversion
    FOR EACH ROW EXECUTE FUNCTION grids_same_level();

CREATE OR REPLACE TRIGGER grids_gridversion_same_community BEFORE INSERT ON grids_gridversion
    FOR EACH ROW EXECUTE FUNCTION grids_same_community();

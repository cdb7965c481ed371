-- A redraw stands where its log says that somebody has put it: no state without its line (who, when, why).
CREATE FUNCTION grids_demand_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM grids_redrawevent WHERE redraw_id = NEW.id AND action = NEW.status) THEN
        RAISE EXCEPTION 'redraw % is % without a line in its log', NEW.id, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_redraw_logged', TABLE = 'grids_redraw';
    END IF;
    RETURN NULL;
END $$;
-- Deferred to the commit: the state and its line are written one after the other.
CREATE CONSTRAINT TRIGGER grids_redraw_logged AFTER INSERT OR UPDATE OF status ON grids_redraw
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION grids_demand_line();

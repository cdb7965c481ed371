-- A redraw stands where its log says that somebody has put it. One that leaves the plan, or takes effect again, needs a
-- line that is younger than the one before.
CREATE OR REPLACE FUNCTION grids_demand_line() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wanted text := NEW.status;
    passed text := 'plan_cancelled';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' AND NEW.status = 'approved' THEN
        wanted := 'plan_cancelled';
        passed := 'published';
    END IF;
    IF NOT EXISTS (
        SELECT FROM grids_redrawevent line WHERE line.redraw_id = NEW.id AND line.action = wanted AND NOT (
            wanted IN ('published', 'plan_cancelled') AND EXISTS (
                SELECT FROM grids_redrawevent later
                WHERE later.redraw_id = NEW.id AND later.action = passed AND later.id > line.id
            )
        )
    ) THEN
        RAISE EXCEPTION 'redraw % is % without a line in its log', NEW.id, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_redraw_logged', TABLE = 'grids_redraw';
    END IF;
    RETURN NULL;
END $$;

-- Deferred to the commit: the state and its line are written one after the other.
DROP TRIGGER IF EXISTS grids_redraw_logged ON grids_redraw;
CREATE CONSTRAINT TRIGGER grids_redraw_logged AFTER INSERT OR UPDATE OF status ON grids_redraw
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION grids_demand_line();

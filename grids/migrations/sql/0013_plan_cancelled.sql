-- A published redraw is history, but for a plan that is called off before its moment: it is approved as it was before.
DROP TRIGGER grids_redraw_final ON grids_redraw;
CREATE TRIGGER grids_redraw_final BEFORE UPDATE ON grids_redraw FOR EACH ROW
    WHEN (OLD.status IN ('published', 'withdrawn') AND NOT (
        OLD.status = 'published' AND OLD.effective_at > clock_timestamp()
        AND NEW.status = 'approved' AND NEW.effective_at IS NULL
        AND to_jsonb(NEW) - '{status,effective_at}'::text[] = to_jsonb(OLD) - '{status,effective_at}'::text[]
    )) EXECUTE FUNCTION gis_refuse_rewrite();

-- A redraw stands where its log says that somebody has put it. One that leaves the plan, or takes effect again, needs a
-- line that is younger than the one before.
CREATE OR REPLACE FUNCTION grids_demand_line() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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

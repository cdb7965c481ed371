CREATE OR REPLACE FUNCTION grids_demand_line() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM grids_redrawevent WHERE redraw_id = NEW.id AND action = NEW.status) THEN
        RAISE EXCEPTION 'redraw % is % without a line in its log', NEW.id, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grids_redraw_logged', TABLE = 'grids_redraw';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER grids_redraw_final ON grids_redraw;
CREATE TRIGGER grids_redraw_final BEFORE UPDATE ON grids_redraw
    FOR EACH ROW WHEN (OLD.status IN ('published', 'withdrawn')) EXECUTE FUNCTION gis_refuse_rewrite();

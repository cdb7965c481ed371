-- A published redraw is history, but for a plan that is cancelled before its moment: it is approved as it was before.
CREATE OR REPLACE TRIGGER grids_redraw_final BEFORE UPDATE ON grids_redraw FOR EACH ROW
    WHEN (OLD.status IN ('published', 'withdrawn') AND NOT (
        OLD.status = 'published' AND OLD.effective_at > clock_timestamp()
        AND NEW.status = 'approved' AND NEW.effective_at IS NULL
        AND to_jsonb(NEW) - '{status,effective_at}'::text[] = to_jsonb(OLD) - '{status,effective_at}'::text[]
    )) EXECUTE FUNCTION gis_refuse_rewrite();

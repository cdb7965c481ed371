-- What names the tables and columns that go: without it no step could be taken, and the columns would take the guard of
-- what was reported with them.
CREATE OR REPLACE FUNCTION incidents_step_taken() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE incidents_incident SET status = incidents_status_of(NEW.after)
    WHERE id = NEW.incident_id AND occurred_at = NEW.occurred_at
      AND status IS DISTINCT FROM incidents_status_of(NEW.after);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER incidents_incident_never_rewritten
    BEFORE UPDATE OF occurred_at, received_at, reported_x, reported_y, declared_crs, source, external_id
    ON incidents_incident FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite();
DROP FUNCTION IF EXISTS incidents_grid_of(geometry, timestamptz, float8, bigint);
DROP FUNCTION IF EXISTS incidents_order_of(bigint, timestamptz);
DROP FUNCTION IF EXISTS incidents_first_term(bigint, text, timestamptz);
DO $$
BEGIN
    IF to_regprocedure('incidents_deadline_of(bigint, integer, text, timestamptz)') IS NOT NULL THEN
        CREATE OR REPLACE FUNCTION incidents_first_due(kind bigint, stands text, since timestamptz) RETURNS timestamptz
            LANGUAGE sql STABLE PARALLEL SAFE
        BEGIN ATOMIC
            SELECT since + make_interval(mins => d.minutes) FROM incidents_deadline_of(kind, NULL, stands, since) AS d;
        END;
    END IF;
END $$;

-- What names the tables that go.
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

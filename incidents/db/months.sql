-- Make the partition of a month, unless it is there. Months more than ten years back or one ahead stay in the default
-- partition: each partition costs every query a little, and nobody may make hundreds by reporting odd dates. So do months
-- of which a raw writer has already put rows there.
CREATE OR REPLACE FUNCTION incidents_ensure_month(moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql STRICT SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz := date_trunc('month', moment, 'UTC');
    next timestamptz := date_trunc('month', month + interval '32 days', 'UTC');
    name text := 'incidents_incident_' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM');
BEGIN
    IF month NOT BETWEEN now() - interval '10 years' AND now() + interval '1 year' OR to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('incidents_ensure_month'));
    IF to_regclass(name) IS NOT NULL
       OR EXISTS (SELECT FROM incidents_incident_other WHERE occurred_at >= month AND occurred_at < next) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF incidents_incident FOR VALUES FROM (%L) TO (%L)', name, month, next);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete()',
                   name || '_never_truncated', name);
    RETURN true;
END $$;

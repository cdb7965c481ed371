-- Make the partition of a month, unless it is there. Months more than ten years back or one ahead stay in the default
-- partition: each partition costs every query a little, and nobody may make hundreds by reporting odd dates. So do months
-- of which a raw writer has already put rows there.
CREATE FUNCTION incidents_ensure_month(moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql STRICT AS $$
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

-- A row trigger, because PostgreSQL gives it to every partition: no way round by a partition's own name.
CREATE TRIGGER incidents_incident_never_deleted BEFORE DELETE ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION gis_refuse_delete();
CREATE TRIGGER incidents_incident_other_never_truncated BEFORE TRUNCATE ON incidents_incident_other
    FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete();
CREATE TRIGGER incidents_incident_never_truncated BEFORE TRUNCATE ON incidents_incident
    FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete();

-- How sure an assignment is: the share of the accuracy disc that lies on this side of the border, taken
-- straight at distance margin_m. Outside every grid, the share beyond it. Unknown accuracy: unknown.
CREATE FUNCTION incidents_confidence(rule text, margin_m float8, accuracy_m float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN rule = 'none' OR accuracy_m IS NULL THEN NULL
        WHEN accuracy_m <= 0 THEN 1
        ELSE round((CASE WHEN rule = 'nearest' THEN 1 - share ELSE share END)::numeric, 4)::float8
    END
    FROM (SELECT least(margin_m / nullif(accuracy_m, 0), 1) AS t) ratio,
         LATERAL (SELECT 1 - (acos(t) - t * sqrt(1 - t * t)) / pi() AS share) disc
$$;

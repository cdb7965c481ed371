-- Make the monthly partitions that cover a span. Months before 1970 or more than a year ahead are surely
-- mistakes; they, and months of which a raw writer has already put rows there, stay in the default partition.
CREATE FUNCTION incidents_ensure_months(first timestamptz, last timestamptz) RETURNS integer
    LANGUAGE plpgsql STRICT AS $$
DECLARE
    month timestamptz := date_trunc('month', greatest(first, '1970-01-01'::timestamptz), 'UTC');
    stop timestamptz := least(last, now() + interval '1 year');
    next timestamptz;
    name text;
    made integer := 0;
BEGIN
    WHILE month <= stop LOOP
        next := date_trunc('month', month + interval '32 days', 'UTC');
        name := 'incidents_incident_' || to_char(month AT TIME ZONE 'UTC', 'YYYY"m"MM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('incidents_ensure_months'));
            IF to_regclass(name) IS NULL AND NOT EXISTS (
                SELECT FROM incidents_incident_other WHERE occurred_at >= month AND occurred_at < next
            ) THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF incidents_incident FOR VALUES FROM (%L) TO (%L)',
                               name, month, next);
                EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete()',
                               name || '_never_truncated', name);
                made := made + 1;
            END IF;
        END IF;
        month := next;
    END LOOP;
    RETURN made;
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

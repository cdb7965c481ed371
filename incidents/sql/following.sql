-- Open incidents go where law 3 says from a moment on, also after each change that is planned for their area; closed
-- ones keep their receipt. It is asked from the moment given, or from just after a receipt that has begun since.
CREATE TEMP TABLE following ON COMMIT DROP AS
WITH part AS MATERIALIZED (
    SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(area)s, %(srid)s)) AS d
), incident AS MATERIALIZED (
    SELECT id, occurred_at, location, accuracy_m FROM incidents_incident
    WHERE id = ANY (%(ids)s::bigint[]) AND status = ANY (%(open)s)
    UNION ALL
    SELECT DISTINCT ON (i.id) i.id, i.occurred_at, i.location, i.accuracy_m
    FROM part CROSS JOIN LATERAL (
        SELECT id, occurred_at, location, accuracy_m FROM incidents_incident
        WHERE ST_Intersects(part.geom, location) AND status = ANY (%(open)s)
        OFFSET 0  -- keeps the planner from reading all incidents: the index of the open ones is asked for each part
    ) i
), held AS (
    SELECT i.id, max(lower(a.valid)) FILTER (WHERE lower(a.valid) BETWEEN %(moment)s AND clock_timestamp())
                     + interval '1 microsecond' AS begun
    FROM incident i JOIN incidents_assignment a ON a.incident_id = i.id GROUP BY i.id
)
SELECT i.id, i.location, greatest(%(moment)s, h.begun) AS begins, NULL::timestamptz AS ends, i.occurred_at, i.accuracy_m
FROM incident i JOIN held h ON h.id = i.id

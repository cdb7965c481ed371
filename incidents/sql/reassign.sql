-- Open incidents go where law 3 says from a moment on, also after each change that is planned for their ground; closed
-- ones keep their receipt. It is asked from the moment given, or from just after a receipt that has begun since.
CREATE TEMP TABLE incidents_moving ON COMMIT DROP AS
WITH part AS MATERIALIZED (
    SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(ground)s, %(srid)s)) AS d
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
SELECT i.id, i.occurred_at, i.location, i.accuracy_m, greatest(%(moment)s, h.begun) AS begins
FROM incident i JOIN held h ON h.id = i.id;
-- One row for each time that the grid is another.
CREATE TEMP TABLE incidents_course ON COMMIT DROP AS
WITH instant AS (
    SELECT id, location, begins AS moment FROM incidents_moving
    UNION ALL
    SELECT t.id, t.location, s FROM incidents_moving t JOIN grids_switches(%(moment)s) AS s ON s > t.begins
), turn AS (
    SELECT i.id, i.moment, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
           lag(g.grid_id) OVER (PARTITION BY i.id ORDER BY i.moment) IS NOT DISTINCT FROM g.grid_id
               AND row_number() OVER (PARTITION BY i.id ORDER BY i.moment) > 1 AS stays
    FROM instant i LEFT JOIN LATERAL grids_grid_of(i.location, i.moment, %(tolerance_m)s) g ON true
)
SELECT id, moment AS begins, lead(moment) OVER (PARTITION BY id ORDER BY moment) AS ends,
       grid_id, version_id, rule, margin_m
FROM turn WHERE NOT stays;
-- What is written already: kept as long as it says the same, else ended, or called off when it has not begun.
CREATE TEMP TABLE incidents_written ON COMMIT DROP AS
SELECT a.id, t.id AS incident_id, greatest(lower(a.valid), t.begins) AS begins, c.id IS NOT NULL AS kept,
       CASE WHEN c.id IS NOT NULL THEN c.ends ELSE greatest(lower(a.valid), t.begins) END AS ends
FROM incidents_moving t
JOIN incidents_assignment a ON a.incident_id = t.id AND a.valid && tstzrange(t.begins, NULL)
LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
LEFT JOIN incidents_course c ON c.id = t.id AND c.begins = greatest(lower(a.valid), t.begins)
    AND c.grid_id IS NOT DISTINCT FROM a.grid_id AND isempty(v.valid) IS NOT TRUE
    AND (upper_inf(a.valid) OR upper(a.valid) >= c.ends);
UPDATE incidents_assignment a SET valid = tstzrange(lower(a.valid), w.ends)
FROM incidents_written w WHERE a.id = w.id AND upper(a.valid) IS DISTINCT FROM w.ends;
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
SELECT c.id, t.occurred_at, c.grid_id, c.version_id, c.rule, c.margin_m,
       incidents_confidence(c.rule, c.margin_m, t.accuracy_m),
       CASE WHEN c.grid_id IS NULL THEN 'outside_grids' ELSE 'redraw' END, tstzrange(c.begins, c.ends)
FROM incidents_course c
JOIN incidents_moving t ON t.id = c.id
WHERE NOT EXISTS (SELECT FROM incidents_written w WHERE w.kept AND w.incident_id = c.id AND w.begins = c.begins);
DROP TABLE incidents_written, incidents_course, incidents_moving;

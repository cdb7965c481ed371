-- Open incidents on changed ground follow it; closed ones keep their receipt.
CREATE TEMP TABLE incidents_moved ON COMMIT DROP AS
SELECT i.id, i.occurred_at, i.accuracy_m, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
       a.id AS former_id
FROM incidents_incident i
JOIN incidents_assignment a ON a.incident_id = i.id AND upper_inf(a.valid)
LEFT JOIN LATERAL grids_grid_of(i.location, %(moment)s, %(tolerance_m)s) g ON true
WHERE i.status = ANY (%(open)s)
  AND ST_Intersects(i.location, ST_GeomFromWKB(%(ground)s, %(srid)s))
  AND (a.grid_id IS DISTINCT FROM g.grid_id OR a.grid_version_id IS DISTINCT FROM g.version_id);
UPDATE incidents_assignment a SET valid = tstzrange(lower(a.valid), %(moment)s)
FROM incidents_moved m WHERE a.id = m.former_id;
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
SELECT id, occurred_at, grid_id, version_id, rule, margin_m, incidents_confidence(rule, margin_m, accuracy_m),
       CASE WHEN grid_id IS NULL THEN 'outside_grids' ELSE 'redraw' END, tstzrange(%(moment)s, NULL)
FROM incidents_moved;
DROP TABLE incidents_moved;

-- The incidents that wait although their place is known, and a grid is at it: open ones now, those that are over at their
-- time, or with the first grids on record when they are older than any (as in place.sql).
CREATE TEMP TABLE waiting ON COMMIT DROP AS
WITH first_record AS (SELECT min(lower(valid)) AS moment FROM grids_gridversion)
SELECT a.id AS assignment_id, i.id, i.occurred_at, incidents_accuracy(i.placed_by, i.accuracy_m) AS accuracy_m, i.status = ANY (%(open)s) AS open,
       g.grid_id, g.version_id, g.rule, g.margin_m, v.community_id
FROM incidents_assignment a
JOIN incidents_incident i ON i.id = a.incident_id AND i.occurred_at = a.occurred_at
CROSS JOIN first_record f
CROSS JOIN LATERAL incidents_grid_of(
    i.location,
    CASE WHEN i.status = ANY (%(open)s) THEN %(moment)s ELSE greatest(i.occurred_at, f.moment) END,
    %(tolerance_m)s, i.placing_order_id) g
JOIN grids_gridversion v ON v.id = g.version_id
WHERE a.rule = 'none' AND a.valid @> %(moment)s::timestamptz AND i.location IS NOT NULL AND i.received_at < %(moment)s
FOR UPDATE OF a;

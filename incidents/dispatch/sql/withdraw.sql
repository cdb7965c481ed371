-- The decided grid of an open incident ends, what is planned for it is called off; the grid of its place begins.
UPDATE incidents_assignment SET valid = 'empty' WHERE incident_id = %(incident)s AND lower(valid) > %(moment)s;
UPDATE incidents_assignment SET valid = tstzrange(lower(valid), %(moment)s)
WHERE incident_id = %(incident)s AND valid @> %(moment)s::timestamptz;
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, decided_by_id, note, valid)
SELECT i.id, i.occurred_at, g.grid_id, g.version_id, coalesce(g.rule, 'none'), g.margin_m,
       incidents_confidence(coalesce(g.rule, 'none'), g.margin_m, incidents_accuracy(i.placed_by, i.accuracy_m)),
       'withdrawn', %(user)s, %(note)s, tstzrange(%(moment)s, NULL)
FROM incidents_incident i
LEFT JOIN LATERAL incidents_grid_of(i.location, %(moment)s::timestamptz, %(tolerance_m)s, i.placing_order_id) g ON true
WHERE i.id = %(incident)s AND i.occurred_at = %(occurred_at)s;
UPDATE incidents_incident i SET community_id = around.community_id
FROM (
    SELECT coalesce(v.community_id, grids_community_at(j.location, now())) AS community_id
    FROM incidents_incident j
    JOIN incidents_assignment a ON a.incident_id = j.id AND a.valid @> %(moment)s::timestamptz
    LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
    WHERE j.id = %(incident)s AND j.occurred_at = %(occurred_at)s
) around
WHERE i.id = %(incident)s AND i.occurred_at = %(occurred_at)s AND around.community_id IS NOT NULL
  AND i.community_id IS DISTINCT FROM around.community_id;

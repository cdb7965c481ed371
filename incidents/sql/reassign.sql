-- What of the incidents' course is not written yet.
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
SELECT c.id, t.occurred_at, c.grid_id, c.version_id, c.rule, c.margin_m,
       incidents_confidence(c.rule, c.margin_m, t.accuracy_m),
       CASE WHEN t.location IS NULL THEN 'no_location' WHEN c.grid_id IS NULL THEN 'outside_grids'
            WHEN c.begins = t.until THEN 'decision_ended' ELSE 'redraw' END, tstzrange(c.begins, c.ends)
FROM course c
JOIN following t ON t.id = c.id
WHERE NOT EXISTS (SELECT FROM written w WHERE w.kept AND w.id = c.id AND w.begins = c.begins);
-- The community follows from the place: that of the grid now, or where there is none, the one around the place.
UPDATE incidents_incident i SET community_id = around.community_id
FROM following t
JOIN course c ON c.id = t.id AND tstzrange(c.begins, c.ends) @> clock_timestamp()
LEFT JOIN grids_gridversion v ON v.id = c.version_id
CROSS JOIN LATERAL (SELECT coalesce(v.community_id, grids_community_at(t.location, now())) AS community_id) around
WHERE i.id = t.id AND i.occurred_at = t.occurred_at AND around.community_id IS NOT NULL
  AND i.community_id IS DISTINCT FROM around.community_id;
DROP TABLE written, course, following, moving;

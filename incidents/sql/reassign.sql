-- What of the incidents' course is not written yet.
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
SELECT c.id, t.occurred_at, c.grid_id, c.version_id, c.rule, c.margin_m,
       incidents_confidence(c.rule, c.margin_m, t.accuracy_m),
       CASE WHEN c.grid_id IS NULL THEN 'outside_grids' ELSE 'redraw' END, tstzrange(c.begins, c.ends)
FROM course c
JOIN following t ON t.id = c.id
WHERE NOT EXISTS (SELECT FROM written w WHERE w.kept AND w.id = c.id AND w.begins = c.begins);
DROP TABLE written, course, following;

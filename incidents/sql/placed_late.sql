-- Those of waiting.sql that are over: their receipt until now stays, from now on they have their grid.
UPDATE incidents_assignment a SET valid = tstzrange(lower(a.valid), %(moment)s)
FROM waiting w WHERE w.assignment_id = a.id AND NOT w.open;
INSERT INTO incidents_assignment (
    incident_id, occurred_at, grid_id, grid_version_id, rule, margin_m, confidence, reason, valid)
SELECT id, occurred_at, grid_id, version_id, rule, margin_m,
       incidents_confidence(rule, margin_m, accuracy_m), 'late', tstzrange(%(moment)s, NULL)
FROM waiting WHERE NOT open;
UPDATE incidents_incident i SET community_id = w.community_id
FROM waiting w
WHERE w.id = i.id AND w.occurred_at = i.occurred_at AND NOT w.open AND i.community_id IS DISTINCT FROM w.community_id;

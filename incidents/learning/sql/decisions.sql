-- Which grid people gave each incident of a span to, against what its place said: the last decision.
SELECT DISTINCT ON (incident_id) incident_id, grid_id FROM incidents_assignment
WHERE rule = 'manual' AND NOT isempty(valid) AND occurred_at >= %(since)s AND occurred_at < %(until)s
ORDER BY incident_id, lower(valid) DESC

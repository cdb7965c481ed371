-- The open incidents whose assignments leave an instant since their receipt without one.
SELECT i.id
FROM incidents_incident i LEFT JOIN incidents_assignment a ON a.incident_id = i.id
WHERE i.status = ANY (%(open)s)
GROUP BY i.id, i.received_at
HAVING range_agg(a.valid) @> tstzrange(i.received_at, NULL) IS NOT TRUE
ORDER BY i.id

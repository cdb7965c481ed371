-- The nearest other grid beside each receipt, as the partition was when it began.
SELECT a.id, r.version_id, r.code, r.distance_m
FROM incidents_assignment a
JOIN incidents_incident i ON i.id = a.incident_id AND i.occurred_at = a.occurred_at
LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
CROSS JOIN LATERAL incidents_runner_up(
    i.location, least(greatest(lower(a.valid), lower(v.valid)), upper(v.valid) - interval '1 microsecond'), a.grid_id) r
WHERE a.id = ANY (%(ids)s)

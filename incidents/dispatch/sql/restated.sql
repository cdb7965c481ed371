-- What lies inside a grid version, by its receipt, lies there as long as the version holds: only the others are placed anew.
WITH incident AS (
    SELECT i.id, i.location, i.placing_order_id, held.grid_id, held.rule, coalesce(decided.id, same.id) AS known_version
    FROM incidents_incident i
    LEFT JOIN LATERAL (
        SELECT grid_id, grid_version_id, rule FROM incidents_assignment a
        WHERE a.incident_id = i.id AND a.occurred_at = i.occurred_at AND a.valid @> statement_timestamp()
    ) held ON true
    LEFT JOIN grids_gridversion decided
        ON held.rule = 'manual' AND decided.grid_id = held.grid_id AND decided.valid @> %(moment)s::timestamptz
    LEFT JOIN grids_gridversion same
        ON held.rule = 'inside' AND same.id = held.grid_version_id AND same.valid @> %(moment)s::timestamptz
    WHERE i.occurred_at >= %(since)s AND i.occurred_at < %(until)s
)
SELECT coalesce(i.known_version, g.version_id) AS version_id, count(*) AS incidents,
       count(*) FILTER (WHERE i.known_version IS NULL AND i.grid_id IS DISTINCT FROM g.grid_id) AS elsewhere
FROM incident i
LEFT JOIN LATERAL incidents_grid_of(i.location, %(moment)s::timestamptz, %(tolerance_m)s, i.placing_order_id) g
    ON i.known_version IS NULL
WHERE coalesce(i.known_version, g.version_id) IS NOT NULL
GROUP BY 1

-- Buildings and open incidents whose one current assignment is not what grids_grid_of() says now.
SELECT count(*) AS wrong
FROM buildings_building b
LEFT JOIN LATERAL grids_grid_of(b.location, statement_timestamp(), %(tolerance_m)s) g ON true
WHERE b.valid @> statement_timestamp() AND 1 <> (
    SELECT count(*) FILTER (WHERE a.grid_id IS NOT DISTINCT FROM g.grid_id) * count(*)
    FROM buildings_buildingassignment a WHERE a.building_id = b.id AND a.valid @> statement_timestamp())
UNION ALL
SELECT count(*)
FROM incidents_incident i
LEFT JOIN LATERAL grids_grid_of(i.location, statement_timestamp(), %(tolerance_m)s) g ON true
WHERE i.status IN ('new', 'assigned', 'in_progress') AND 1 <> (
    SELECT count(*) FILTER (WHERE a.grid_id IS NOT DISTINCT FROM g.grid_id) * count(*)
    FROM incidents_assignment a WHERE a.incident_id = i.id AND a.valid @> statement_timestamp())

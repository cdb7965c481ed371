-- The grid version that each incident first went to: where it was counted when it came in, whatever was drawn since.
SELECT DISTINCT ON (a.incident_id) a.incident_id, v.id, v.code, v.community_id
FROM incidents_assignment a JOIN grids_gridversion v ON v.id = a.grid_version_id
WHERE a.incident_id = ANY (%(incidents)s::bigint[])
ORDER BY a.incident_id, lower(a.valid), a.id

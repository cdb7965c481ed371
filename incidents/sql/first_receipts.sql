-- The assignment that each incident began with, and where its place is; those called off before they began are left out.
SELECT DISTINCT ON (a.incident_id)
       a.incident_id, v.code, a.grid_version_id, a.rule, a.margin_m, a.confidence, a.reason,
       lower(a.valid), upper(a.valid), i.community_id, i.location IS NOT NULL
FROM incidents_assignment a
JOIN incidents_incident i ON i.id = a.incident_id AND i.occurred_at = a.occurred_at
LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
WHERE a.incident_id = ANY ((SELECT %(ids)b::bigint[])::bigint[]) AND NOT isempty(a.valid)
ORDER BY a.incident_id, a.valid

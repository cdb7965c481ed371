-- The assignment that each incident began with, and where its place is; those called off before they began are left out.
SELECT DISTINCT ON (a.incident_id)
       a.incident_id, v.code, a.grid_version_id, a.rule, a.margin_m, a.confidence, a.reason,
       lower(a.valid), upper(a.valid), i.community_id, i.location IS NOT NULL, a.grid_id, i.placed_by, i.placing_order_id,
       n.code, n.distance_m, other.community_id
FROM incidents_assignment a
JOIN incidents_incident i ON i.id = a.incident_id AND i.occurred_at = a.occurred_at
LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
LEFT JOIN LATERAL incidents_runner_up_within(i.location, lower(a.valid), a.grid_id,
    incidents_reach(a.margin_m, incidents_accuracy(i.placed_by, i.accuracy_m), %(near_m)s::float8)) n ON true
LEFT JOIN grids_gridversion other ON other.id = n.version_id
WHERE a.incident_id = ANY ((SELECT %(ids)b::bigint[])::bigint[]) AND NOT isempty(a.valid)
ORDER BY a.incident_id, a.valid

-- The grid of an incident's place when it occurred, or the first on record when it is older than any.
SELECT v.code AS grid, g.version_id AS version, coalesce(g.rule, 'none') AS rule, g.margin_m
FROM incidents_incident i
CROSS JOIN (SELECT min(lower(valid)) AS moment FROM grids_gridversion) AS first_record
LEFT JOIN LATERAL incidents_grid_of(
    i.location, greatest(i.occurred_at, first_record.moment), %(tolerance_m)s, i.placing_order_id) g ON true
LEFT JOIN grids_gridversion v ON v.id = g.version_id
WHERE i.id = %(id)s AND i.occurred_at = %(occurred_at)s AND i.location IS NOT NULL

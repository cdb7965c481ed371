-- The receipts of a span of ids that can't be had again from what is stored: neither at the moment at which they were
-- written or begin, nor at that at which the incident occurred, nor with the first grids on record of its place. A decision by hand is only measured again.
WITH first_record AS (
    SELECT min(lower(valid)) AS moment FROM grids_gridversion
), receipt AS (
    SELECT a.*, i.location, i.placing_order_id, incidents_accuracy(i.placed_by, i.accuracy_m) AS accuracy_m,
           ARRAY[lower(a.valid), a.recorded_at, greatest(i.occurred_at, f.moment),
                 CASE WHEN lower(v.valid) >= i.occurred_at THEN lower(v.valid) END] AS moments,
           ST_Distance(ST_Boundary(v.geom), i.location) AS from_border
    FROM incidents_assignment a
    JOIN incidents_incident i ON i.id = a.incident_id AND i.occurred_at = a.occurred_at
    LEFT JOIN grids_gridversion v ON v.id = a.grid_version_id
    CROSS JOIN first_record f
    WHERE a.id > %(after)s AND a.id <= %(last)s AND NOT isempty(a.valid)
)
SELECT r.id, r.incident_id FROM receipt r
WHERE CASE WHEN r.rule = 'manual' THEN r.margin_m IS DISTINCT FROM r.from_border ELSE NOT EXISTS (
    SELECT FROM unnest(r.moments) AS m
    LEFT JOIN LATERAL incidents_grid_of(r.location, m, %(tolerance_m)s, r.placing_order_id) AS g ON true
    WHERE m IS NOT NULL
      AND g.grid_id IS NOT DISTINCT FROM r.grid_id AND g.version_id IS NOT DISTINCT FROM r.grid_version_id
      AND coalesce(g.rule, 'none') = r.rule AND g.margin_m IS NOT DISTINCT FROM r.margin_m
      AND r.confidence IS NOT DISTINCT FROM incidents_confidence(r.rule, r.margin_m, r.accuracy_m)
) END
ORDER BY r.id

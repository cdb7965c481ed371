-- The addresses of houses under each of many structural keys. Each lateral join with its limit holds the planner to
-- one look-up a row, where it would read all buildings of the city.
SELECT q.key, a.text, a.normalized, a.kind = 'standard' AS standard,
       CASE WHEN a.entrance_id IS NOT NULL THEN 'entrance' ELSE 'building' END AS target,
       COALESCE(a.entrance_id, a.building_id) AS id,
       b.id AS building, b.community_id AS community
FROM unnest((SELECT %(keys)b::text[])) WITH ORDINALITY AS q (key, n)
CROSS JOIN LATERAL (
    SELECT h.id, h.text, h.normalized, h.kind, h.entrance_id, h.building_id
    FROM buildings_address h
    WHERE h.keys @> ARRAY[q.key] AND h.unit_id IS NULL AND h.valid @> %(moment)s
    ORDER BY length(h.normalized), h.id
    LIMIT (SELECT %(limit)s::int)
) a
CROSS JOIN LATERAL (
    SELECT h.id, h.community_id
    FROM buildings_building h
    WHERE h.valid @> %(moment)s AND h.id = CASE
        WHEN a.building_id IS NOT NULL THEN a.building_id
        ELSE (SELECT e.building_id FROM buildings_entrance e WHERE e.id = a.entrance_id AND e.valid @> %(moment)s)
        END
    LIMIT 1
) b
WHERE (SELECT %(areas)s::bigint[]) IS NULL
   OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below((SELECT %(areas)s::bigint[]))))
ORDER BY q.n, length(a.normalized), a.id

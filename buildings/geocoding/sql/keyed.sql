-- The addresses of houses under each of many structural keys.
SELECT q.key, a.text, a.normalized, a.kind,
       CASE WHEN a.entrance_id IS NOT NULL THEN 'entrance' ELSE 'building' END AS target,
       COALESCE(a.entrance_id, a.building_id) AS id,
       b.id AS building, b.community_id AS community
FROM unnest(%(keys)s::text[]) AS q (key)
CROSS JOIN LATERAL (
    SELECT h.*
    FROM buildings_address h
    WHERE h.keys @> ARRAY[q.key] AND h.unit_id IS NULL AND h.valid @> %(moment)s
    ORDER BY length(h.normalized), h.id
    LIMIT %(limit)s
) a
LEFT JOIN buildings_entrance e ON e.id = a.entrance_id AND e.valid @> %(moment)s
JOIN buildings_building b ON b.id = COALESCE(a.building_id, e.building_id) AND b.valid @> %(moment)s
WHERE %(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))

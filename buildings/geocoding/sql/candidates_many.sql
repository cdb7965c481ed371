-- The addresses of houses that hold the telling substring of one of many questions.
SELECT q.n, a.text, a.normalized, a.kind, false AS exact,
       CASE WHEN a.entrance_id IS NOT NULL THEN 'entrance' ELSE 'building' END AS target,
       COALESCE(a.entrance_id, a.building_id) AS id,
       b.id AS building
FROM unnest(%(numbers)s::int[], %(patterns)s::text[]) AS q (n, pattern)
CROSS JOIN LATERAL (
    SELECT h.*
    FROM buildings_address h
    WHERE h.normalized LIKE q.pattern AND h.unit_id IS NULL AND h.valid @> %(moment)s
    ORDER BY length(h.normalized), h.id
    LIMIT %(limit)s
) a
LEFT JOIN buildings_entrance e ON e.id = a.entrance_id AND e.valid @> %(moment)s
JOIN buildings_building b ON b.id = COALESCE(a.building_id, e.building_id) AND b.valid @> %(moment)s
WHERE %(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))

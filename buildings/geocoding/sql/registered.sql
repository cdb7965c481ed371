-- Addresses that are one of many normalized texts, word for word. Not by =, which the planner would answer
-- from the trigram index, a hundred times slower than from the b-tree.
SELECT a.text, a.normalized, a.kind,
       CASE WHEN a.unit_id IS NOT NULL THEN 'unit' WHEN a.entrance_id IS NOT NULL THEN 'entrance' ELSE 'building' END
           AS target,
       COALESCE(a.unit_id, a.entrance_id, a.building_id) AS id,
       b.id AS building, b.community_id AS community
FROM unnest(%(texts)s::varchar[]) AS asked (text)
CROSS JOIN LATERAL (
    SELECT h.*
    FROM buildings_address h
    WHERE h.normalized >= asked.text AND h.normalized <= asked.text AND h.division_id IS NULL
      AND h.valid @> %(moment)s
    ORDER BY h.normalized, h.id
    LIMIT 100
) a
LEFT JOIN buildings_unit u ON u.id = a.unit_id AND u.valid @> %(moment)s
LEFT JOIN buildings_entrance e ON e.id = a.entrance_id AND e.valid @> %(moment)s
JOIN buildings_building b ON b.id = COALESCE(a.building_id, e.building_id, u.building_id) AND b.valid @> %(moment)s
WHERE %(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[])))
ORDER BY a.id

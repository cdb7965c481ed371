-- Addresses that are one of many normalized texts, word for word. Not by =, which the planner would answer
-- from the trigram index, a hundred times slower than from the b-tree; and each lateral join with its limit holds it to
-- one look-up a row, where it would read all buildings, entrances and units of the city.
SELECT asked.n, a.text, a.normalized, a.kind = 'standard' AS standard,
       CASE WHEN a.unit_id IS NOT NULL THEN 'unit' WHEN a.entrance_id IS NOT NULL THEN 'entrance' ELSE 'building' END
           AS target,
       COALESCE(a.unit_id, a.entrance_id, a.building_id) AS id,
       b.id AS building, b.community_id AS community
FROM unnest((SELECT %(texts)b::varchar[])) WITH ORDINALITY AS asked (text, n)
CROSS JOIN LATERAL (
    SELECT h.id, h.text, h.normalized, h.kind, h.unit_id, h.entrance_id, h.building_id
    FROM buildings_address h
    WHERE h.normalized >= asked.text AND h.normalized <= asked.text AND h.division_id IS NULL
      AND h.valid @> %(moment)s
    ORDER BY h.normalized, h.id
    LIMIT 100
) a
CROSS JOIN LATERAL (
    SELECT h.id, h.community_id
    FROM buildings_building h
    WHERE h.valid @> %(moment)s AND h.id = CASE
        WHEN a.building_id IS NOT NULL THEN a.building_id
        WHEN a.entrance_id IS NOT NULL THEN
            (SELECT e.building_id FROM buildings_entrance e WHERE e.id = a.entrance_id AND e.valid @> %(moment)s)
        ELSE (SELECT u.building_id FROM buildings_unit u WHERE u.id = a.unit_id AND u.valid @> %(moment)s)
        END
    LIMIT 1
) b
WHERE (SELECT %(areas)s::bigint[]) IS NULL
   OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below((SELECT %(areas)s::bigint[]))))
ORDER BY a.id

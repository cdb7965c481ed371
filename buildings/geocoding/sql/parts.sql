-- The entrances of buildings, and of each building the units of the numbers that are asked for in it.
SELECT 'entrance' AS target, e.id, e.building_id AS building, e.name AS entrance, '' AS room
FROM buildings_entrance e
WHERE e.building_id = ANY (%(entered)s) AND e.valid @> %(moment)s
UNION ALL
SELECT 'unit', u.id, u.building_id, COALESCE(e.name, ''), u.number
FROM unnest(%(buildings)s::bigint[], %(rooms)s::text[]) AS asked (building, room)
JOIN buildings_unit u ON u.building_id = asked.building AND u.number = asked.room AND u.valid @> %(moment)s
LEFT JOIN buildings_entrance e ON e.id = u.entrance_id
ORDER BY 1, 2

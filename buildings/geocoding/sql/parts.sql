SELECT 'entrance' AS target, e.id, e.building_id AS building, e.name AS entrance, '' AS room
FROM buildings_entrance e
WHERE e.building_id = ANY (%(buildings)s) AND e.valid @> %(moment)s
UNION ALL
SELECT 'unit', u.id, u.building_id, COALESCE(e.name, ''), u.number
FROM buildings_unit u
LEFT JOIN buildings_entrance e ON e.id = u.entrance_id
WHERE u.building_id = ANY (%(buildings)s) AND u.number = ANY (%(rooms)s) AND u.valid @> %(moment)s
ORDER BY 1, 2

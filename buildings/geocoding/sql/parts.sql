-- The entrances of buildings, and of each building the units of the numbers that are asked for in it.
-- OFFSET 0 holds the planner to one look-up a room, where it would read all units of the city.
SELECT 'entrance' AS target, e.id, e.building_id AS building, e.name AS entrance, '' AS room, NULL::smallint AS floor
FROM buildings_entrance e
WHERE e.building_id = ANY ((SELECT %(entered)b::bigint[])::bigint[]) AND e.valid @> %(moment)s
UNION ALL
SELECT 'unit', u.id, u.building_id, COALESCE(e.name, ''), u.number, u.floor
FROM unnest((SELECT %(buildings)b::bigint[]), (SELECT %(rooms)b::text[])) AS asked (building, room)
CROSS JOIN LATERAL (
    SELECT h.*
    FROM buildings_unit h
    WHERE h.building_id = asked.building AND h.number = asked.room AND h.valid @> %(moment)s
    OFFSET 0
) u
LEFT JOIN buildings_entrance e ON e.id = u.entrance_id
ORDER BY 1, 2

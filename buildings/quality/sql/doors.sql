-- The units that stand, with what their doors are called, building by building.
SELECT b.community_id, u.building_id, u.id, coalesce(e.name, '') AS entrance, u.number
FROM buildings_unit u
JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
LEFT JOIN buildings_entrance e ON e.id = u.entrance_id
WHERE u.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
ORDER BY u.building_id, u.id

-- A unit is on a floor that lies above its building's height.
SELECT b.community_id, u.id, b.id AS building_id,
       'floor ' || u.floor::text || ', ' || b.height_m::text || ' m' AS detail
FROM buildings_unit u JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
WHERE u.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
  AND u.floor > 1 AND (u.floor - 1) * %(storey_least_m)s > b.height_m

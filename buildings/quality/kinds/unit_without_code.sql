-- A unit has no code: its number.
SELECT b.community_id, u.id, b.id AS building_id, u.number AS detail
FROM buildings_unit u JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
WHERE u.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
  AND NOT EXISTS (SELECT FROM buildings_unitcode c WHERE c.unit_id = u.id AND c.valid @> %(moment)s)

-- A building in use has no units: what it is used for.
SELECT b.community_id, b.id, b.id AS building_id, b.kind AS detail
FROM buildings_building b
WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
  AND b.status = 'in_use'
  AND NOT EXISTS (SELECT FROM buildings_unit u WHERE u.building_id = b.id AND u.valid @> %(moment)s)

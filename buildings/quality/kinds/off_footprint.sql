-- The point of a building is more than a metre from its footprint: how far.
SELECT b.community_id, b.id, b.id AS building_id,
       round(ST_Distance(b.footprint, b.location)::numeric, 1)::text || ' m' AS detail
FROM buildings_building b
WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
  AND NOT ST_DWithin(b.footprint, b.location, 1.0)

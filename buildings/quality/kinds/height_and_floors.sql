-- A storey of the building would be lower or higher than any is: its floors and height.
SELECT b.community_id, b.id, b.id AS building_id,
       b.floors::text || ' floors, ' || b.height_m::text || ' m' AS detail
FROM buildings_building b
WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
  AND b.floors > 0 AND NOT b.height_m / b.floors BETWEEN %(storey_least_m)s AND %(storey_most_m)s

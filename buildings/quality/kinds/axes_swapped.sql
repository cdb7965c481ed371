-- The point of a building lies beyond all communities, and would not with east and north exchanged.
WITH house AS MATERIALIZED (
    SELECT b.id, b.community_id, b.location
    FROM buildings_building b
    WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), extent AS MATERIALIZED (
    SELECT ST_SetSRID(ST_Extent(v.geom)::geometry, %(srid)s) AS box FROM grids_divisionversion v
    WHERE v.level = 'community' AND v.valid @> %(moment)s AND v.geom IS NOT NULL
)
SELECT h.community_id, h.id, h.id AS building_id, '' AS detail
FROM house h CROSS JOIN extent e
WHERE NOT h.location && e.box AND ST_FlipCoordinates(h.location) && e.box

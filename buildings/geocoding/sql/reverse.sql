-- The nearest building by its footprint (or its point where it has none). Both branches walk a GiST index in order of
-- distance; Web Mercator is conformal, so the order of near things is the true one, and the distance is then measured
-- in the survey CRS.
WITH here AS (
    SELECT p.place, ST_Transform(p.place, 3857) AS mercator
    FROM (SELECT ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), %(srid)s) AS place) p
), near AS (
    (SELECT b.id
     FROM buildings_building b, here
     WHERE b.valid @> %(moment)s AND b.footprint_3857 IS NOT NULL
       AND (%(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[]))))
     ORDER BY b.footprint_3857 <-> here.mercator
     LIMIT 8)
    UNION ALL
    (SELECT b.id
     FROM buildings_building b, here
     WHERE b.valid @> %(moment)s AND b.footprint_3857 IS NULL
       AND (%(areas)s::bigint[] IS NULL OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[]))))
     ORDER BY b.location_3857 <-> here.mercator
     LIMIT 8)
)
SELECT b.id AS building, ST_Distance(COALESCE(b.footprint, b.location), here.place) AS distance_m
FROM near
JOIN buildings_building b USING (id), here
WHERE ST_Distance(COALESCE(b.footprint, b.location), here.place) <= %(reach_m)s
ORDER BY distance_m, b.id
LIMIT 1

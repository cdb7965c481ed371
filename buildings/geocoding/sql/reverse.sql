-- The nearest building by its footprint (or its point where it has none). Both branches walk a GiST index in order of
-- distance. Web Mercator is conformal, so the order of near things there is the true one; the distance told is then
-- measured in the survey CRS.
WITH here AS MATERIALIZED (
    SELECT p.place, ST_Transform(p.place, 3857) AS mercator
    FROM (SELECT ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), %(srid)s) AS place) p
), near AS (
    (SELECT b.id
     FROM here
     JOIN buildings_building b ON b.footprint_3857 && ST_Expand(here.mercator, %(reach_mercator)s)
     WHERE b.valid @> %(moment)s
       AND (%(areas)s::bigint[] IS NULL
            OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[]))))
     ORDER BY b.footprint_3857 <-> here.mercator
     LIMIT 4)
    UNION ALL
    (SELECT b.id
     FROM here
     JOIN buildings_building b ON b.location && ST_Expand(here.place, %(reach_m)s)
     WHERE b.valid @> %(moment)s AND b.footprint IS NULL
       AND (%(areas)s::bigint[] IS NULL
            OR b.community_id = ANY (ARRAY(SELECT grids_divisions_below(%(areas)s::bigint[]))))
     ORDER BY b.location <-> here.place
     LIMIT 4)
)
SELECT b.id AS building, ST_Distance(COALESCE(b.footprint, b.location), here.place) AS distance_m
FROM near
JOIN buildings_building b USING (id)
CROSS JOIN here
WHERE ST_Distance(COALESCE(b.footprint, b.location), here.place) <= %(reach_m)s
ORDER BY distance_m, b.id
LIMIT 1

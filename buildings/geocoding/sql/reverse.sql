-- The building nearest to each of many places, by its footprint (or its point where it has none), and what it is called.
-- Whatever stands within 15 m is measured at once, else within 60 m; only where nothing does, a GiST index is walked in
-- order of distance.
-- Web Mercator is conformal, so that the order of near things there is the true one; the distance told is then measured
-- in the survey CRS. `stretch` is how many metres of Web Mercator one metre of ground is there, a little more.
WITH here AS MATERIALIZED (
    SELECT p.n, p.stretch, ST_SetSRID(ST_MakePoint(p.east, p.north), %(srid)s::int) AS place,
           ST_SetSRID(ST_MakePoint(p.x, p.y), 3857) AS mercator
    FROM unnest((SELECT %(east)b::float8[]), (SELECT %(north)b::float8[]), (SELECT %(x)b::float8[]),
                (SELECT %(y)b::float8[]), (SELECT %(stretch)b::float8[]))
        WITH ORDINALITY AS p (east, north, x, y, stretch, n)
), area AS MATERIALIZED (
    SELECT CASE WHEN (SELECT %(areas)s::bigint[]) IS NOT NULL
                THEN ARRAY(SELECT grids_divisions_below((SELECT %(areas)s::bigint[]))) END
        AS visible
)
SELECT here.n, near.id AS building, near.distance_m,
       (SELECT c.code FROM buildings_buildingcode c
        WHERE c.building_id = near.id AND c.valid @> %(moment)s ORDER BY c.id LIMIT 1) AS code,
       COALESCE(
           (SELECT a.text FROM buildings_address a
            WHERE a.building_id = near.id AND a.kind = 'standard' AND a.valid @> %(moment)s ORDER BY a.id LIMIT 1),
           b.name
       ) AS label
FROM here
CROSS JOIN area
LEFT JOIN LATERAL (
    SELECT b.id, ST_Distance(b.footprint, here.place) AS distance_m
    FROM buildings_building b
    WHERE b.footprint_3857 && ST_Expand(here.mercator, 15 * here.stretch)
      AND b.valid @> %(moment)s AND (area.visible IS NULL OR b.community_id = ANY (area.visible))
    ORDER BY distance_m, b.id
    LIMIT 1
) beside ON beside.distance_m <= 15
LEFT JOIN LATERAL (
    SELECT b.id, ST_Distance(b.footprint, here.place) AS distance_m
    FROM buildings_building b
    WHERE beside.id IS NULL AND b.footprint_3857 && ST_Expand(here.mercator, 60 * here.stretch)
      AND b.valid @> %(moment)s AND (area.visible IS NULL OR b.community_id = ANY (area.visible))
    ORDER BY distance_m, b.id
    LIMIT 1
) around ON around.distance_m <= 60
LEFT JOIN LATERAL (
    SELECT o.id, ST_Distance(o.footprint, here.place) AS distance_m
    FROM (
        SELECT b.id, b.footprint
        FROM buildings_building b
        WHERE beside.id IS NULL AND around.id IS NULL AND b.footprint_3857 && ST_Expand(here.mercator, %(reach_m)s::float8 * here.stretch)
          AND b.valid @> %(moment)s AND (area.visible IS NULL OR b.community_id = ANY (area.visible))
        ORDER BY b.footprint_3857 <-> here.mercator
        LIMIT 4
    ) o
    ORDER BY distance_m, o.id
    LIMIT 1
) off ON true
LEFT JOIN LATERAL (
    SELECT b.id, ST_Distance(b.location, here.place) AS distance_m
    FROM buildings_building b
    WHERE b.footprint IS NULL AND b.location && ST_Expand(here.place, %(reach_m)s::float8)
      AND b.valid @> %(moment)s AND (area.visible IS NULL OR b.community_id = ANY (area.visible))
    ORDER BY b.location <-> here.place, b.id
    LIMIT 1
) dot ON true
CROSS JOIN LATERAL (
    SELECT v.id, v.distance_m
    FROM (VALUES (beside.id, beside.distance_m), (around.id, around.distance_m), (off.id, off.distance_m), (dot.id, dot.distance_m)) v (id, distance_m)
    WHERE v.distance_m <= %(reach_m)s::float8
    ORDER BY v.distance_m, v.id
    LIMIT 1
) near
CROSS JOIN LATERAL (SELECT h.name FROM buildings_building h WHERE h.id = near.id LIMIT 1) b

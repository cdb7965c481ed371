-- Law 3 on a draft, as grids_grid_of() says it of what is stored: for each place the grid that it would have.
-- The draft's polygons stand in for the grids that it replaces; all others are as they are now.
WITH grid AS MATERIALIZED (
    SELECT d.code COLLATE "C" AS code, NULL::bigint AS grid_id, ST_GeomFromWKB(d.wkb, %(srid)s) AS geom
    FROM unnest(%(codes)s::text[], %(polygons)s::bytea[]) AS d (code, wkb)
    UNION ALL
    SELECT v.code COLLATE "C", v.grid_id, v.geom FROM grids_gridversion v
    WHERE v.valid @> statement_timestamp() AND v.grid_id <> ALL (%(replaced)s::bigint[])
      AND v.geom && ST_Expand(ST_GeomFromWKB(%(ground)s, %(srid)s), %(tolerance_m)s + 0.001)
), place AS MATERIALIZED (
    SELECT p.ordinal, ST_GeomFromWKB(p.wkb, %(srid)s) AS geom
    FROM unnest(%(places)s::bytea[]) WITH ORDINALITY AS p (wkb, ordinal)
)
SELECT nearest.code, nearest.grid_id
FROM place p
LEFT JOIN LATERAL (
    SELECT g.code, g.grid_id
    FROM grid g,
         LATERAL (SELECT round(ST_Distance(g.geom, p.geom)::numeric, 6)::float8 AS outside_m) d
    WHERE g.geom && ST_Expand(p.geom, %(tolerance_m)s + 0.001) AND d.outside_m <= %(tolerance_m)s
    ORDER BY d.outside_m, g.code
    LIMIT 1
) nearest ON true
ORDER BY p.ordinal
